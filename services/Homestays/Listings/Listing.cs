namespace Jingdezhen.Tourism.Homestays.Listings;

/// <summary>A homestay as guests see it: one house, one address, one or more rooms.</summary>
internal sealed class Listing
{
    public required Guid Id { get; init; }
    public required Guid MerchantId { get; init; }
    public required Guid HouseholdId { get; set; }
    public required string NameZh { get; set; }
    public required string NameEn { get; set; }

    /// <summary>Zhushan, Changjiang, Fuliang, Leping or Changnan New Area.</summary>
    public required string County { get; set; }

    public string? Village { get; set; }
    public required string Address { get; set; }
    public required string LicenceNumber { get; set; }
    public required double Latitude { get; set; }
    public required double Longitude { get; set; }

    /// <summary>Run by the people who live there, as the paper's 800 are.</summary>
    public required bool ResidentRun { get; set; }

    public required string[] Amenities { get; set; }
    public required string[] Accessibility { get; set; }
    public required string[] Languages { get; set; }
    public required string[] Photos { get; set; }
    public required string HouseRules { get; set; }

    /// <summary>False: the host answers each request before it can be paid.</summary>
    public required bool InstantBook { get; set; }

    /// <summary>Days before arrival until which cancelling is free; another count when a night is a statutory holiday.</summary>
    public int FreeCancelDays { get; set; } = 7;

    public int HolidayFreeCancelDays { get; set; } = 15;

    /// <summary>What is given back between the free period and the day of arrival, in percent.</summary>
    public int LateRefundPercent { get; set; } = 50;

    public bool Active { get; set; } = true;
    public required bool Demonstration { get; init; }
    public int RatingSum { get; set; }
    public int RatingCount { get; set; }

    /// <summary>Grows with every change that is published.</summary>
    public long Version { get; set; } = 1;
}

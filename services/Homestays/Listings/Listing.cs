namespace Jingdezhen.Tourism.Homestays.Listings;

/// <summary>A homestay as guests see it: one house, one address, one or more rooms.</summary>
internal sealed class Listing
{
    public required Guid Id { get; init; }
    public required Guid MerchantId { get; init; }
    public required Guid HouseholdId { get; internal set; }
    public required string NameZh { get; internal set; }
    public required string NameEn { get; internal set; }

    /// <summary>Zhushan, Changjiang, Fuliang, Leping or Changnan New Area.</summary>
    public required string County { get; internal set; }

    public string? Village { get; internal set; }
    public required string Address { get; internal set; }
    public required string LicenceNumber { get; internal set; }
    public required double Latitude { get; internal set; }
    public required double Longitude { get; internal set; }

    /// <summary>Run by the people who live there, as the paper's 800 are.</summary>
    public required bool ResidentRun { get; internal set; }

    public required string[] Amenities { get; internal set; }
    public required string[] Accessibility { get; internal set; }
    public required string[] Languages { get; internal set; }
    public required string[] Photos { get; internal set; }
    public required string HouseRules { get; internal set; }

    /// <summary>False: the host answers each request before it can be paid.</summary>
    public required bool InstantBook { get; internal set; }

    /// <summary>Days before arrival until which cancelling is free; another count when a night is a statutory
    /// holiday.</summary>
    public int FreeCancelDays { get; internal set; } = 7;

    public int HolidayFreeCancelDays { get; internal set; } = 15;

    /// <summary>What is given back between the free period and the day of arrival, in percent.</summary>
    public int LateRefundPercent { get; internal set; } = 50;

    public bool Active { get; internal set; } = true;
    public required bool Demonstration { get; init; }
    public int RatingSum { get; internal set; }
    public int RatingCount { get; internal set; }

    /// <summary>Grows with every change that is published.</summary>
    public long Version { get; internal set; } = 1;
}

using System.Globalization;

namespace Jingdezhen.Tourism.Bookings.Products;

internal enum AvailabilityType
{
    /// <summary>A slot with a start: a timed admission, a performance, a workshop.</summary>
    StartTime,

    /// <summary>A day pass, good while the venue is open.</summary>
    OpeningHours,
}

internal enum PricedPer
{
    Unit,
    Booking,
}

/// <summary>What a supplier sells at a venue: options of it are bookable, units of an option are priced.</summary>
internal sealed class Product
{
    public required Guid Id { get; init; }
    public required Guid SupplierId { get; init; }

    /// <summary>The supplier's own name for it; import finds the product by supplier and code.</summary>
    public required string Code { get; init; }

    /// <summary>museum, kiln, show, workshop, study-tour, experience, night-market …</summary>
    public required string Kind { get; internal set; }

    /// <summary>The place in the catalogue of Routes.</summary>
    public required string VenueId { get; init; }

    public required string County { get; internal set; }
    public required string NameZh { get; internal set; }
    public required string NameEn { get; internal set; }
    public required string SummaryZh { get; internal set; }
    public required string SummaryEn { get; internal set; }
    public required AvailabilityType AvailabilityType { get; init; }
    public required PricedPer PricedPer { get; init; }
    public required bool Night { get; internal set; }

    /// <summary>Every visitor gives an identity document, and one document enters the venue once a day.</summary>
    public required bool RealName { get; internal set; }

    public required double Latitude { get; internal set; }
    public required double Longitude { get; internal set; }
    public required string[] Languages { get; internal set; }
    public required string[] Themes { get; internal set; }

    /// <summary>Which fields no source gives: fares, capacities, schedules that are plausible and no more.</summary>
    public required string[] Assumed { get; internal set; }

    /// <summary>What a cancellation gives back, the earliest tier first.</summary>
    public required List<RefundTier> RefundTiers { get; internal set; }

    public bool Active { get; internal set; } = true;
    public List<Option> Options { get; init; } = [];

    /// <summary>The tiers as a booking keeps them: hours and percent of each, <c>24:100 2:50</c>.</summary>
    public string RefundPolicy => string.Join(' ', RefundTiers.Select(tier => $"{tier.HoursBefore}:{tier.Percent}"));
}

/// <summary>What is given back when at least so many hours remain before the start.</summary>
internal sealed class RefundTier
{
    public required int HoursBefore { get; init; }
    public required int Percent { get; init; }
}

internal static class Refund
{
    public const string Full = "FULL";
    public const string Partial = "PARTIAL";
    public const string None = "NONE";

    /// <summary>What a cancellation gives back: the best tier whose notice is kept. Half a fen goes to the
    /// guest.</summary>
    /// <param name="policy">Hours and percent of each tier, <c>24:100 2:50</c>, as it stood when the booking was
    /// made.</param>
    /// <param name="paidFen">What the cancelled units cost.</param>
    /// <param name="startsAt">When the slot begins.</param>
    /// <param name="now">The moment of the cancellation.</param>
    public static long Of(string policy, long paidFen, DateTimeOffset startsAt, DateTimeOffset now)
    {
        var hoursLeft = (startsAt - now).TotalHours;
        var percent = policy.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(tier => tier.Split(':'))
            .Where(tier => hoursLeft >= int.Parse(tier[0], CultureInfo.InvariantCulture))
            .Select(tier => int.Parse(tier[1], CultureInfo.InvariantCulture)).DefaultIfEmpty(0).Max();
        return ((paidFen * percent) + 50) / 100;
    }

    public static string Kind(long paidFen, long refundFen) =>
        refundFen >= paidFen ? Full : refundFen > 0 ? Partial : None;
}

/// <summary>A bookable form of a product: a length, a language, a part of the day.</summary>
internal sealed class Option
{
    public required Guid Id { get; init; }
    public required Guid ProductId { get; init; }
    public required string Code { get; init; }
    public required string NameZh { get; internal set; }
    public required string NameEn { get; internal set; }
    public required bool IsDefault { get; internal set; }
    public required int MinUnits { get; internal set; }
    public required int MaxUnits { get; internal set; }

    /// <summary>Sales end so many minutes before the start.</summary>
    public required int CutoffMinutes { get; internal set; }

    /// <summary>The price where the product is priced a booking; null where it is priced a unit.</summary>
    public long? PriceFen { get; internal set; }

    public List<Unit> Units { get; init; } = [];
}

/// <summary>A kind of visitor with its price: adult, child, senior, a family of four.</summary>
internal sealed class Unit
{
    public required Guid Id { get; init; }
    public required Guid OptionId { get; init; }

    /// <summary>ADULT, YOUTH, CHILD, INFANT, FAMILY, SENIOR, STUDENT, MILITARY or OTHER, as OCTO has them.</summary>
    public required string Type { get; init; }

    public required string NameZh { get; internal set; }
    public required string NameEn { get; internal set; }
    public required int MinAge { get; internal set; }
    public required int MaxAge { get; internal set; }

    /// <summary>Whether a document is shown at the gate (age, student card).</summary>
    public required bool IdRequired { get; internal set; }

    /// <summary>How many people one unit admits.</summary>
    public required int PaxCount { get; init; }

    public required long PriceFen { get; internal set; }

    /// <summary>Unit types of which at least one must be in the same booking.</summary>
    public required string[] AccompaniedBy { get; internal set; }
}

namespace Jingdezhen.Tourism.Simulation;

/// <summary>A message as a service would have sent it.</summary>
public sealed record SimulatedEvent(Guid MessageId, DateTimeOffset OccurredAt, object Contract);

internal sealed record Product(
    Guid Id, Guid Merchant, string Kind, string Venue, string County, long Fen, bool Night, int[] Hours, int Capacity);

/// <param name="Capacity">As last told.</param>
internal sealed record Slot(Guid Id, Product Product, DateOnly Day, int Hour, int Capacity);

/// <summary>What the generator decided about one booking; the truth is told from records, never from
/// messages.</summary>
/// <param name="Many">How many bookings a row of an imported count stands for; 1 otherwise.</param>
/// <param name="Slot">Null for what was imported.</param>
/// <param name="TakenOut">Visitors whose units were cancelled with a full refund.</param>
internal sealed record BookingRecord(
    DateTimeOffset At, int Many, string Channel, string? Kind, string? Venue, string? County, bool Night,
    string? Source, string? Campaign, string? Guest, int Visitors, long Fen, Slot? Slot, string? Refund, long RefundFen,
    int TakenOut, long UnitsRefundFen);

/// <summary>One passage, or a day's visitors of a venue that were counted elsewhere.</summary>
internal sealed record VisitRecord(
    DateOnly Day, string Venue, string? County, string Channel, string? Source, string? Campaign, string? Guest,
    string? Country, string? AgeBand, int People, Slot? Slot);

internal sealed record StayRecord(
    DateTimeOffset At, string Guest, ListingRecord Listing, string? Source, string? Campaign, DateOnly Arrival,
    int Nights, long Fen, long HostFen, long VillageFen, string? Refund, long RefundFen);

internal sealed record CaseRecord(
    DateTimeOffset At, Guid Merchant, string County, string Venue, string Channel, string Category, string Outcome,
    int? SecondsToAccept, DateTimeOffset? AcceptedAt, int? SecondsToDecide, DateTimeOffset? DecidedAt,
    DateTimeOffset ClosedAt, int Met, int Breached, long PaidFen, int SecondsToPay, DateTimeOffset? PaidAt,
    long RecoveredFen, DateTimeOffset? RecoveredAt, bool IsHosts, string? Village)
{
    public bool Counts => Outcome is not ("withdrawn" or "declined-duplicate");
}

internal sealed record BreachRecord(DateOnly Day, string Clock, string Kind, CaseRecord Of);

/// <param name="Product">Null of a survey about a case.</param>
internal sealed record SurveyRecord(DateOnly Opened, int? Score, Product? Product);

internal sealed record ListingRecord(
    Guid Id, Guid Household, Guid Merchant, string County, string? Village, DateOnly From, DateOnly? Until, int Rooms);

internal sealed record RouteRecord(Guid Id, DateOnly From, bool Valid, bool DayAndNight, bool Across, bool Tea);

internal sealed record MerchantRecord(DateOnly From, string County);

/// <summary>Somebody looked at a route.</summary>
internal sealed record ViewRecord(DateOnly Day, Guid Route, string? Source, string? Campaign);

internal sealed record PlanRecord(DateOnly Day, Guid Route, string? Source, string? Campaign, bool Across, int Days);

internal sealed record ReplanRecord(DateOnly Day, string Cause);

internal sealed record HoldRecord(DateOnly Day, string? Source, string? Campaign);

internal sealed record MoneyRecord(DateOnly Day, string Kind, string Purpose, string? Method, long Fen);

/// <summary>What a venue may take on a day, as one slot's message told it.</summary>
internal sealed record CapacityRecord(string Venue, DateOnly Day, DateTimeOffset ToldAt, int Capacity);

/// <summary>A case of the year before, from a file.</summary>
internal sealed record OldCaseRecord(
    string Reference, DateOnly Day, string Category, string County, string Venue, string Outcome)
{
    public bool Counts => Outcome is not ("withdrawn" or "declined-duplicate");
}

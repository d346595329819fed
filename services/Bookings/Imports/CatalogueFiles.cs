namespace Jingdezhen.Tourism.Bookings.Imports;

/// <summary>
/// The catalogue as it is kept in files. A member that no source gives is absent in the products' file and stands in
/// the assumptions' file, so that the API can say which figures are assumed.
/// </summary>
public sealed record ImportCatalogueRequest(
    IReadOnlyList<PlaceRow> Places, IReadOnlyList<SupplierRow> Suppliers, IReadOnlyList<ProductRow> Products,
    IReadOnlyList<AssumptionRow> Assumptions);

/// <summary>What Bookings takes from a place: where it is and when it is open.</summary>
public sealed record PlaceRow(
    string? Id, string? District, double? Lat, double? Lon, IReadOnlyDictionary<string, string[]>? Opening,
    string[]? Themes, bool Evening = false);

public sealed record SupplierRow(
    Guid? Id, string? NameZh, string? NameEn, string? County, string? Website = null, string? Email = null,
    string? Telephone = null, string? Address = null);

/// <param name="Supplier">The supplier's id.</param>
/// <param name="AvailabilityType">START_TIME or OPENING_HOURS.</param>
/// <param name="PricedPer">UNIT or BOOKING.</param>
public sealed record ProductRow(
    string? Code, Guid? Supplier, string? Venue, string? Kind, string? NameZh, string? NameEn, string? SummaryZh,
    string? SummaryEn, string? AvailabilityType, string? PricedPer, IReadOnlyList<RefundTierRow>? RefundTiers,
    IReadOnlyList<OptionRow>? Options, bool Night = false, bool RealName = false, string[]? Languages = null);

public sealed record RefundTierRow(int HoursBefore, int Percent);

/// <param name="StartTimes">Local starts of a timed option, HH:mm; a day pass has the opening hours of its
/// place.</param>
/// <param name="Weekdays">mon … sun; absent, the days on which the place is open.</param>
public sealed record OptionRow(
    string? Code, string? NameZh, string? NameEn, IReadOnlyList<UnitRow>? Units, string[]? StartTimes = null,
    string[]? Weekdays = null, int? DurationMinutes = null, int? Capacity = null, long? PriceFen = null,
    int MinUnits = 1, int MaxUnits = 10, int CutoffMinutes = 0);

public sealed record UnitRow(
    string? Type, string? NameZh, string? NameEn, int MinAge = 0, int MaxAge = 120, int PaxCount = 1,
    long? PriceFen = null, bool IdRequired = false, string[]? AccompaniedBy = null);

/// <summary>One figure that no source gives: a fare, a slot's capacity, a performance's times, a venue's carrying
/// capacity.</summary>
public sealed record AssumptionRow(
    string? Product = null, string? Option = null, string? Unit = null, long? PriceFen = null, int? Capacity = null,
    string? Venue = null, int? DailyCapacity = null, string[]? StartTimes = null, string[]? Weekdays = null,
    int? DurationMinutes = null, string? Why = null);

/// <summary>A row that cannot be taken, and why. Rows count from 1 within their file.</summary>
public sealed record BadRow(string File, int Row, string Reason);

/// <summary>What an import did.</summary>
public sealed record ImportCatalogueResponse(int Suppliers, int Products, int Venues, int Slots, int Assumed);


namespace Jingdezhen.Tourism.Routes.Plans;

public enum PaceWish { Relaxed, Normal, Fast }

public enum TransportWish { Walk, EBike, Taxi, Mixed }

public enum WeatherWish { Fair, Rain }

/// <summary>A place of the catalogue, or a point of one's own in WGS-84 degrees.</summary>
public sealed record PointWish(string? PlaceId = null, double? Lat = null, double? Lon = null, string? Name = null);

/// <param name="From">"HH:mm" at which the day begins; 09:00 unless said otherwise.</param>
/// <param name="To">"HH:mm" at which one wants to be back, up to 24:00; 21:00, with an evening programme 22:00.</param>
/// <param name="Start">Where the day begins; the trip's Stay unless said otherwise.</param>
/// <param name="End">Where it ends; the trip's Stay unless said otherwise.</param>
public sealed record DayWish(
    DateOnly Date, string? From = null, string? To = null, PointWish? Start = null, PointWish? End = null,
    WeatherWish Weather = WeatherWish.Fair);

public sealed record PartyWish(int Adults = 1, int Children = 0, int Seniors = 0, int Wheelchairs = 0);

/// <summary>A stop that is settled, because it is booked or pinned: this place, at this time.</summary>
public sealed record FixedWish(string PlaceId, DateOnly Date, string At);

/// <summary>A meal or a rest that begins between two times, "HH:mm", and lasts so many minutes.</summary>
public sealed record BreakWishes(string Name, string Earliest, string Latest, int Minutes);

/// <summary>What a visitor wants. Everything but the days may be left out.</summary>
/// <param name="Days">The days in order, at most fourteen.</param>
/// <param name="Stay">Where days start and end: a homestay, a hotel, a station; People's Square unless said.</param>
/// <param name="Interests">Interest by theme, 0 none to 1 great.</param>
/// <param name="BudgetFen">What fares and rides of the whole party may cost together.</param>
/// <param name="MustSee">Places without which the trip is none.</param>
/// <param name="Breaks">Meals and rests; lunch unless said otherwise, an empty list for none.</param>
/// <param name="Programmes">Named programmes of the library, for example tea-and-porcelain.</param>
/// <param name="EveningProgramme">"Exhibitions by day, performances by night".</param>
/// <param name="Themes">Each occurs at least once.</param>
/// <param name="Counties">Each is visited: Zhushan, Changjiang, Changnan New Area, Fuliang, Leping.</param>
/// <param name="EnteredOn">The day of entry without a visa: the stay ends 144 hours after its midnight.</param>
/// <param name="BookableOnly">Ticketed places only in slots that still have room for the party.</param>
/// <param name="TimeLimitMilliseconds">How long to look for a better plan, 5 to 1000; 50 unless said otherwise.</param>
/// <param name="Seed">The same seed and the same iterations give the same plan.</param>
/// <param name="Source">Where the visitor came from, for the platform's figures.</param>
/// <param name="Campaign">The campaign that brought the visitor.</param>
/// <param name="GuestKey">A keyed hash that tells one guest from another and names nobody.</param>
public sealed record TripWishes(
    IReadOnlyList<DayWish> Days,
    PointWish? Stay = null,
    IReadOnlyDictionary<string, double>? Interests = null,
    PartyWish? Party = null,
    PaceWish Pace = PaceWish.Normal,
    TransportWish Transport = TransportWish.Mixed,
    long? BudgetFen = null,
    IReadOnlyList<string>? MustSee = null,
    IReadOnlyList<string>? Avoid = null,
    IReadOnlyList<FixedWish>? Fixed = null,
    IReadOnlyList<BreakWishes>? Breaks = null,
    int? WalkLimitMeters = null,
    IReadOnlyList<string>? Programmes = null,
    bool EveningProgramme = false,
    IReadOnlyList<string>? Themes = null,
    IReadOnlyList<string>? Counties = null,
    DateOnly? EnteredOn = null,
    bool BookableOnly = false,
    int TimeLimitMilliseconds = 50,
    ulong Seed = 1,
    string? Source = null,
    string? Campaign = null,
    string? GuestKey = null);

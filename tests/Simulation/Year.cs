using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Contracts.Routes.V1;

namespace Jingdezhen.Tourism.Simulation;

/// <summary>
/// A year of a platform scaled from the paper: seasons, National Day and Spring Festival peaks, the Biennale, a channel
/// mix
/// that drifts to 68 % online, complaints that fell by 42 % from the year before, stays of 2.8 days, age bands and
/// countries where given. Part of it is what services would have sent, part are files of what was counted elsewhere.
/// </summary>
public sealed partial class Year
{
    private const double OnlineAtTheEnd = 0.68;
    private const double OnlineAtTheBeginning = 0.56;
    private const double ComplaintsFell = 0.42;
    private const double VisitsRose = 0.491;
    private const double KilnVisitsRose = 0.70;
    private static readonly TimeSpan Shanghai = TimeSpan.FromHours(8);

    private readonly Random _random;
    private readonly List<SimulatedEvent> _events = [];

    /// <param name="seed">The same seed makes the same year.</param>
    /// <param name="first">First day.</param>
    /// <param name="bookings">About how many bookings; everything else is in proportion.</param>
    public Year(int seed, DateOnly first, int bookings)
    {
        _random = new(seed);
        First = first;
        Supply(bookings);
        for (var day = first; day < Last; day = day.AddDays(1))
        {
            var parties = Number(bookings / 2.0 / 365 * Season.Of(day) * (0.8 + (0.4 * _random.NextDouble())));
            for (var one = 0; one < parties; one++) Trip(day);
            for (var one = 0; one < parties * 2; one++) Look(day);
            for (var cases = Number(parties * 0.06); cases > 0; cases--) Complain(day);
        }

        CountElsewhere();
        TellOfTheYearBefore();
    }

    public DateOnly First { get; }
    public DateOnly Last => First.AddYears(1);
    public DateOnly YearBefore => First.AddYears(-1);
    public IReadOnlyList<SimulatedEvent> Events => _events;

    internal List<BookingRecord> Bookings { get; } = [];
    internal List<VisitRecord> Visits { get; } = [];
    internal List<StayRecord> Stays { get; } = [];
    internal List<CaseRecord> Cases { get; } = [];
    internal List<OldCaseRecord> OldCases { get; } = [];
    internal List<BreachRecord> Breaches { get; } = [];
    internal List<SurveyRecord> Surveys { get; } = [];
    internal List<ListingRecord> Listings { get; } = [];
    internal List<RouteRecord> Routes { get; } = [];
    internal List<MerchantRecord> Merchants { get; } = [];
    internal List<ViewRecord> Views { get; } = [];
    internal List<PlanRecord> Plans { get; } = [];
    internal List<ReplanRecord> Replans { get; } = [];
    internal List<HoldRecord> Holds { get; } = [];
    internal List<MoneyRecord> Money { get; } = [];
    internal List<CapacityRecord> Capacities { get; } = [];
    internal IEnumerable<Slot> Slots => _slots.Values;

    private void Look(DateOnly day)
    {
        var (route, source, campaign) = (Pick(Routes).Id, Source(), Campaign());
        Views.Add(new(day, route, source, campaign));
        Tell(At(day), new RouteViewed(route, source, campaign, null));
        if (!Chance(0.3)) return;

        var (days, across) = (_random.Next(1, 9), Chance(0.4));
        var plan = NewId();
        Plans.Add(new(day, route, source, campaign, across, days));
        string[] counties = across ? ["Zhushan", "Fuliang"] : ["Zhushan", "Zhushan"];
        Tell(At(day), new ItineraryPlanned(
            plan, route, null, days, days * 3, counties, source, campaign, null));
        if (day.AddDays(1) == Last || !Chance(0.2)) return;

        var cause = Pick("rain", "crowding", "late");
        Replans.Add(new(day.AddDays(1), cause));
        Tell(At(day.AddDays(1)), new ItineraryReplanned(plan, cause, 2, 1));
    }

    /// <summary>Money moves with what it is paid for.</summary>
    private void Capture(DateTimeOffset at, string purpose, Guid subject, long fen)
    {
        var method = Pick("wechat", "alipay");
        Money.Add(new(DayOf(at), "captured", purpose, method, fen));
        Tell(at, new PaymentCaptured(NewId(), "k", purpose, subject, fen, "CNY", method, at, Late: false));
    }

    private void GiveBack(DateTimeOffset at, string purpose, Guid subject, long fen)
    {
        if (fen == 0) return;
        Money.Add(new(DayOf(at), "refunded", purpose, null, fen));
        Tell(at, new RefundSettled(NewId(), "k", NewId(), "k", purpose, subject, fen, "CNY", at));
    }

    internal static DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(at.ToOffset(Shanghai).DateTime);

    private DateTimeOffset At(DateOnly day, int fromHour = 8, int toHour = 21) =>
        Midnight(day).AddSeconds(_random.Next(fromHour * 3600, toHour * 3600));

    private static DateTimeOffset Midnight(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), Shanghai);

    /// <summary>A day of the year some days before another.</summary>
    private DateOnly Before(DateOnly day, int days)
    {
        var wanted = day.AddDays(-days);
        return wanted < First ? First : wanted >= Last ? Last.AddDays(-1) : wanted;
    }

    private Guid NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        _random.NextBytes(bytes);
        return new(bytes);
    }

    private T Pick<T>(params IReadOnlyList<T> from) => from[_random.Next(from.Count)];

    private bool Chance(double of) => _random.NextDouble() < of;

    /// <summary>A whole number whose mean is the given one.</summary>
    private int Number(double mean) => (int)mean + (Chance(mean - (int)mean) ? 1 : 0);

    private string? Campaign() => Pick<string?>("biennale", "golden-week", null, null);

    private string? Source() => Pick<string?>("douyin", "xiaohongshu", "search", "friend", null);

    private void Tell(DateTimeOffset at, object contract) => _events.Add(new(NewId(), at.ToUniversalTime(), contract));
}

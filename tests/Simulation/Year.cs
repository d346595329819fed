using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Contracts.Complaints.V1;
using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Contracts.Identity.V1;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Contracts.Routes.V1;

namespace Jingdezhen.Tourism.Simulation;

/// <summary>A message as a service would have sent it.</summary>
public sealed record SimulatedEvent(Guid MessageId, DateTimeOffset OccurredAt, object Contract);

/// <summary>What the generator decided about one booking; the truth is told from these records, never from messages.</summary>
internal sealed record BookingRecord(
    DateTimeOffset At, string Channel, string Kind, string Venue, string County, bool Night, string? Guest, string? Country,
    int Visitors, long Fen, DateOnly SlotDay, string? Refund, long RefundFen, int VisitorsTakenOut, long UnitsRefundFen,
    int Arrived, int TicketsRedeemed, int Aged, int Young, Guid Show);

internal sealed record StayRecord(
    DateTimeOffset At, string Guest, DateOnly Arrival, int Nights, long Fen, long HostFen, long VillageFen, string? Refund,
    long RefundFen, string? Village);

internal sealed record CaseRecord(
    DateTimeOffset At, string Outcome, int? SecondsToAccept, int? SecondsToDecide, DateTimeOffset? DecidedAt,
    DateTimeOffset? AcceptedAt, int Met, int Breached, long PaidFen, int SecondsToPay, DateTimeOffset? PaidAt, long RecoveredFen);

internal sealed record SurveyRecord(DateOnly Opened, int? Score, bool Vr);

internal sealed record ListingRecord(Guid Household, DateOnly From, DateOnly? Until, int Rooms);

/// <summary>
/// A year of a platform scaled from the paper: seasons, National Day and Spring Festival peaks, a channel mix that drifts
/// to 68 % online over the year, stays of nearly three days, age bands where given, inbound shares.
/// </summary>
public sealed class Year
{
    private static readonly TimeSpan Shanghai = TimeSpan.FromHours(8);
    private static readonly string[] OnlineChannels = ["app", "app", "web", "mini-program", "mini-program", "ota"];
    private static readonly string[] OfflineChannels = ["counter", "counter", "phone", "agency"];
    private static readonly string[] Counties = ["Zhushan", "Zhushan", "Changjiang", "Fuliang", "Leping"];
    private static readonly string[] Outcomes =
        ["agreed", "agreed", "agreed", "agreed", "terminated", "declined", "withdrawn", "declined-duplicate"];

    private static readonly (string Kind, string Venue, long Fen, bool Night)[] Products =
    [
        ("museum", "imperial-kiln-museum", 0, false), ("kiln", "ancient-kiln-expo", 9_500, false),
        ("show", "millennial-kiln-fire", 22_800, true), ("workshop", "taoxichuan", 16_800, false),
        ("night-market", "taoxichuan-market", 5_000, true), ("study-tour", "ancient-kiln-expo", 15_000, false),
        ("tea-picking", "fuliang-tea", 12_800, false), ("vr", "taoxichuan", 6_800, false),
    ];

    private readonly Random _random;
    private readonly List<SimulatedEvent> _events = [];

    /// <param name="seed">The same seed makes the same year.</param>
    /// <param name="first">First day.</param>
    /// <param name="bookings">About how many bookings; everything else is in proportion.</param>
    public Year(int seed, DateOnly first, int bookings)
    {
        _random = new(seed);
        First = first;
        Supply();
        for (var day = first; day < Last; day = day.AddDays(1))
        {
            var sold = (int)Math.Round(bookings / 365.0 * Season(day) * (0.8 + (0.4 * _random.NextDouble())));
            for (var one = 0; one < sold; one++) Book(day);
            for (var one = 0; one < sold / 6; one++) Stay(day);
            for (var one = 0; one < sold; one++) Look(day);
            if (_random.NextDouble() < Math.Min(1, sold / 40.0)) Complain(day);
        }
    }

    public DateOnly First { get; }
    public DateOnly Last => First.AddYears(1);
    public IReadOnlyList<SimulatedEvent> Events => _events;

    internal List<BookingRecord> Bookings { get; } = [];
    internal List<StayRecord> Stays { get; } = [];
    internal List<CaseRecord> Cases { get; } = [];
    internal List<SurveyRecord> Surveys { get; } = [];
    internal List<ListingRecord> Listings { get; } = [];
    internal int Holds { get; private set; }
    internal int Views { get; private set; }
    internal int Plans { get; private set; }
    internal int PlansAcross { get; private set; }
    internal int PlansWithinSixDays { get; private set; }
    internal int Replans { get; private set; }
    internal int Routes { get; private set; }
    internal int Merchants { get; private set; }
    internal long Captured { get; private set; }
    internal long Refunded { get; private set; }

    private static double Season(DateOnly day) => (day.Month, day.Day) switch
    {
        (10, <= 7) => 4.5,
        (5, <= 5) => 3.2,
        (2, >= 8 and <= 20) => 2.8,
        (7 or 8, _) => 1.5,
        (3 or 4 or 9 or 10 or 11, _) => 1.1,
        _ => 0.6,
    };

    private DateTimeOffset At(DateOnly day, int fromHour = 8, int toHour = 21) =>
        new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), Shanghai).AddSeconds(_random.Next(fromHour * 3600, toHour * 3600));

    private Guid NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        _random.NextBytes(bytes);
        return new(bytes);
    }

    private T Pick<T>(params T[] from) => from[_random.Next(from.Length)];

    private bool Chance(double of) => _random.NextDouble() < of;

    private void Tell(DateTimeOffset at, object contract) => _events.Add(new(NewId(), at.ToUniversalTime(), contract));

    private void Supply()
    {
        for (var merchant = 0; merchant < 12; merchant++, Merchants++)
        {
            var id = NewId();
            var joined = At(First.AddDays(_random.Next(0, 100)));
            Tell(joined, new MerchantJoined(id, merchant % 2 == 0 ? "supplier" : "host", $"M{merchant}", Pick(Counties), "L", true, [], 1));
            if (Chance(0.5)) Tell(joined.AddDays(3), new MerchantChanged(id, merchant % 2 == 0 ? "supplier" : "host", "N", Pick(Counties), "L", true, [], 2));
        }

        Tell(At(First), new MerchantJoined(NewId(), "reseller", "R", "Zhushan", "L", true, [], 1));
        for (var listing = 0; listing < 20; listing++)
        {
            var household = listing % 3 == 1 ? Listings[^1].Household : NewId();
            var from = First.AddDays(_random.Next(0, 60));
            DateOnly? until = Chance(0.3) ? from.AddDays(_random.Next(30, 250)) : null;
            var rooms = _random.Next(1, 6);
            var id = NewId();
            Listings.Add(new(household, from, until, rooms));
            Tell(At(from), Listed(true, 1));
            if (until is { } end) Tell(At(end), Listed(false, 2));

            ListingChanged Listed(bool active, long version) => new(
                id, Guid.Empty, household, "民宿", "Homestay", "Sanbao", "Zhushan", ResidentRun: true, active, Demonstration: false,
                29.3, 117.2, rooms, version);
        }

        for (var route = 0; route < 15; route++)
        {
            var valid = Chance(0.8);
            if (valid) Routes++;
            Tell(At(First.AddDays(route)), new RouteChanged(NewId(), "线路", "Route", OnOffer: true, valid, 2, ["Zhushan"], [], 1));
        }
    }

    private void Look(DateOnly day)
    {
        var source = Pick<string?>("search", "friend", null);
        Views++;
        Tell(At(day), new RouteViewed(NewId(), source, null, null));
        if (!Chance(0.3)) return;

        var (days, across) = (_random.Next(1, 9), Chance(0.4));
        var plan = NewId();
        Plans++;
        if (across) PlansAcross++;
        if (days <= 6) PlansWithinSixDays++;
        Tell(At(day), new ItineraryPlanned(plan, null, null, days, days * 3, across ? ["Zhushan", "Fuliang"] : ["Zhushan", "Zhushan"], source, null, null));
        if (day.AddDays(1) == Last || !Chance(0.2)) return;
        Replans++;
        Tell(At(day.AddDays(1)), new ItineraryReplanned(plan, "rain", 2, 1));
    }

    private void Book(DateOnly day)
    {
        var progress = (day.DayNumber - First.DayNumber) / 365.0;
        var online = Chance(0.60 + (0.16 * progress));
        var channel = online ? Pick(OnlineChannels) : Pick(OfflineChannels);
        var product = Pick(Products);
        var county = product.Kind == "tea-picking" ? "Fuliang" : Pick(Counties);
        var visitors = product.Kind == "study-tour" ? _random.Next(20, 61) : _random.Next(1, 6);
        var fen = product.Fen * visitors;
        var at = At(day);
        var guest = Chance(0.85) ? $"g{_random.Next(0, 1 + (Bookings.Count / 3))}" : null;
        var country = Chance(0.7) ? Pick("CN", "CN", "CN", "CN", "CN", "CN", "HK", "TW", "JP", "FR", "KR") : null;
        var slotDay = day.AddDays(_random.Next(0, 30));
        var startsAt = At(slotDay, 9, 20);
        var (booking, productId, option, slot, merchant) = (NewId(), NewId(), NewId(), NewId(), NewId());
        var source = Pick<string?>("search", "friend", null);
        var ages = new Dictionary<string, int>();
        var aged = Chance(0.8);
        if (aged) ages["18-35"] = visitors;

        Holds++;
        Tell(at.AddMinutes(-5), new BookingHeld(
            booking, null, productId, slot, merchant, product.Venue, channel, source, null, visitors, fen, startsAt, at.AddMinutes(10)));
        Tell(at, new BookingConfirmed(
            booking, null, null, productId, option, slot, merchant, product.Venue, county, product.Kind, product.Night, channel,
            source, null, guest, country, ages, visitors, visitors, fen, "CNY", online ? "payment" : "counter",
            startsAt, startsAt.AddHours(1), at.AddMinutes(-5)));
        Captured += fen;
        Tell(at, new PaymentCaptured(NewId(), "k", "booking", booking, fen, "CNY", "sandbox", at, false));
        if (Chance(0.3))
        {
            Holds++;
            var expired = NewId();
            Tell(at, new BookingHeld(expired, null, productId, slot, merchant, product.Venue, channel, source, null, 2, 0, startsAt, at.AddMinutes(15)));
            Tell(at.AddMinutes(15), new BookingExpired(expired, null, productId, slot, merchant, channel, source, null, 2, at.AddMinutes(15)));
        }

        // Each of the tickets is cancelled, redeemed or left.
        var takenOut = 0;
        var unitsRefund = 0L;
        if (visitors is >= 2 and <= 5 && Chance(0.1))
        {
            var full = Chance(0.7);
            var refund = full ? product.Fen : product.Fen / 2;
            takenOut = full ? 1 : 0;
            unitsRefund = refund;
            Tell(at.AddMinutes(30), new BookingUnitsCancelled(
                booking, productId, slot, merchant, at, full ? "FULL" : "PARTIAL", refund, 1, 1, visitors - 1, new Dictionary<string, int>()));
        }

        string? cancelled = Chance(0.1) ? Pick("FULL", "FULL", "PARTIAL", "NONE") : null;
        var refundFen = cancelled switch { "FULL" => fen - unitsRefund, "PARTIAL" => (fen - unitsRefund) / 3, _ => 0L };
        if (cancelled is not null)
        {
            Refunded += refundFen;
            Tell(at.AddHours(1), new BookingCancelled(booking, null, productId, slot, merchant, at, cancelled, refundFen, visitors - takenOut, "wish"));
            Tell(at.AddHours(1), new RefundSettled(NewId(), "k", NewId(), "k", "booking", booking, refundFen, "CNY", at.AddHours(1)));
        }

        var arrived = 0;
        var tickets = 0;
        if (cancelled is null && Chance(0.93))
        {
            var gate = startsAt.AddMinutes(10);
            var each = product.Kind == "study-tour" ? visitors : 1;
            for (; arrived < visitors - takenOut; arrived += each, tickets++)
            {
                Tell(gate, Redeemed(each, reEntry: false));
                if (Chance(0.05)) Tell(gate.AddHours(1), Redeemed(each, reEntry: true));
            }

            if (product.Kind == "vr" && Chance(0.6)) Ask(slotDay, "vr");
        }

        Bookings.Add(new(
            at, channel, product.Kind, product.Venue, county, product.Night, guest, country, visitors, fen, slotDay, cancelled,
            refundFen, takenOut, unitsRefund, arrived, tickets, aged ? arrived : 0, aged ? arrived : 0, slot));

        TicketRedeemed Redeemed(int people, bool reEntry) => new(
            booking, NewId(), productId, slot, merchant, product.Venue, county, product.Kind, channel, source, null, guest,
            country, aged ? "18-35" : null, people, reEntry, startsAt);
    }

    private void Ask(DateOnly day, string kind)
    {
        var survey = NewId();
        var opened = At(day, 21, 23);
        int? score = Chance(0.75) ? Pick(5, 5, 5, 4, 4, 3, 2) : null;
        Surveys.Add(new(day, score, kind == "vr"));
        Tell(opened, new SurveyOpened(survey, kind == "vr" ? "experience" : "case", NewId(), null, null, kind, null));
        if (score is { } given)
        {
            Tell(opened.AddDays(2), new SurveyAnswered(survey, kind == "vr" ? "experience" : "case", NewId(), null, null, kind, null, given, opened));
        }
    }

    private void Stay(DateOnly day)
    {
        var guest = Chance(0.5) ? $"g{_random.Next(0, 1 + (Bookings.Count / 3))}" : $"s{Stays.Count}";
        var arrival = day.AddDays(_random.Next(0, 20));
        for (var again = true; again; again = Chance(0.2))
        {
            var nights = _random.Next(1, 4);
            var fen = 30_000L * nights;
            var (host, village) = (fen * 80 / 100, fen * 5 / 100);
            var at = At(day);
            var (stay, listing, household) = (NewId(), NewId(), Listings[_random.Next(Listings.Count)].Household);
            string? refund = Chance(0.1) ? Pick("FULL", "PARTIAL", "NONE") : null;
            var refundFen = refund switch { "FULL" => fen, "PARTIAL" => fen / 2, _ => 0L };
            var county = Pick(Counties);
            var inVillage = Chance(0.5) ? "Sanbao" : null;
            Tell(at, new StayConfirmed(
                stay, null, null, listing, NewId(), Guid.Empty, household, inVillage, county, ResidentRun: true, arrival,
                arrival.AddDays(nights), 2, "app", null, null, guest, null, fen, "CNY", "payment"));
            if (refund is not null)
            {
                Tell(at.AddHours(2), new StayCancelled(stay, null, listing, NewId(), Guid.Empty, at, refund, refundFen, "wish"));
            }
            else
            {
                Tell(At(arrival.AddDays(nights), 8, 12), new StayCheckedOut(
                    stay, null, listing, Guid.Empty, household, inVillage, county, ResidentRun: true, arrival,
                    arrival.AddDays(nights), nights, 2, guest, null, fen, host, fen - host - village, village));
            }

            Stays.Add(new(at, guest, arrival, nights, fen, host, village, refund, refundFen, inVillage));
            arrival = arrival.AddDays(nights);
        }
    }

    private void Complain(DateOnly day)
    {
        var filed = At(day);
        var id = NewId();
        var outcome = Pick(Outcomes);
        Tell(filed, new CaseFiled(id, null, null, null, null, null, "Zhushan", Pick("price", "quality", "lodging"), "app", 1, 9_500));

        int? toAccept = Chance(0.9) ? _random.Next(60, 90_000) : null;
        DateTimeOffset? accepted = toAccept is { } seconds ? filed.AddSeconds(seconds) : null;
        if (accepted is { } then) Tell(then, new CaseAccepted(id, null, "Zhushan", "price", filed));

        int? toDecide = outcome == "withdrawn" ? null : _random.Next(100_000, 400_000);
        DateTimeOffset? decided = toDecide is { } length ? filed.AddSeconds(length) : null;
        var (met, breached) = (_random.Next(0, 6), _random.Next(0, 3));
        if (Chance(0.2))
        {
            Tell(filed.AddDays(6), Closed("agreed", 1, met + 1));
        }

        Tell(filed.AddDays(5), Closed(outcome, 2, met));
        Ask(day.AddDays(5), "case");

        long paid = 0, recovered = 0;
        var toPay = _random.Next(5, 1_800);
        var approved = filed.AddHours(30);
        if (outcome == "agreed" && Chance(0.6))
        {
            paid = _random.Next(5_000, 90_000);
            var compensation = NewId();
            Tell(approved, new CompensationApproved(compensation, id, null, "Zhushan", "price", paid, filed, approved));
            Tell(approved.AddSeconds(toPay), new CompensationPaid(
                compensation, id, null, "Zhushan", "price", paid, approved, approved.AddSeconds(toPay)));
            Tell(approved.AddSeconds(toPay), new PayoutSettled(NewId(), "k", "compensation", id, NewId(), paid, "CNY", approved.AddSeconds(toPay)));
            var recourse = NewId();
            Tell(approved.AddHours(1), new RecourseOpened(recourse, compensation, id, Guid.Empty, paid));
            var back = Chance(0.7);
            recovered = back ? paid : 0;
            Tell(approved.AddDays(9), new RecourseSettled(recourse, id, Guid.Empty, back ? "repaid" : "written-off", paid));
        }

        Cases.Add(new(
            filed, outcome, toAccept, toDecide, decided, accepted, met, breached, paid, toPay,
            paid > 0 ? approved.AddSeconds(toPay) : null, recovered));

        CaseClosed Closed(string how, long version, int metClocks) => new(
            id, null, null, null, "Zhushan", "price", how, filed, accepted, decided, metClocks, breached, version);
    }
}

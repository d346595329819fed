namespace Jingdezhen.Tourism.Simulation;

/// <summary>One indicator's true figure: the numerator, and the denominator where it has one.</summary>
/// <param name="Coverage">Of what share the needed field is known; null where it is not told here.</param>
public sealed record TrueFigure(long Numerator, long? Denominator = null, double? Coverage = null);

/// <summary>
/// What the indicators of a period are, told from the generator's own records by the definitions of "How the figures
/// count". It shares no code with Metrics: an error in one of the two shows as a difference.
/// </summary>
public sealed class Truth
{
    private static readonly string[] Online = ["app", "web", "mini-program", "ota"];
    private static readonly string[] Near = ["HK", "MO", "TW"];

    private readonly Year _year;
    private readonly DateOnly _from;
    private readonly DateOnly _to;
    private readonly List<BookingRecord> _confirmed;
    private readonly List<Counted> _counted;
    private readonly List<VisitRecord> _visits;
    private readonly List<VisitRecord> _arrivals;
    private readonly List<Slot> _slots;

    private sealed record Counted(BookingRecord Booking, int Visitors, long Fen)
    {
        public bool IsOnline => Online.Contains(Booking.Channel);
        public int Many => Booking.Many;
        public int LeadDays => Booking.Slot!.Day.DayNumber - Year.DayOf(Booking.At).DayNumber;
    }

    public Truth(Year year, DateOnly from, DateOnly to)
    {
        (_year, _from, _to) = (year, from, to);
        _confirmed = [.. year.Bookings.Where(booking => In(booking.At))];
        _counted =
        [
            .. _confirmed.Where(booking => booking.Refund != "FULL").Select(booking => new Counted(
                booking, booking.Visitors - booking.TakenOut,
                booking.Fen - booking.UnitsRefundFen - booking.RefundFen)),
        ];
        _visits = [.. year.Visits.Where(visit => In(visit.Day))];
        _arrivals = [.. year.Visits.Where(visit => visit.Slot is { } slot && In(slot.Day))];
        _slots = [.. year.Slots.Where(slot => In(slot.Day))];
    }

    /// <summary>Every indicator over the period.</summary>
    public IReadOnlyDictionary<string, TrueFigure> Figures =>
        new[] { OfSales(), OfVisits(), OfGuests(), OfSupply(), OfCases(), OfTheFunnel() }
            .SelectMany(figures => figures).ToDictionary();

    /// <summary>Some of them by the values of a dimension.</summary>
    public IReadOnlyDictionary<(string Indicator, string By), IReadOnlyDictionary<string, TrueFigure>> Parts =>
        new Dictionary<(string, string), IReadOnlyDictionary<string, TrueFigure>>
        {
            [("bookings", "channel")] =
                By(_counted, sale => sale.Booking.Channel, sales => new(sales.Sum(sale => sale.Many))),
            [("revenue", "kind")] = By(_counted, sale => sale.Booking.Kind, sales => new(sales.Sum(sale => sale.Fen))),
            [("revenue", "product")] = By(
                _counted, sale => sale.Booking.Slot?.Product.Id.ToString(), sales => new(sales.Sum(sale => sale.Fen))),
            [("revenue", "hour")] = By(
                _counted, sale => sale.Booking.Slot is null ? null : $"{sale.Booking.At.Hour:00}",
                sales => new(sales.Sum(sale => sale.Fen))),
            [("visits", "venue")] = By(_visits, visit => visit.Venue, visits => new(People(visits))),
            [("occupancy", "venue")] = Shares(
                By(_arrivals, visit => visit.Venue, visits => new(People(visits))),
                By(_slots, slot => slot.Product.Venue, slots => new(slots.Sum(slot => slot.Capacity)))),
            [("occupancy", "venue-hour")] = Shares(
                By(_arrivals, visit => $"{visit.Venue}/{visit.Slot!.Hour:00}", visits => new(People(visits))),
                By(_slots, slot => $"{slot.Product.Venue}/{slot.Hour:00}",
                    slots => new(slots.Sum(slot => slot.Capacity)))),
            [("carrying-load", "venue")] = Shares(
                By(_visits, visit => visit.Venue, visits => new(People(visits))),
                By(Carrying(), day => day.Venue, days => new(days.Sum(day => day.Capacity)))),
            [("complaint-rate", "category")] = By(
                Complaints(), one => one.Category, cases => new(cases.Count(), People(_visits))),
            [("clock-breaches", "kind")] = By(
                _year.Breaches.Where(breach => In(breach.Day)), breach => breach.Kind, all => new(all.Count())),
            [("recovered", "category")] = By(
                Recovered(), one => one.Category, cases => new(cases.Sum(one => one.RecoveredFen))),
            [("funnel-paid", "source")] = By(
                _confirmed, booking => booking.Source, bookings => new(bookings.Sum(booking => booking.Many))),
        };

    private Dictionary<string, TrueFigure> OfSales()
    {
        var single = _counted.Where(sale => sale.Booking.Slot is not null).ToList();
        var expected = _year.Bookings.Where(booking => booking is { Refund: null, Slot: { } slot } && In(slot.Day))
            .Sum(booking => booking.Visitors - booking.TakenOut);
        var (bookings, visitors, fen) = Sum(_counted);
        var unslotted = _counted.Where(sale => sale.Booking is { Slot: null, Refund: null })
            .Sum(sale => (long)sale.Visitors);
        var led = Covered(single.Count, bookings);
        var online = Sum(_counted.Where(sale => sale.IsOnline));
        var study = _counted.Where(sale => sale.Booking.Kind == "study-tour").ToList();
        return new()
        {
            ["bookings"] = new(bookings),
            ["visitors-booked"] = new(visitors),
            ["revenue"] = new(fen),
            ["online-share-bookings"] = new(online.Bookings, bookings),
            ["online-share-visitors"] = new(online.Visitors, visitors),
            ["online-share-revenue"] = new(online.Fen, fen),
            ["average-party"] = new(visitors, bookings),
            ["lead-time-median"] = new(Rank(single.Select(sale => sale.LeadDays), 0.5), null, led),
            ["lead-time-p95"] = new(Rank(single.Select(sale => sale.LeadDays), 0.95), null, led),
            ["cancellation-rate"] = new(
                _confirmed.Where(booking => booking.Refund is not null).Sum(booking => booking.Many),
                _confirmed.Sum(booking => booking.Many)),
            ["no-show-rate"] = new(
                expected - People(_arrivals), expected, Covered(expected, expected + unslotted)),
            ["night-revenue"] = new(_counted.Where(sale => sale.Booking.Night).Sum(sale => sale.Fen)),
            ["study-groups"] = new(study.Count),
            ["study-revenue-share"] = new(study.Sum(sale => sale.Fen), fen),
            ["tea-bookings"] = new(_counted.Count(sale => sale.Booking.Kind == "tea-picking")),
        };

        static (long Bookings, long Visitors, long Fen) Sum(IEnumerable<Counted> sales)
        {
            var all = sales.ToList();
            return (all.Sum(sale => sale.Many), all.Sum(sale => sale.Visitors), all.Sum(sale => sale.Fen));
        }
    }

    private Dictionary<string, TrueFigure> OfVisits()
    {
        var shows = _arrivals.Where(visit => visit.Slot!.Product.Kind == "show").ToList();
        return new()
        {
            ["visits"] = new(People(_visits)),
            ["youth-share"] = new(
                People(_visits.Where(visit => visit.AgeBand == "18-35")),
                People(_visits.Where(visit => visit.AgeBand is not null))),
            ["inbound-visitors"] = new(People(
                _visits.Where(visit => visit.Country is not (null or "CN") && !Near.Contains(visit.Country)))),
            ["greater-china-visitors"] = new(People(_visits.Where(visit => Near.Contains(visit.Country)))),
            ["show-audience"] = new(People(shows), shows.Select(visit => visit.Slot).Distinct().Count()),
            ["vr-participants"] = new(People(_visits.Where(visit => visit.Slot?.Product.Kind == "vr"))),
            ["occupancy"] = new(People(_arrivals), _slots.Sum(slot => slot.Capacity)),
            ["places-offered"] = new(_slots.Sum(slot => slot.Capacity)),
        };
    }

    private Dictionary<string, TrueFigure> OfGuests()
    {
        var stays = _year.Stays.Where(stay => stay.Refund != "FULL" && In(stay.At)).ToList();
        var over = _year.Stays.Where(stay => stay.Refund is null && In(stay.Arrival.AddDays(stay.Nights))).ToList();
        var trips = Trips().Where(trip => In(trip.End)).ToList();
        var guests = _counted.Select(sale => sale.Booking.Guest).OfType<string>()
            .Concat(stays.Select(stay => stay.Guest))
            .Distinct().Count();
        var recovered = Recovered().Where(one => one.IsHosts).Sum(one => one.RecoveredFen);
        var nights = _year.Stays.Where(stay => stay.Refund is null).Sum(stay =>
            Enumerable.Range(0, stay.Nights).Count(night => In(stay.Arrival.AddDays(night))));
        var households = _year.Listings
            .Where(listing => listing.From < _to && (listing.Until is null || listing.Until > _from))
            .Select(listing => listing.Household).Distinct().Count();
        return new()
        {
            ["stay-length"] = new(trips.Sum(trip => trip.Days), trips.Count),
            ["overnight-rate"] = new(trips.Count(trip => trip.Days > 1), trips.Count),
            ["spend-per-head"] = new(
                _counted.Sum(sale => sale.Fen) + stays.Sum(stay => stay.Fen - stay.RefundFen), guests),
            ["homestay-occupancy"] = new(
                nights, _year.Listings.Sum(listing => listing.Rooms * (long)Math.Max(0, Days(listing)))),
            ["homestay-price"] = new(over.Sum(stay => stay.Fen), over.Sum(stay => stay.Nights)),
            ["household-income"] = new(over.Sum(stay => stay.HostFen) - recovered, households),
            ["village-revenue"] = new(over.Sum(stay => stay.Fen)),
            ["resident-share"] = new(over.Sum(stay => stay.HostFen + stay.VillageFen), over.Sum(stay => stay.Fen)),
        };

        int Days(ListingRecord listing) =>
            Math.Min(_to.DayNumber, (listing.Until ?? _to).DayNumber) - Math.Max(_from.DayNumber,
                listing.From.DayNumber);
    }

    private Dictionary<string, TrueFigure> OfSupply()
    {
        var routes = _year.Routes.Where(route => route.Valid && route.From < _to).ToList();
        return new()
        {
            ["homestays"] = new(_year.Listings.Count(
                listing => listing.From < _to && (listing.Until is null || listing.Until >= _to))),
            ["routes-on-offer"] = new(routes.Count),
            ["day-night-routes"] = new(routes.Count(route => route.DayAndNight)),
            ["routes-across-counties"] = new(routes.Count(route => route.Across)),
            ["tea-routes"] = new(routes.Count(route => route.Tea)),
            ["businesses"] = new(_year.Merchants.Count(joined => joined < _to)),
        };
    }

    private Dictionary<string, TrueFigure> OfCases()
    {
        var withdrawn = _year.Cases.Count(one => In(one.At) && one.Outcome == "withdrawn")
            + _year.OldCases.Count(one => In(one.Day) && one.Outcome == "withdrawn");
        var paid = _year.Cases.Where(one => one.PaidAt is { } at && In(at)).ToList();
        var closed = _year.Cases.Where(one => In(one.ClosedAt)).ToList();
        var surveys = _year.Surveys.Where(survey => In(survey.Opened)).ToList();
        var answered = surveys.Where(survey => survey.Score is not null).ToList();
        var accepting = _year.Cases.Where(one => one.AcceptedAt is { } at && In(at))
            .Select(one => one.SecondsToAccept!.Value);
        var deciding = _year.Cases.Where(one => one.DecidedAt is { } at && In(at))
            .Select(one => one.SecondsToDecide!.Value);
        var paying = paid.Select(one => one.SecondsToPay);
        var (complaints, paidFen) = (Complaints().Count(), paid.Sum(one => one.PaidFen));
        var recovered = Recovered().Sum(one => one.RecoveredFen);
        return new()
        {
            ["complaints"] = new(complaints),
            ["complaints-withdrawn"] = new(withdrawn),
            ["complaint-rate"] = new(complaints, People(_visits)),
            ["time-to-accept-median"] = new(Rank(accepting, 0.5)),
            ["time-to-accept-p95"] = new(Rank(accepting, 0.95)),
            ["time-to-decide-median"] = new(Rank(deciding, 0.5)),
            ["time-to-decide-p95"] = new(Rank(deciding, 0.95)),
            ["time-to-pay-median"] = new(Rank(paying, 0.5)),
            ["time-to-pay-p95"] = new(Rank(paying, 0.95)),
            ["clocks-breached"] = new(closed.Sum(one => one.Breached), closed.Sum(one => one.Breached + one.Met)),
            ["clock-breaches"] = new(_year.Breaches.Count(breach => In(breach.Day))),
            ["satisfaction"] = new(
                answered.Count(survey => survey.Score >= 4), answered.Count, Covered(answered.Count, surveys.Count)),
            ["vr-satisfaction"] = new(
                answered.Count(survey => survey is { Vr: true, Score: >= 4 }), answered.Count(survey => survey.Vr)),
            ["compensation-paid"] = new(paidFen),
            ["recovered"] = new(recovered),
            ["recovery-rate"] = new(recovered, paidFen),
            ["fund-movement"] = new(
                _year.Cases.Where(one => one.RecoveredAt is { } at && Year.DayOf(at) < _to).Sum(one => one.RecoveredFen)
                - _year.Cases.Where(one => one.PaidAt is { } at && Year.DayOf(at) < _to).Sum(one => one.PaidFen)),
        };
    }

    private Dictionary<string, TrueFigure> OfTheFunnel()
    {
        var views = _year.Views.Count(In);
        var plans = _year.Plans.Where(plan => In(plan.Day)).ToList();
        var holds = _year.Holds.Count(In);
        var paid = _confirmed.Sum(booking => booking.Many);
        return new()
        {
            ["funnel-route-views"] = new(views),
            ["top-routes"] = new(views),
            ["funnel-plans"] = new(plans.Count),
            ["funnel-holds"] = new(holds),
            ["funnel-paid"] = new(paid),
            ["funnel-redeemed"] = new(_visits.Count(visit => visit.Slot is not null)),
            ["conversion-view-to-plan"] = new(plans.Count, views),
            ["conversion-hold-to-paid"] = new(paid, holds),
            ["plans-across-counties"] = new(plans.Count(plan => plan.Across), plans.Count),
            ["plans-within-transit"] = new(plans.Count(plan => plan.Days <= 6), plans.Count),
            ["replans"] = new(_year.Replans.Count(In)),
            ["captured"] = new(Moved("captured")),
            ["refunded"] = new(Moved("refunded")),
            ["paid-out"] = new(Moved("paid-out")),
        };

        long Moved(string kind) => _year.Money.Where(one => one.Kind == kind && In(one.Day)).Sum(one => one.Fen);
    }

    private bool In(DateOnly day) => day >= _from && day < _to;

    private bool In(DateTimeOffset at) => In(Year.DayOf(at));

    private static long People(IEnumerable<VisitRecord> visits) => visits.Sum(visit => (long)visit.People);

    private IEnumerable<(string Category, string Outcome)> Complaints() =>
        _year.Cases.Where(one => In(one.At)).Select(one => (one.Category, one.Outcome))
            .Concat(_year.OldCases.Where(one => In(one.Day)).Select(one => (one.Category, one.Outcome)))
            .Where(one => one.Outcome is not ("withdrawn" or "declined-duplicate"));

    private IEnumerable<CaseRecord> Recovered() => _year.Cases.Where(one => one.RecoveredAt is { } at && In(at));

    /// <summary>Of each venue's day what was told of it last.</summary>
    private IEnumerable<CapacityRecord> Carrying() => _year.Capacities.Where(one => In(one.Day))
        .GroupBy(one => (one.Venue, one.Day), (_, told) => told.MaxBy(one => (one.ToldAt, one.Capacity))!);

    /// <summary>Each guest's days laid out on a calendar: nights that touch are one chain, other days with a visit are
    /// one
    /// each.</summary>
    private IEnumerable<(DateOnly End, int Days)> Trips()
    {
        var slept = _year.Stays.Where(stay => stay.Refund is null)
            .SelectMany(stay => Enumerable.Range(0, stay.Nights)
                .Select(night => (stay.Guest, Day: stay.Arrival.AddDays(night))))
            .ToLookup(night => night.Guest, night => night.Day);
        var visited = _year.Visits.Where(visit => visit is { Slot: not null, Guest: not null })
            .ToLookup(visit => visit.Guest!, visit => visit.Day);
        foreach (var guest in slept.Select(nights => nights.Key).Union(visited.Select(visits => visits.Key)))
        {
            var nights = slept[guest].ToHashSet();
            foreach (var first in nights.Where(night => !nights.Contains(night.AddDays(-1))))
            {
                var length = 1;
                while (nights.Contains(first.AddDays(length))) length++;
                yield return (first.AddDays(length), length + 1);
            }

            foreach (var day in visited[guest].Distinct())
            {
                if (!nights.Contains(day) && !nights.Contains(day.AddDays(-1))) yield return (day, 1);
            }
        }
    }

    private static Dictionary<string, TrueFigure> By<TRow>(
        IEnumerable<TRow> rows, Func<TRow, string?> key, Func<IEnumerable<TRow>, TrueFigure> figure) =>
        rows.Where(row => key(row) is not null).GroupBy(row => key(row)!)
            .ToDictionary(part => part.Key, part => figure(part));

    private static Dictionary<string, TrueFigure> Shares(
        Dictionary<string, TrueFigure> parts, Dictionary<string, TrueFigure> wholes) =>
        parts.Keys.Union(wholes.Keys).ToDictionary(key => key, key => new TrueFigure(
            parts.GetValueOrDefault(key)?.Numerator ?? 0, wholes.GetValueOrDefault(key)?.Numerator ?? 0));

    private static double? Covered(long known, long all) => all == 0 ? null : (double)known / all;

    private static long Rank(IEnumerable<int> values, double share)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? 0 : sorted[(int)Math.Ceiling(share * sorted.Count) - 1];
    }
}

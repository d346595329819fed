namespace Jingdezhen.Tourism.Simulation;

/// <summary>One indicator's true figure: the numerator, and the denominator where it has one.</summary>
/// <param name="Coverage">Of what share the needed field is known; null where it is not told here.</param>
/// <param name="Cases">How many cases stand behind it; null where that is the denominator, or else the
/// numerator.</param>
public sealed record TrueFigure(long Numerator, long? Denominator = null, double? Coverage = null, long? Cases = null)
{
    public long N => Cases ?? Denominator ?? Numerator;
}

/// <summary>
/// What the indicators of a period are, told from the generator's own records by the definitions of "How the figures
/// count". It shares no code with Metrics: an error in one of the two shows as a difference.
/// </summary>
public sealed class Truth
{
    private const int RepeatedWithinDays = 180;
    private static readonly string[] Online = ["app", "web", "mini-program", "ota"];
    private static readonly string[] Near = ["HK", "MO", "TW"];

    private readonly Year _year;
    private readonly DateOnly _from;
    private readonly DateOnly _to;
    private readonly TruthPart _part;
    private readonly List<BookingRecord> _confirmed;
    private readonly List<Counted> _counted;
    private readonly List<VisitRecord> _visits;
    private readonly List<VisitRecord> _arrivals;
    private readonly List<Slot> _slots;
    private readonly List<CaseRecord> _cases;

    private sealed record Counted(BookingRecord Booking, int Visitors, long Fen)
    {
        public bool IsOnline => Online.Contains(Booking.Channel);
        public int Many => Booking.Many;
        public int LeadDays => Booking.Slot!.Day.DayNumber - Year.DayOf(Booking.At).DayNumber;
    }

    public Truth(Year year, DateOnly from, DateOnly to) : this(year, from, to, TruthPart.Whole)
    {
    }

    private Truth(Year year, DateOnly from, DateOnly to, TruthPart part)
    {
        (_year, _from, _to, _part) = (year, from, to, part);
        _confirmed = [.. year.Bookings.Where(booking => In(booking.At) && part.Has(booking))];
        _counted =
        [
            .. _confirmed.Where(booking => booking.Refund != "FULL").Select(booking => new Counted(
                booking, booking.Visitors - booking.TakenOut,
                booking.Fen - booking.UnitsRefundFen - booking.RefundFen)),
        ];
        _visits = [.. year.Visits.Where(visit => In(visit.Day) && part.Has(visit))];
        _arrivals =
            [.. year.Visits.Where(visit => visit.Slot is { } slot && In(slot.Day) && part.HasArrived(visit))];
        _slots = [.. year.Slots.Where(slot => In(slot.Day) && part.Has(slot))];
        _cases = [.. year.Cases.Where(part.Has)];
    }

    /// <summary>Every indicator over the period.</summary>
    public IReadOnlyDictionary<string, TrueFigure> Figures =>
        new[] { OfSales(), OfVisits(), OfGuests(), OfHomes(), OfSupply(), OfCases(), OfTheFunnel() }
            .SelectMany(figures => figures).ToDictionary();

    /// <summary>Every indicator by a dimension's values: the same figures, told of a part of the records.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, TrueFigure>> PartsBy(string dimension) =>
        TruthPart.KeysOf(_year, dimension).ToDictionary(
            key => key, key => new Truth(_year, _from, _to, new(dimension, key)).Figures);

    private Dictionary<string, TrueFigure> OfSales()
    {
        var single = _counted.Where(sale => sale.Booking.Slot is not null).ToList();
        var expected = _year.Bookings
            .Where(booking => booking is { Refund: null, Slot: { } slot } && In(slot.Day) && _part.HasExpected(booking))
            .Sum(booking => booking.Visitors - booking.TakenOut);
        var (bookings, visitors, fen) = Sum(_counted);
        var unslotted = _counted.Where(sale => sale.Booking is { Slot: null, Refund: null })
            .Sum(sale => (long)sale.Visitors);
        var led = Covered(single.Count, bookings);
        var online = Sum(_counted.Where(sale => sale.IsOnline));
        var night = _counted.Where(sale => sale.Booking.Night).ToList();
        var study = _counted.Where(sale => sale.Booking.Kind == "study-tour").ToList();
        return new()
        {
            ["bookings"] = new(bookings),
            ["visitors-booked"] = new(visitors),
            ["revenue"] = new(fen, Cases: bookings),
            ["online-share-bookings"] = new(online.Bookings, bookings),
            ["online-share-visitors"] = new(online.Visitors, visitors),
            ["online-share-revenue"] = new(online.Fen, fen, Cases: bookings),
            ["average-party"] = new(visitors, bookings),
            ["lead-time-median"] = new(Rank(single.Select(sale => sale.LeadDays), 0.5), null, led, single.Count),
            ["lead-time-p95"] = new(Rank(single.Select(sale => sale.LeadDays), 0.95), null, led, single.Count),
            ["cancellation-rate"] = new(
                _confirmed.Where(booking => booking.Refund is not null).Sum(booking => booking.Many),
                _confirmed.Sum(booking => booking.Many)),
            ["no-show-rate"] = new(
                expected - People(_arrivals), expected, Covered(expected, expected + unslotted)),
            ["night-revenue"] = new(night.Sum(sale => sale.Fen), Cases: night.Count),
            ["study-groups"] = new(study.Count),
            ["study-revenue-share"] = new(study.Sum(sale => sale.Fen), fen, Cases: study.Count),
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
        var capacity = _slots.Sum(slot => (long)slot.Capacity);
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
            ["occupancy"] = new(People(_arrivals), capacity, Cases: People(_arrivals)),
            ["places-offered"] = new(capacity),

            // Of venues only: few have such a figure.
            ["carrying-load"] = new(
                People(_visits), _part == TruthPart.Whole ? 0 : Carrying().Sum(day => day.Capacity),
                Cases: People(_visits)),
        };
    }

    /// <summary>What is told of guests as a whole: a guest is of no channel and no county.</summary>
    private Dictionary<string, TrueFigure> OfGuests()
    {
        if (_part != TruthPart.Whole) return [];

        var stays = _year.Stays.Where(stay => stay.Refund != "FULL" && In(stay.At)).ToList();
        var trips = Trips().Where(trip => In(trip.End)).ToList();
        var guests = _counted.Select(sale => sale.Booking.Guest).OfType<string>()
            .Concat(stays.Select(stay => stay.Guest))
            .Distinct().Count();
        return new()
        {
            ["stay-length"] = new(trips.Sum(trip => trip.Days), trips.Count),
            ["overnight-rate"] = new(trips.Count(trip => trip.Days > 1), trips.Count),
            ["spend-per-head"] = new(
                _counted.Sum(sale => sale.Fen) + stays.Sum(stay => stay.Fen - stay.RefundFen), guests),
        };
    }

    private Dictionary<string, TrueFigure> OfHomes()
    {
        var slept = _year.Stays.Where(stay => stay.Refund is null && _part.Has(stay)).ToList();
        var over = slept.Where(stay => In(stay.Arrival.AddDays(stay.Nights))).ToList();
        var recovered = Recovered().Where(one => one.IsHosts).Sum(one => one.RecoveredFen);
        var nights = slept.Sum(stay =>
            Enumerable.Range(0, stay.Nights).Count(night => In(stay.Arrival.AddDays(night))));
        var listings = _year.Listings.Where(_part.Has).ToList();
        var households = listings
            .Where(listing => listing.From < _to && (listing.Until is null || listing.Until > _from))
            .Select(listing => listing.Household).Distinct().Count();
        return new()
        {
            ["homestays"] = new(listings.Count(
                listing => listing.From < _to && (listing.Until is null || listing.Until >= _to))),
            ["homestay-occupancy"] = new(
                nights, listings.Sum(listing => listing.Rooms * (long)Math.Max(0, Days(listing))), Cases: nights),
            ["homestay-price"] = new(
                over.Sum(stay => stay.Fen), over.Sum(stay => stay.Nights), Cases: over.Count),
            ["household-income"] = new(over.Sum(stay => stay.HostFen) - recovered, households),
            ["village-revenue"] = new(over.Sum(stay => stay.Fen), Cases: over.Count),
            ["resident-share"] = new(
                over.Sum(stay => stay.HostFen + stay.VillageFen), over.Sum(stay => stay.Fen), Cases: over.Count),
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
            ["routes-on-offer"] = new(routes.Count),
            ["day-night-routes"] = new(routes.Count(route => route.DayAndNight)),
            ["routes-across-counties"] = new(routes.Count(route => route.Across)),
            ["tea-routes"] = new(routes.Count(route => route.Tea)),
            ["businesses"] = new(_year.Merchants.Count(merchant => merchant.From < _to && _part.Has(merchant))),
        };
    }

    private Dictionary<string, TrueFigure> OfCases()
    {
        var withdrawn = _cases.Count(one => In(one.At) && one.Outcome == "withdrawn")
            + OldCases().Count(one => one.Outcome == "withdrawn");
        var named = _cases.Where(one => one.Counts && In(one.At)).ToList();
        var complaints = named.Count + OldCases().Count(one => one.Counts);
        var paid = _cases.Where(one => one.PaidAt is { } at && In(at)).ToList();
        var closed = _cases.Where(one => In(one.ClosedAt)).ToList();
        var accepting = _cases.Where(one => one.AcceptedAt is { } at && In(at))
            .Select(one => one.SecondsToAccept!.Value).ToList();
        var deciding = _cases.Where(one => one.DecidedAt is { } at && In(at))
            .Select(one => one.SecondsToDecide!.Value).ToList();
        var paying = paid.Select(one => one.SecondsToPay).ToList();
        var recovered = Recovered().ToList();
        var (paidFen, recoveredFen) = (paid.Sum(one => one.PaidFen), recovered.Sum(one => one.RecoveredFen));
        var ever = _cases.Where(one => one.PaidAt is { } at && Year.DayOf(at) < _to).ToList();

        // A visit has no category of complaint.
        var visits = _part.Dimension == "category" ? _year.Visits.Where(visit => In(visit.Day)) : _visits;
        return new(OfSurveys())
        {
            ["complaints"] = new(complaints),
            ["complaints-withdrawn"] = new(withdrawn),
            ["complaints-repeated"] = new(
                named.Count(IsRepeated), named.Count, Covered(named.Count, complaints)),
            ["complaint-rate"] = new(complaints, People(visits), Cases: complaints),
            ["time-to-accept-median"] = new(Rank(accepting, 0.5), Cases: accepting.Count),
            ["time-to-accept-p95"] = new(Rank(accepting, 0.95), Cases: accepting.Count),
            ["time-to-decide-median"] = new(Rank(deciding, 0.5), Cases: deciding.Count),
            ["time-to-decide-p95"] = new(Rank(deciding, 0.95), Cases: deciding.Count),
            ["time-to-pay-median"] = new(Rank(paying, 0.5), Cases: paying.Count),
            ["time-to-pay-p95"] = new(Rank(paying, 0.95), Cases: paying.Count),
            ["clocks-breached"] = new(closed.Sum(one => one.Breached), closed.Sum(one => one.Breached + one.Met)),
            ["clock-breaches"] = new(_year.Breaches.Count(breach => In(breach.Day) && _part.Has(breach))),
            ["compensation-paid"] = new(paidFen, Cases: paid.Count),
            ["recovered"] = new(recoveredFen, Cases: recovered.Count),
            ["recovery-rate"] = new(recoveredFen, paidFen, Cases: paid.Count),
            ["fund-movement"] = new(
                _cases.Where(one => one.RecoveredAt is { } at && Year.DayOf(at) < _to).Sum(one => one.RecoveredFen)
                - ever.Sum(one => one.PaidFen), Cases: ever.Count),
        };

        IEnumerable<OldCaseRecord> OldCases() => _year.OldCases.Where(one => In(one.Day) && _part.Has(one));

        bool IsRepeated(CaseRecord one) => _year.Cases.Any(earlier =>
            earlier.Counts && (earlier.Merchant, earlier.Category) == (one.Merchant, one.Category)
            && earlier.DecidedAt is { } decided
            && Year.DayOf(one.At).DayNumber - Year.DayOf(decided).DayNumber is > 0 and <= RepeatedWithinDays);
    }

    private Dictionary<string, TrueFigure> OfSurveys()
    {
        var surveys = _year.Surveys.Where(survey => In(survey.Opened) && _part.Has(survey)).ToList();
        var answered = surveys.Where(survey => survey.Score is not null).ToList();
        var vr = answered.Where(survey => survey.Product?.Kind == "vr").ToList();
        return new()
        {
            ["satisfaction"] = new(
                answered.Count(survey => survey.Score >= 4), answered.Count, Covered(answered.Count, surveys.Count)),
            ["vr-satisfaction"] = new(vr.Count(survey => survey.Score >= 4), vr.Count),
        };
    }

    private Dictionary<string, TrueFigure> OfTheFunnel()
    {
        var views = _year.Views.Count(view => In(view.Day) && _part.Has(view));
        var plans = _year.Plans.Where(plan => In(plan.Day) && _part.Has(plan)).ToList();
        var holds = _year.Holds.Count(hold => In(hold.Day) && _part.Has(hold));
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
            ["replans"] = new(_year.Replans.Count(replan => In(replan.Day) && _part.Has(replan))),
            ["captured"] = Moved("captured"),
            ["refunded"] = Moved("refunded"),
            ["paid-out"] = Moved("paid-out"),
        };

        TrueFigure Moved(string kind)
        {
            var moved = _year.Money.Where(one => one.Kind == kind && In(one.Day) && _part.Has(one)).ToList();
            return new(moved.Sum(one => one.Fen), Cases: moved.Count);
        }
    }

    private bool In(DateOnly day) => day >= _from && day < _to;

    private bool In(DateTimeOffset at) => In(Year.DayOf(at));

    private static long People(IEnumerable<VisitRecord> visits) => visits.Sum(visit => (long)visit.People);

    private IEnumerable<CaseRecord> Recovered() => _cases.Where(one => one.RecoveredAt is { } at && In(at));

    /// <summary>Of each venue's day what was told of it last.</summary>
    private IEnumerable<CapacityRecord> Carrying() => _year.Capacities.Where(one => In(one.Day) && _part.Has(one))
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

    private static double? Covered(long known, long all) => all == 0 ? null : (double)known / all;

    private static long Rank(IEnumerable<int> values, double share)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? 0 : sorted[(int)Math.Ceiling(share * sorted.Count) - 1];
    }
}

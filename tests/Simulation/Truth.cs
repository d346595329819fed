namespace Jingdezhen.Tourism.Simulation;

/// <summary>One indicator's true figure: the numerator, and the denominator where it has one.</summary>
public sealed record TrueFigure(long Numerator, long? Denominator = null)
{
    public double? Value => Denominator switch { null => Numerator, 0 => null, { } whole => (double)Numerator / whole };
}

/// <summary>
/// What the year's indicators are, told from the generator's own records by the definitions of "How the figures count".
/// It shares no code with Metrics: an error in one of the two shows as a difference.
/// </summary>
public static class Truth
{
    private static readonly string[] Online = ["app", "web", "mini-program", "ota"];

    private sealed record Counted(BookingRecord Booking, int Visitors, long Fen);

    public static IReadOnlyDictionary<string, TrueFigure> Of(Year year, DateOnly from, DateOnly to)
    {
        var confirmed = year.Bookings.Where(booking => In(booking.At)).ToList();
        var counted = confirmed.Where(booking => booking.Refund != "FULL")
            .Select(booking => new Counted(
                booking, booking.Visitors - booking.VisitorsTakenOut, booking.Fen - booking.UnitsRefundFen - booking.RefundFen))
            .ToList();
        var online = counted.Where(sale => Online.Contains(sale.Booking.Channel)).ToList();
        var arrivals = year.Bookings.Where(booking => booking.Arrived > 0 && InDay(booking.SlotDay)).ToList();
        var expected = year.Bookings.Where(booking => booking.Refund is null && InDay(booking.SlotDay)).ToList();
        var stays = year.Stays.Where(stay => stay.Refund != "FULL" && In(stay.At)).ToList();
        var over = year.Stays.Where(stay => stay.Refund is null && InDay(stay.Arrival.AddDays(stay.Nights))).ToList();
        var cases = year.Cases.Where(one => In(one.At)).ToList();
        var complaints = cases.Count(one => one.Outcome is not ("withdrawn" or "declined-duplicate"));
        var paid = year.Cases.Where(one => one.PaidAt is { } at && In(at)).ToList();
        var recovered = year.Cases.Where(one => one.RecoveredFen > 0 && In(one.At.AddHours(30).AddDays(9))).Sum(one => one.RecoveredFen);
        var closed = year.Cases.Where(one => In(one.At.AddDays(5))).ToList();
        var surveys = year.Surveys.Where(survey => InDay(survey.Opened)).ToList();
        var answered = surveys.Where(survey => survey.Score is not null).ToList();
        var trips = Trips(year).Where(trip => InDay(trip.End)).ToList();
        var guests = counted.Select(sale => sale.Booking.Guest).OfType<string>().Concat(stays.Select(stay => stay.Guest))
            .Distinct().Count();
        var active = year.Listings.Where(listing => listing.From < to && (listing.Until is null || listing.Until > from)).ToList();
        var standing = year.Listings.Count(listing => listing.From < to && (listing.Until is null || listing.Until >= to));
        var visits = arrivals.Sum(booking => booking.Arrived);
        var shows = arrivals.Where(booking => booking.Kind == "show").ToList();
        var revenue = counted.Sum(sale => sale.Fen);
        return new Dictionary<string, TrueFigure>
        {
            ["bookings"] = new(counted.Count),
            ["visitors-booked"] = new(counted.Sum(sale => sale.Visitors)),
            ["revenue"] = new(revenue),
            ["online-share-bookings"] = new(online.Count, counted.Count),
            ["online-share-visitors"] = new(online.Sum(sale => sale.Visitors), counted.Sum(sale => sale.Visitors)),
            ["online-share-revenue"] = new(online.Sum(sale => sale.Fen), revenue),
            ["average-party"] = new(counted.Sum(sale => sale.Visitors), counted.Count),
            ["lead-time-median"] = new(Rank(counted.Select(Lead), 0.5)),
            ["lead-time-p95"] = new(Rank(counted.Select(Lead), 0.95)),
            ["cancellation-rate"] = new(confirmed.Count(booking => booking.Refund is not null), confirmed.Count),
            ["no-show-rate"] = new(
                expected.Sum(booking => booking.Visitors - booking.VisitorsTakenOut) - visits,
                expected.Sum(booking => booking.Visitors - booking.VisitorsTakenOut)),
            ["night-revenue"] = new(counted.Where(sale => sale.Booking.Night).Sum(sale => sale.Fen)),
            ["study-groups"] = new(counted.Count(sale => sale.Booking.Kind == "study-tour")),
            ["study-revenue-share"] = new(counted.Where(sale => sale.Booking.Kind == "study-tour").Sum(sale => sale.Fen), revenue),
            ["tea-bookings"] = new(counted.Count(sale => sale.Booking.Kind == "tea-picking")),
            ["visits"] = new(visits),
            ["youth-share"] = new(arrivals.Sum(booking => booking.Young), arrivals.Sum(booking => booking.Aged)),
            ["inbound-visitors"] = new(arrivals.Where(booking => booking.Country is "JP" or "FR" or "KR").Sum(booking => booking.Arrived)),
            ["greater-china-visitors"] = new(arrivals.Where(booking => booking.Country is "HK" or "TW").Sum(booking => booking.Arrived)),
            ["show-audience"] = new(shows.Sum(booking => booking.Arrived), shows.Select(booking => booking.Show).Distinct().Count()),
            ["vr-participants"] = new(arrivals.Where(booking => booking.Kind == "vr").Sum(booking => booking.Arrived)),
            ["vr-satisfaction"] = new(
                answered.Count(survey => survey is { Vr: true, Score: >= 4 }), answered.Count(survey => survey.Vr)),
            ["stay-length"] = new(trips.Sum(trip => trip.Days), trips.Count),
            ["overnight-rate"] = new(trips.Count(trip => trip.Days > 1), trips.Count),
            ["spend-per-head"] = new(revenue + stays.Sum(stay => stay.Fen - stay.RefundFen), guests),
            ["homestays"] = new(standing),
            ["homestay-occupancy"] = new(
                year.Stays.Where(stay => stay.Refund is null).Sum(stay =>
                    Enumerable.Range(0, stay.Nights).Count(night => InDay(stay.Arrival.AddDays(night)))),
                year.Listings.Sum(listing => listing.Rooms * Math.Max(0, Days(listing)))),
            ["homestay-price"] = new(over.Sum(stay => stay.Fen), over.Sum(stay => stay.Nights)),
            ["household-income"] = new(over.Sum(stay => stay.HostFen) - recovered, active.Select(listing => listing.Household).Distinct().Count()),
            ["village-revenue"] = new(over.Sum(stay => stay.Fen)),
            ["resident-share"] = new(over.Sum(stay => stay.HostFen + stay.VillageFen), over.Sum(stay => stay.Fen)),
            ["routes-on-offer"] = new(year.Routes),
            ["businesses"] = new(year.Merchants),
            ["complaints"] = new(complaints),
            ["complaints-withdrawn"] = new(cases.Count(one => one.Outcome == "withdrawn")),
            ["complaint-rate"] = new(complaints, visits),
            ["time-to-accept-median"] = new(Rank(Accepting(), 0.5)),
            ["time-to-accept-p95"] = new(Rank(Accepting(), 0.95)),
            ["time-to-decide-median"] = new(Rank(Deciding(), 0.5)),
            ["time-to-decide-p95"] = new(Rank(Deciding(), 0.95)),
            ["time-to-pay-median"] = new(Rank(paid.Select(one => one.SecondsToPay), 0.5)),
            ["time-to-pay-p95"] = new(Rank(paid.Select(one => one.SecondsToPay), 0.95)),
            ["clocks-breached"] = new(closed.Sum(one => one.Breached), closed.Sum(one => one.Breached + one.Met)),
            ["satisfaction"] = new(answered.Count(survey => survey.Score >= 4), answered.Count),
            ["compensation-paid"] = new(paid.Sum(one => one.PaidFen)),
            ["recovered"] = new(recovered),
            ["recovery-rate"] = new(recovered, paid.Sum(one => one.PaidFen)),
            ["funnel-route-views"] = new(year.Views),
            ["funnel-plans"] = new(year.Plans),
            ["funnel-holds"] = new(year.Holds),
            ["funnel-paid"] = new(confirmed.Count),
            ["funnel-redeemed"] = new(arrivals.Sum(booking => booking.TicketsRedeemed)),
            ["plans-across-counties"] = new(year.PlansAcross, year.Plans),
            ["plans-within-transit"] = new(year.PlansWithinSixDays, year.Plans),
            ["replans"] = new(year.Replans),
            ["captured"] = new(year.Captured),
            ["refunded"] = new(year.Refunded),
        };

        bool In(DateTimeOffset at) => InDay(DateOnly.FromDateTime(at.ToOffset(TimeSpan.FromHours(8)).DateTime));
        bool InDay(DateOnly day) => day >= from && day < to;
        int Lead(Counted sale) => sale.Booking.SlotDay.DayNumber - DateOnly.FromDateTime(sale.Booking.At.DateTime).DayNumber;
        IEnumerable<int> Accepting() => year.Cases.Where(one => one.AcceptedAt is { } at && In(at)).Select(one => one.SecondsToAccept!.Value);
        IEnumerable<int> Deciding() => year.Cases.Where(one => one.DecidedAt is { } at && In(at)).Select(one => one.SecondsToDecide!.Value);
        int Days(ListingRecord listing) =>
            Math.Min(to.DayNumber, (listing.Until ?? to).DayNumber) - Math.Max(from.DayNumber, listing.From.DayNumber);
    }

    /// <summary>Each guest's days laid out on a calendar: nights that touch are one chain, other days with a visit are one each.</summary>
    private static IEnumerable<(DateOnly End, int Days)> Trips(Year year)
    {
        var slept = year.Stays.Where(stay => stay.Refund is null)
            .SelectMany(stay => Enumerable.Range(0, stay.Nights).Select(night => (stay.Guest, Day: stay.Arrival.AddDays(night))))
            .ToLookup(night => night.Guest, night => night.Day);
        var visited = year.Bookings.Where(booking => booking is { Arrived: > 0, Guest: not null })
            .ToLookup(booking => booking.Guest!, booking => booking.SlotDay);
        foreach (var guest in slept.Select(nights => nights.Key).Union(visited.Select(visits => visits.Key)))
        {
            var nights = slept[guest].ToHashSet();
            foreach (var first in nights.Where(night => !nights.Contains(night.AddDays(-1))))
            {
                var length = 1;
                while (nights.Contains(first.AddDays(length))) length++;
                yield return (first.AddDays(length), length + 1);
            }

            foreach (var day in visited[guest].Distinct().Where(day => !nights.Contains(day) && !nights.Contains(day.AddDays(-1))))
            {
                yield return (day, 1);
            }
        }
    }

    private static long Rank(IEnumerable<int> values, double share)
    {
        var sorted = values.Order().ToList();
        return sorted[(int)Math.Ceiling(share * sorted.Count) - 1];
    }
}

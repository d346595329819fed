using Jingdezhen.Tourism.Metrics.Facts;

namespace Jingdezhen.Tourism.Metrics.Rollups;

/// <summary>What the facts of one subject add to the cells: the one place where facts become figures.</summary>
internal static class Counting
{
    private const int TransitVisaDays = 144 / 24;

    /// <summary>Channel, county, venue and kind, which stand first: lead times are told by them only.</summary>
    private const int LeadDimensions = 4;

    /// <summary>Whether a fact counts the same whatever is known of its subject, and changes nothing of it.</summary>
    public static bool CountsAlone<TFact>(TFact fact) => !DecidesTogether<TFact>()
        || fact is BookingFact { Event: BookingFact.Held or BookingFact.Expired };

    /// <summary>Whether later facts of a subject change what its earlier ones count for.</summary>
    public static bool DecidesTogether<TFact>() =>
        typeof(TFact) == typeof(BookingFact) || typeof(TFact) == typeof(StayFact)
        || typeof(TFact) == typeof(ComplaintFact) || typeof(TFact) == typeof(CompensationFact)
        || typeof(TFact) == typeof(SupplyFact);

    public static void Count<TFact>(Tally tally, IReadOnlyList<TFact> facts) where TFact : IFact
    {
        foreach (var fact in facts)
        {
            if (fact.Simulated) tally.On(Calendar.DayOf(fact.OccurredAt)).Add(Measures.Simulated, 1);
        }

        switch (facts)
        {
            case IReadOnlyList<BookingFact> booking: CountBooking(tally, booking); break;
            case IReadOnlyList<StayFact> stay: CountStay(tally, stay); break;
            case IReadOnlyList<ComplaintFact> complaint: CountComplaint(tally, complaint); break;
            case IReadOnlyList<SupplyFact> supply: CountSupply(tally, supply); break;
            case IReadOnlyList<VisitFact> visits: CountEach(tally, visits, CountVisit); break;
            case IReadOnlyList<CompensationFact> moves: CountCompensation(tally, moves); break;
            case IReadOnlyList<SurveyFact> surveys: CountEach(tally, surveys, CountSurvey); break;
            case IReadOnlyList<RouteFact> views: CountEach(tally, views, CountRouteView); break;
            case IReadOnlyList<PlanFact> plans: CountEach(tally, plans, CountPlan); break;
            case IReadOnlyList<PaymentFact> payments: CountEach(tally, payments, CountPayment); break;
            default: throw new InvalidOperationException($"Nothing counts {typeof(TFact).Name}.");
        }
    }

    private static void CountEach<TFact>(Tally tally, IReadOnlyList<TFact> facts, Action<Tally, TFact> count)
    {
        foreach (var fact in facts) count(tally, fact);
    }

    private static void CountBooking(Tally tally, IReadOnlyList<BookingFact> facts)
    {
        foreach (var held in facts)
        {
            if (held.Event != BookingFact.Held) continue;
            ReadOnlySpan<(string, string?)> ofHold =
            [
                (Dimensions.Source, held.Source), (Dimensions.Campaign, held.Campaign),
                (Dimensions.Channel, held.Channel),
            ];
            tally.On(Calendar.DayOf(held.OccurredAt), ofHold).Add(Measures.Holds, 1);
        }

        if (Sale.Of(facts) is not { } sale) return;

        var confirmed = sale.Confirmed;
        var single = confirmed.Event == BookingFact.Confirmed;
        var day = Calendar.DayOf(confirmed.OccurredAt);
        var product = confirmed.ProductId?.ToString();
        Span<(string, string?)> by =
        [
            (Dimensions.Channel, confirmed.Channel), (Dimensions.County, confirmed.County),
            (Dimensions.Venue, confirmed.VenueId), (Dimensions.Kind, confirmed.ProductKind),
            (Dimensions.Product, product),
            (Dimensions.Merchant, confirmed.MerchantId?.ToString()),
            (Dimensions.MerchantProduct, MerchantProduct(confirmed.MerchantId, product)),
            (Dimensions.Source, confirmed.Source), (Dimensions.Campaign, confirmed.Campaign),
            (Dimensions.Hour, single ? Dimensions.HourKey(Calendar.HourOf(confirmed.OccurredAt)) : null),
        ];
        var on = tally.On(day, by);
        on.Add(Measures.Confirmed, confirmed.Bookings);
        if (sale.Cancelled) on.Add(Measures.Cancelled, confirmed.Bookings);
        on.Add(Measures.Bookings, sale.Bookings);
        on.Add(Measures.Visitors, sale.Visitors);
        on.Add(Measures.Revenue, sale.RevenueFen);
        if (Dimensions.IsOnline(confirmed.Channel))
        {
            on.Add(Measures.BookingsOnline, sale.Bookings);
            on.Add(Measures.VisitorsOnline, sale.Visitors);
            on.Add(Measures.RevenueOnline, sale.RevenueFen);
        }

        if (confirmed.Night)
        {
            on.Add(Measures.NightRevenue, sale.RevenueFen);
            on.Add(Measures.NightBookings, sale.Bookings);
        }

        if (confirmed.ProductKind == "tea-picking") on.Add(Measures.TeaBookings, sale.Bookings);
        if (confirmed.ProductKind == "study-tour")
        {
            on.Add(Measures.StudyGroups, sale.Bookings);
            on.Add(Measures.StudyRevenue, sale.RevenueFen);
        }

        if (single && sale.Bookings > 0)
        {
            if (sale.StartsAt is { } startsAt)
            {
                var slotDay = Calendar.DayOf(startsAt);
                tally.On(day, by[..LeadDimensions])
                    .Add(Measures.LeadDays, 1, bucket: Math.Max(0, slotDay.DayNumber - day.DayNumber));
                by[^1] = (Dimensions.Hour, Dimensions.HourKey(Calendar.HourOf(startsAt)));
                if (!sale.Cancelled) tally.On(slotDay, by).Add(Measures.Expected, sale.Visitors);
            }
            else if (!sale.Cancelled)
            {
                on.Add(Measures.Unslotted, sale.Visitors);
            }

            if (confirmed.GuestKey is { } guest)
            {
                on.Add(Measures.BookingsKeyed, 1);
                tally.AddTrace(Traces.OfGuest(guest), day, TraceKind.Sale);
            }
        }
        else if (!single && !sale.Cancelled)
        {
            on.Add(Measures.Unslotted, sale.Visitors);
        }
    }

    private static void CountVisit(Tally tally, VisitFact visit)
    {
        if (visit.ReEntry) return;

        var day = Calendar.DayOf(visit.OccurredAt);
        var product = visit.ProductId?.ToString();
        Span<(string, string?)> by =
        [
            (Dimensions.Channel, visit.Channel), (Dimensions.County, visit.County), (Dimensions.Venue, visit.VenueId),
            (Dimensions.Kind, visit.ProductKind), (Dimensions.Product, product),
            (Dimensions.Merchant, visit.MerchantId?.ToString()),
            (Dimensions.MerchantProduct, MerchantProduct(visit.MerchantId, product)),
            (Dimensions.Source, visit.Source), (Dimensions.Campaign, visit.Campaign),
            (Dimensions.Country, visit.Country),
            (Dimensions.AgeBand, visit.AgeBand),
            (Dimensions.Hour, visit.StartsAt is null ? null
                : Dimensions.HourKey(Calendar.HourOf(visit.OccurredAt))),
        ];
        var on = tally.On(day, by);
        on.Add(Measures.Visits, visit.Visitors);
        if (visit.AgeBand is not null) on.Add(Measures.VisitsAged, visit.Visitors);
        if (visit.AgeBand == "18-35") on.Add(Measures.VisitsYoung, visit.Visitors);
        if (visit.Country is not null) on.Add(Measures.VisitsLocated, visit.Visitors);
        if (visit.Country is "HK" or "MO" or "TW") on.Add(Measures.VisitsGreaterChina, visit.Visitors);
        else if (visit.Country is not (null or "CN")) on.Add(Measures.VisitsInbound, visit.Visitors);
        if (visit.ProductKind == "vr") on.Add(Measures.VrVisits, visit.Visitors);
        if (visit.StartsAt is not { } startsAt) return;

        var slotDay = Calendar.DayOf(startsAt);
        on.Add(Measures.Redemptions, 1);

        // Who was expected and who came are told by the slot's hour, wherever the two are compared.
        by[^1] = (Dimensions.Hour, Dimensions.HourKey(Calendar.HourOf(startsAt)));
        var onSlot = tally.On(slotDay, [.. by, (Dimensions.VenueHour, VenueHour(visit.VenueId, startsAt))]);
        onSlot.Add(Measures.Arrived, visit.Visitors);
        var onTotal = tally.On(day);
        onTotal.Add(Measures.Outings, 1);
        if (visit.ProductKind == "show" && visit.AvailabilityId is { } show)
        {
            onSlot.Add(Measures.ShowVisits, visit.Visitors);
            tally.AddTrace(Traces.OfShow(show, visit.VenueId, product), slotDay, TraceKind.Visit);
        }

        if (visit.GuestKey is not { } guest) return;
        onTotal.Add(Measures.OutingsKeyed, 1);
        tally.AddTrace(Traces.OfGuest(guest), day, TraceKind.Visit);
    }

    private static void CountStay(Tally tally, IReadOnlyList<StayFact> facts)
    {
        if (Lodging.Of(facts) is not { } lodging) return;

        if (lodging.Sold is { } sold)
        {
            var day = Calendar.DayOf(sold.OccurredAt);
            var on = tally.On(day, DimensionsOf(sold, sold));
            on.Add(Measures.Stays, 1);
            on.Add(Measures.StayRevenue, lodging.RevenueFen);
            if (sold.GuestKey is { } buyer)
            {
                on.Add(Measures.StaysKeyed, 1);
                tally.AddTrace(Traces.OfGuest(buyer), day, TraceKind.Sale);
            }
        }

        var known = lodging.Over ?? lodging.Sold;
        for (var night = 0; known is not null && night < lodging.Nights; night++)
        {
            tally.On(lodging.Arrival.AddDays(night), DimensionsOf(known, lodging.Confirmed))
                .Add(Measures.NightsSold, 1);
        }

        if (lodging.Over is not { } over) return;

        var end = lodging.Arrival.AddDays(over.Nights);
        var onEnd = tally.On(end, DimensionsOf(over, lodging.Confirmed));
        onEnd.Add(Measures.CheckedOut, 1);
        onEnd.Add(Measures.CheckedOutNights, over.Nights);
        onEnd.Add(Measures.CheckedOutRevenue, over.PriceFen);
        onEnd.Add(Measures.HostIncome, over.HostShareFen);
        onEnd.Add(Measures.ResidentIncome, (over.ResidentRun ? over.HostShareFen : 0) + over.VillageFundFen);
        tally.On(end).Add(Measures.Outings, 1);
        if (over.GuestKey is not { } guest) return;

        tally.On(end).Add(Measures.OutingsKeyed, 1);
        for (var night = 0; night < over.Nights; night++)
        {
            tally.AddTrace(Traces.OfGuest(guest), lodging.Arrival.AddDays(night), TraceKind.Night);
        }
    }

    /// <summary>Only the confirmation tells by which way a stay came.</summary>
    private static (string, string?)[] DimensionsOf(StayFact stay, StayFact? confirmed) =>
    [
        (Dimensions.County, stay.County), (Dimensions.Village, stay.Village), (Dimensions.Channel, confirmed?.Channel),
        (Dimensions.Merchant, stay.MerchantId?.ToString()), (Dimensions.Listing, stay.ListingId?.ToString()),
        (Dimensions.Source, confirmed?.Source), (Dimensions.Campaign, confirmed?.Campaign),
    ];

    private static void CountComplaint(Tally tally, IReadOnlyList<ComplaintFact> facts)
    {
        var filed = facts.Where(fact => fact.Event == ComplaintFact.Filed)
            .MinBy(fact => (fact.OccurredAt, fact.MessageId));
        var accepted = facts.Where(fact => fact.Event == ComplaintFact.Accepted)
            .MinBy(fact => (fact.OccurredAt, fact.MessageId));
        var closed = facts.Where(fact => fact.Event == ComplaintFact.Closed)
            .MaxBy(fact => (fact.Version, fact.OccurredAt));
        if (filed is not null)
        {
            var day = Calendar.DayOf(filed.OccurredAt);
            var measure = (closed ?? filed).Outcome switch
            {
                "withdrawn" => Measures.ComplaintsWithdrawn,
                "declined-duplicate" => Measures.ComplaintsDuplicate,
                _ => Measures.Complaints,
            };
            tally.On(day, DimensionsOf(filed)).Add(measure, 1);
            if (measure == Measures.Complaints && filed.MerchantId is { } merchant)
            {
                tally.On(day, DimensionsOf(filed)).Add(Measures.ComplaintsNamed, 1);
                var trace = Traces.OfComplaints(merchant, filed.Category);
                tally.AddTrace(trace, day, TraceKind.Filed);
                if (closed?.DecidedAt is { } decision)
                {
                    tally.AddTrace(trace, Calendar.DayOf(decision), TraceKind.Decided);
                }
            }
        }

        if (accepted is { FiledAt: { } wasFiled })
        {
            tally.On(Calendar.DayOf(accepted.OccurredAt), DimensionsOf(accepted, filed))
                .Add(Measures.SecondsToAccept, 1, bucket: WholeSeconds(wasFiled, accepted.OccurredAt));
        }

        var known = filed ?? closed ?? accepted;
        foreach (var breach in facts.Where(fact => fact.Event == ComplaintFact.Breached))
        {
            tally.On(Calendar.DayOf(breach.OccurredAt),
            [
                .. known is null ? [] : DimensionsOf(known, filed), (Dimensions.Clock, breach.Clock),
                (Dimensions.Kind, breach.ClockKind),
            ]).Add(Measures.ClockBreaches, 1);
        }

        if (closed is null) return;
        var onClosed = tally.On(Calendar.DayOf(closed.OccurredAt), DimensionsOf(closed, filed));
        onClosed.Add(Measures.ClocksMet, closed.ClocksMet);
        onClosed.Add(Measures.ClocksBreached, closed.ClocksBreached);
        if (closed is { DecidedAt: { } decided, FiledAt: { } since })
        {
            tally.On(Calendar.DayOf(decided), DimensionsOf(closed, filed))
                .Add(Measures.SecondsToDecide, 1, bucket: WholeSeconds(since, decided));
        }
    }

    /// <summary>Only its filing tells by which channel a case came; the others tell what is known by then.</summary>
    private static (string, string?)[] DimensionsOf(ComplaintFact complaint, ComplaintFact? filed = null) =>
    [
        (Dimensions.County, complaint.County), (Dimensions.Category, complaint.Category),
        (Dimensions.Merchant, complaint.MerchantId?.ToString()), (Dimensions.Venue, complaint.VenueId),
        (Dimensions.Channel, complaint.Channel ?? filed?.Channel),
        (Dimensions.Product, complaint.ProductId?.ToString()),
        (Dimensions.MerchantProduct, MerchantProduct(complaint.MerchantId, complaint.ProductId?.ToString())),
    ];

    /// <summary>A recourse names no county and no category: the approval or the payment of its case does.</summary>
    private static void CountCompensation(Tally tally, IReadOnlyList<CompensationFact> moves)
    {
        var telling = moves.Where(move => move.Category is not null)
            .MinBy(move => (move.OccurredAt, move.MessageId));
        foreach (var move in moves) CountCompensation(tally, move, telling);
    }

    private static void CountCompensation(Tally tally, CompensationFact move, CompensationFact? telling)
    {
        ReadOnlySpan<(string, string?)> by =
        [
            (Dimensions.County, move.County ?? telling?.County),
            (Dimensions.Category, move.Category ?? telling?.Category),
            (Dimensions.Merchant, move.MerchantId?.ToString()), (Dimensions.Village, move.Village),
        ];
        var day = Calendar.DayOf(move.OccurredAt);
        switch (move.Event)
        {
            case CompensationFact.Approved:
                tally.On(day, by).Add(Measures.CompensationApproved, move.AmountFen);
                break;
            case CompensationFact.Paid when move is { ApprovedAt: { } approved, SettledAt: { } settled }:
                var paidOn = Calendar.DayOf(settled);
                tally.On(paidOn, by).Add(Measures.CompensationPaid, move.AmountFen);
                tally.On(paidOn, by).Add(Measures.CompensationCases, 1);
                tally.On(paidOn, by).Add(Measures.SecondsToPay, 1, bucket: WholeSeconds(approved, settled));
                break;
            case CompensationFact.RecourseSettled when move.Outcome is "repaid" or "deducted":
                tally.On(day, by).Add(Measures.Recovered, move.AmountFen);
                tally.On(day, by).Add(Measures.Recoveries, 1);
                if (move.MerchantKind == "host") tally.On(day, by).Add(Measures.HostRecourse, move.AmountFen);
                break;
            case CompensationFact.RecourseSettled:
                tally.On(day, by).Add(Measures.WrittenOff, move.AmountFen);
                break;
        }
    }

    private static void CountSurvey(Tally tally, SurveyFact survey)
    {
        var product = survey.ProductId?.ToString();
        ReadOnlySpan<(string, string?)> by =
        [
            (Dimensions.County, survey.County), (Dimensions.Merchant, survey.MerchantId?.ToString()),
            (Dimensions.Product, product), (Dimensions.MerchantProduct, MerchantProduct(survey.MerchantId, product)),
            (Dimensions.Kind, survey.ProductKind), (Dimensions.About, survey.About),
        ];
        var day = Calendar.DayOf(survey.OpenedAt);
        if (survey.Score is not { } score)
        {
            tally.On(day, by).Add(Measures.SurveysOpened, 1);
            return;
        }

        tally.On(day, by).Add(Measures.SurveysAnswered, 1);
        if (score >= 4) tally.On(day, by).Add(Measures.SurveysSatisfied, 1);
        if (survey is not { About: "experience", ProductKind: "vr" }) return;
        tally.On(day, by).Add(Measures.VrAnswered, 1);
        if (score >= 4) tally.On(day, by).Add(Measures.VrSatisfied, 1);
    }

    private static void CountRouteView(Tally tally, RouteFact view) =>
        tally.On(Calendar.DayOf(view.OccurredAt),
        [
            (Dimensions.Route, view.SubjectId.ToString()), (Dimensions.Source, view.Source),
            (Dimensions.Campaign, view.Campaign),
        ]).Add(Measures.RouteViews, 1);

    private static void CountPlan(Tally tally, PlanFact plan)
    {
        var day = Calendar.DayOf(plan.OccurredAt);
        if (plan.Event == PlanFact.Replanned)
        {
            tally.On(day, [(Dimensions.Cause, plan.Cause)]).Add(Measures.Replans, 1);
            return;
        }

        ReadOnlySpan<(string, string?)> by =
        [
            (Dimensions.Route, plan.RouteId?.ToString()), (Dimensions.Source, plan.Source),
            (Dimensions.Campaign, plan.Campaign),
        ];
        tally.On(day, by).Add(Measures.Plans, 1);
        if (plan.Counties > 1) tally.On(day, by).Add(Measures.PlansAcrossCounties, 1);
        if (plan.Days <= TransitVisaDays) tally.On(day, by).Add(Measures.PlansWithinTransit, 1);
    }

    private static void CountPayment(Tally tally, PaymentFact payment)
    {
        var (fen, times) = payment.Event switch
        {
            PaymentFact.Captured => (Measures.Captured, Measures.Captures),
            PaymentFact.Refunded => (Measures.Refunded, Measures.Refunds),
            _ => (Measures.PaidOut, Measures.Payouts),
        };
        ReadOnlySpan<(string, string?)> by =
            [(Dimensions.Purpose, payment.Purpose), (Dimensions.Method, payment.Method)];
        var on = tally.On(Calendar.DayOf(payment.OccurredAt), by);
        on.Add(fen, payment.AmountFen);
        on.Add(times, 1);
    }

    /// <summary>Each new version of a listing, merchant or route adds what it has more than the version
    /// before.</summary>
    private static void CountSupply(Tally tally, IReadOnlyList<SupplyFact> facts)
    {
        var activeListings = new Dictionary<(string Dimension, string Key), SortedDictionary<DateOnly, int>>();
        foreach (var item in facts.GroupBy(fact => (fact.Kind, fact.ItemId)))
        {
            SupplyFact? before = null;
            foreach (var now in item.OrderBy(fact => fact.Version).ThenBy(fact => fact.MessageId))
            {
                var day = Calendar.DayOf(now.OccurredAt);
                if (before is not null) CountSupplied(tally, before, day, -1);
                CountSupplied(tally, now, day, 1);
                if (item.Key.Kind == SupplyFact.Listing)
                {
                    if (before is not null) Count(before, day, -1);
                    Count(now, day, 1);
                }

                before = now;
            }
        }

        foreach (var (place, changes) in activeListings) CountHousehold(tally, place, changes);

        void Count(SupplyFact listing, DateOnly day, int change)
        {
            if (!listing.Active) return;
            foreach (var (dimension, key) in ((string, string?)[])
                [(Dimensions.Total, ""), (Dimensions.County, listing.County), (Dimensions.Village, listing.Village)])
            {
                if (key is null) continue;
                if (!activeListings.TryGetValue((dimension, key), out var days))
                {
                    activeListings[(dimension, key)] = days = [];
                }

                days[day] = days.GetValueOrDefault(day) + change;
            }
        }
    }

    /// <summary>A household is active, at a place too, while any of its listings there is; a day on which it ceases and
    /// begins again is no break.</summary>
    private static void CountHousehold(
        Tally tally, (string Dimension, string Key) place, SortedDictionary<DateOnly, int> changes)
    {
        int listings = 0, ceased = 0;
        foreach (var (day, change) in changes)
        {
            var (was, listed) = (listings > 0, listings + change > 0);
            listings += change;
            if (was == listed) continue;

            var on = tally.OnlyOn(day, place);
            on.Add(Measures.Households, listed ? 1 : -1);
            if (listed) on.Add(Measures.HouseholdStarts, 1, bucket: ceased);
            else ceased = day.DayNumber;
        }
    }

    private static void CountSupplied(Tally tally, SupplyFact supply, DateOnly day, int sign)
    {
        if (!supply.Active) return;

        ReadOnlySpan<(string, string?)> by = [(Dimensions.County, supply.County), (Dimensions.Village, supply.Village)];
        switch (supply.Kind)
        {
            case SupplyFact.Listing:
                if (supply.ResidentRun) tally.On(day, by).Add(Measures.Listings, sign);
                tally.On(day, by).Add(Measures.Rooms, sign * supply.Rooms);
                break;
            case SupplyFact.Merchant:
                if (supply.Role is "supplier" or "host") tally.On(day, by).Add(Measures.Businesses, sign);
                break;
            default:
                tally.On(day).Add(Measures.Routes, sign);
                if (supply.DayAndNight) tally.On(day).Add(Measures.DayNightRoutes, sign);
                if (supply.AcrossCounties) tally.On(day).Add(Measures.RoutesAcrossCounties, sign);
                if (supply.Tea) tally.On(day).Add(Measures.TeaRoutes, sign);
                break;
        }
    }

    public static void CountSlot(Tally tally, Slot slot) =>
        tally.On(Calendar.DayOf(slot.StartsAt),
        [
            (Dimensions.Venue, slot.VenueId), (Dimensions.Product, slot.ProductId.ToString()),
            (Dimensions.Merchant, slot.MerchantId.ToString()),
            (Dimensions.MerchantProduct, MerchantProduct(slot.MerchantId, slot.ProductId.ToString())),
            (Dimensions.VenueHour, VenueHour(slot.VenueId, slot.StartsAt)),
        ]).Add(Measures.Capacity, slot.Capacity);

    public static void CountVenueDay(Tally tally, VenueDay day) =>
        tally.OnlyOn(day.Day, (Dimensions.Venue, day.VenueId)).Add(Measures.CarryingCapacity, day.Capacity);

    private static string? MerchantProduct(Guid? merchant, string? product) =>
        merchant is null || product is null ? null : $"{merchant}/{product}";

    private static string? VenueHour(string? venue, DateTimeOffset startsAt) =>
        venue is null ? null : $"{venue}/{Dimensions.HourKey(Calendar.HourOf(startsAt))}";

    private static int WholeSeconds(DateTimeOffset from, DateTimeOffset to) =>
        (int)Math.Clamp((to - from).Ticks / TimeSpan.TicksPerSecond, 0, int.MaxValue);
}

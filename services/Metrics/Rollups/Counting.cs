using Jingdezhen.Tourism.Metrics.Facts;

namespace Jingdezhen.Tourism.Metrics.Rollups;

/// <summary>What the facts of one subject add to the cells: the one place where facts become figures.</summary>
internal static class Counting
{
    private const int TransitVisaDays = 144 / 24;

    /// <summary>Whether later facts of a subject change what its earlier ones count for.</summary>
    public static bool DecidesTogether<TFact>() =>
        typeof(TFact) == typeof(BookingFact) || typeof(TFact) == typeof(StayFact)
        || typeof(TFact) == typeof(ComplaintFact) || typeof(TFact) == typeof(SupplyFact);

    public static void Count<TFact>(Tally tally, IReadOnlyList<TFact> facts) where TFact : IFact
    {
        foreach (var fact in facts)
        {
            if (fact.Simulated) tally.Add(Measures.Simulated, Calendar.DayOf(fact.OccurredAt), 1);
        }

        switch (facts)
        {
            case IReadOnlyList<BookingFact> booking: CountBooking(tally, booking); break;
            case IReadOnlyList<StayFact> stay: CountStay(tally, stay); break;
            case IReadOnlyList<ComplaintFact> complaint: CountComplaint(tally, complaint); break;
            case IReadOnlyList<SupplyFact> supply: CountSupply(tally, supply); break;
            case IReadOnlyList<VisitFact> visits: foreach (var visit in visits) CountVisit(tally, visit); break;
            case IReadOnlyList<CompensationFact> moves: foreach (var move in moves) CountCompensation(tally, move); break;
            case IReadOnlyList<SurveyFact> surveys: foreach (var survey in surveys) CountSurvey(tally, survey); break;
            case IReadOnlyList<RouteFact> views: foreach (var view in views) CountRouteView(tally, view); break;
            case IReadOnlyList<PlanFact> plans: foreach (var plan in plans) CountPlan(tally, plan); break;
            case IReadOnlyList<PaymentFact> payments: foreach (var payment in payments) CountPayment(tally, payment); break;
            default: throw new InvalidOperationException($"Nothing counts {typeof(TFact).Name}.");
        }
    }

    private static void CountBooking(Tally tally, IReadOnlyList<BookingFact> facts)
    {
        foreach (var held in facts)
        {
            if (held.Event != BookingFact.Held) continue;
            tally.Add(Measures.Holds, Calendar.DayOf(held.OccurredAt), 1,
                [(Dimensions.Source, held.Source), (Dimensions.Campaign, held.Campaign), (Dimensions.Channel, held.Channel)]);
        }

        if (Sale.Of(facts) is not { } sale) return;

        var confirmed = sale.Confirmed;
        var single = confirmed.Event == BookingFact.Confirmed;
        var day = Calendar.DayOf(confirmed.OccurredAt);
        var product = confirmed.ProductId?.ToString();
        ReadOnlySpan<(string, string?)> by =
        [
            (Dimensions.Channel, confirmed.Channel), (Dimensions.County, confirmed.County),
            (Dimensions.Venue, confirmed.VenueId), (Dimensions.Kind, confirmed.ProductKind), (Dimensions.Product, product),
            (Dimensions.Merchant, confirmed.MerchantId?.ToString()),
            (Dimensions.MerchantProduct, MerchantProduct(confirmed.MerchantId, product)),
            (Dimensions.Source, confirmed.Source), (Dimensions.Campaign, confirmed.Campaign),
            (Dimensions.Hour, single ? Dimensions.HourKey(Calendar.HourOf(confirmed.OccurredAt)) : null),
        ];
        tally.Add(Measures.Confirmed, day, confirmed.Bookings, by);
        if (sale.Cancelled) tally.Add(Measures.Cancelled, day, confirmed.Bookings, by);
        tally.Add(Measures.Bookings, day, sale.Bookings, by);
        tally.Add(Measures.Visitors, day, sale.Visitors, by);
        tally.Add(Measures.Revenue, day, sale.RevenueFen, by);
        if (Dimensions.IsOnline(confirmed.Channel))
        {
            tally.Add(Measures.BookingsOnline, day, sale.Bookings, by);
            tally.Add(Measures.VisitorsOnline, day, sale.Visitors, by);
            tally.Add(Measures.RevenueOnline, day, sale.RevenueFen, by);
        }

        if (confirmed.Night) tally.Add(Measures.NightRevenue, day, sale.RevenueFen, by);
        if (confirmed.ProductKind == "tea-picking") tally.Add(Measures.TeaBookings, day, sale.Bookings, by);
        if (confirmed.ProductKind == "study-tour")
        {
            tally.Add(Measures.StudyGroups, day, sale.Bookings, by);
            tally.Add(Measures.StudyRevenue, day, sale.RevenueFen, by);
        }

        if (single && sale.Bookings > 0)
        {
            if (sale.StartsAt is { } startsAt)
            {
                var slotDay = Calendar.DayOf(startsAt);
                tally.Add(Measures.LeadDays, day, 1, by, bucket: Math.Max(0, slotDay.DayNumber - day.DayNumber));
                if (!sale.Cancelled) tally.Add(Measures.Expected, slotDay, sale.Visitors, by);
            }

            if (confirmed.GuestKey is { } guest)
            {
                tally.Add(Measures.BookingsKeyed, day, 1, by);
                tally.AddTrace(Traces.OfGuest(guest), day, sales: 1);
            }
        }
    }

    private static void CountVisit(Tally tally, VisitFact visit)
    {
        if (visit.ReEntry) return;

        var day = Calendar.DayOf(visit.OccurredAt);
        var product = visit.ProductId?.ToString();
        ReadOnlySpan<(string, string?)> by =
        [
            (Dimensions.Channel, visit.Channel), (Dimensions.County, visit.County), (Dimensions.Venue, visit.VenueId),
            (Dimensions.Kind, visit.ProductKind), (Dimensions.Product, product),
            (Dimensions.Merchant, visit.MerchantId?.ToString()),
            (Dimensions.MerchantProduct, MerchantProduct(visit.MerchantId, product)),
            (Dimensions.Source, visit.Source), (Dimensions.Campaign, visit.Campaign), (Dimensions.Country, visit.Country),
            (Dimensions.AgeBand, visit.AgeBand), (Dimensions.Hour, Dimensions.HourKey(Calendar.HourOf(visit.OccurredAt))),
        ];
        tally.Add(Measures.Visits, day, visit.Visitors, by);
        if (visit.AgeBand is not null) tally.Add(Measures.VisitsAged, day, visit.Visitors, by);
        if (visit.AgeBand == "18-35") tally.Add(Measures.VisitsYoung, day, visit.Visitors, by);
        if (visit.Country is not null) tally.Add(Measures.VisitsLocated, day, visit.Visitors, by);
        if (visit.Country is "HK" or "MO" or "TW") tally.Add(Measures.VisitsGreaterChina, day, visit.Visitors, by);
        else if (visit.Country is not (null or "CN")) tally.Add(Measures.VisitsInbound, day, visit.Visitors, by);
        if (visit.ProductKind == "vr") tally.Add(Measures.VrVisits, day, visit.Visitors, by);
        if (visit.StartsAt is not { } startsAt) return;

        var slotDay = Calendar.DayOf(startsAt);
        tally.Add(Measures.Redemptions, day, 1, by);
        tally.Add(Measures.Arrived, slotDay, visit.Visitors,
            [.. by, (Dimensions.VenueHour, VenueHour(visit.VenueId, startsAt))]);
        tally.Add(Measures.Outings, day, 1);
        if (visit.ProductKind == "show" && visit.AvailabilityId is { } show)
        {
            tally.Add(Measures.ShowVisits, slotDay, visit.Visitors, by);
            tally.AddTrace(Traces.OfShow(show, visit.VenueId, product), slotDay, visits: 1);
        }

        if (visit.GuestKey is not { } guest) return;
        tally.Add(Measures.OutingsKeyed, day, 1);
        tally.AddTrace(Traces.OfGuest(guest), day, visits: 1);
    }

    private static void CountStay(Tally tally, IReadOnlyList<StayFact> facts)
    {
        if (Lodging.Of(facts) is not { } lodging) return;

        if (lodging.Sold is { } sold)
        {
            var day = Calendar.DayOf(sold.OccurredAt);
            var by = DimensionsOf(sold);
            tally.Add(Measures.Stays, day, 1, by);
            tally.Add(Measures.StayRevenue, day, lodging.RevenueFen, by);
            if (sold.GuestKey is { } buyer) tally.AddTrace(Traces.OfGuest(buyer), day, sales: 1);
        }

        var known = lodging.Over ?? lodging.Sold;
        for (var night = 0; known is not null && night < lodging.Nights; night++)
        {
            tally.Add(Measures.NightsSold, lodging.Arrival.AddDays(night), 1, DimensionsOf(known));
        }

        if (lodging.Over is not { } over) return;

        var end = lodging.Arrival.AddDays(over.Nights);
        var of = DimensionsOf(over);
        tally.Add(Measures.CheckedOut, end, 1, of);
        tally.Add(Measures.CheckedOutNights, end, over.Nights, of);
        tally.Add(Measures.CheckedOutRevenue, end, over.PriceFen, of);
        tally.Add(Measures.HostIncome, end, over.HostShareFen, of);
        tally.Add(Measures.ResidentIncome, end, (over.ResidentRun ? over.HostShareFen : 0) + over.VillageFundFen, of);
        tally.Add(Measures.Outings, end, 1);
        if (over.GuestKey is not { } guest) return;

        tally.Add(Measures.OutingsKeyed, end, 1);
        for (var night = 0; night < over.Nights; night++)
        {
            tally.AddTrace(Traces.OfGuest(guest), lodging.Arrival.AddDays(night), nights: 1);
        }
    }

    private static (string, string?)[] DimensionsOf(StayFact stay) =>
    [
        (Dimensions.County, stay.County), (Dimensions.Village, stay.Village), (Dimensions.Channel, stay.Channel),
        (Dimensions.Merchant, stay.MerchantId?.ToString()), (Dimensions.Listing, stay.ListingId?.ToString()),
        (Dimensions.Source, stay.Source), (Dimensions.Campaign, stay.Campaign),
    ];

    private static void CountComplaint(Tally tally, IReadOnlyList<ComplaintFact> facts)
    {
        var filed = facts.Where(fact => fact.Event == ComplaintFact.Filed).MinBy(fact => (fact.OccurredAt, fact.MessageId));
        var accepted = facts.Where(fact => fact.Event == ComplaintFact.Accepted).MinBy(fact => (fact.OccurredAt, fact.MessageId));
        var closed = facts.Where(fact => fact.Event == ComplaintFact.Closed).MaxBy(fact => (fact.Version, fact.OccurredAt));
        if (filed is not null)
        {
            var day = Calendar.DayOf(filed.OccurredAt);
            var measure = (closed ?? filed).Outcome switch
            {
                "withdrawn" => Measures.ComplaintsWithdrawn,
                "declined-duplicate" => Measures.ComplaintsDuplicate,
                _ => Measures.Complaints,
            };
            tally.Add(measure, day, 1, DimensionsOf(filed));
        }

        if (accepted is { FiledAt: { } wasFiled })
        {
            tally.Add(Measures.SecondsToAccept, Calendar.DayOf(accepted.OccurredAt), 1, DimensionsOf(accepted),
                bucket: WholeSeconds(wasFiled, accepted.OccurredAt));
        }

        if (closed is null) return;
        var closedOn = Calendar.DayOf(closed.OccurredAt);
        tally.Add(Measures.ClocksMet, closedOn, closed.ClocksMet, DimensionsOf(closed));
        tally.Add(Measures.ClocksBreached, closedOn, closed.ClocksBreached, DimensionsOf(closed));
        if (closed is { DecidedAt: { } decided, FiledAt: { } since })
        {
            tally.Add(Measures.SecondsToDecide, Calendar.DayOf(decided), 1, DimensionsOf(closed),
                bucket: WholeSeconds(since, decided));
        }
    }

    private static (string, string?)[] DimensionsOf(ComplaintFact complaint) =>
    [
        (Dimensions.County, complaint.County), (Dimensions.Category, complaint.Category),
        (Dimensions.Merchant, complaint.MerchantId?.ToString()), (Dimensions.Venue, complaint.VenueId),
        (Dimensions.Channel, complaint.Channel), (Dimensions.Product, complaint.ProductId?.ToString()),
        (Dimensions.MerchantProduct, MerchantProduct(complaint.MerchantId, complaint.ProductId?.ToString())),
    ];

    private static void CountCompensation(Tally tally, CompensationFact move)
    {
        ReadOnlySpan<(string, string?)> by =
        [
            (Dimensions.County, move.County), (Dimensions.Category, move.Category),
            (Dimensions.Merchant, move.MerchantId?.ToString()),
        ];
        var day = Calendar.DayOf(move.OccurredAt);
        switch (move.Event)
        {
            case CompensationFact.Approved:
                tally.Add(Measures.CompensationApproved, day, move.AmountFen, by);
                break;
            case CompensationFact.Paid when move is { ApprovedAt: { } approved, SettledAt: { } settled }:
                var paidOn = Calendar.DayOf(settled);
                tally.Add(Measures.CompensationPaid, paidOn, move.AmountFen, by);
                tally.Add(Measures.CompensationCases, paidOn, 1, by);
                tally.Add(Measures.SecondsToPay, paidOn, 1, by, bucket: WholeSeconds(approved, settled));
                break;
            case CompensationFact.RecourseSettled when move.Outcome is "repaid" or "deducted":
                tally.Add(Measures.Recovered, day, move.AmountFen, by);
                tally.Add(Measures.HostRecourse, day, move.AmountFen, by);
                break;
            case CompensationFact.RecourseSettled:
                tally.Add(Measures.WrittenOff, day, move.AmountFen, by);
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
            tally.Add(Measures.SurveysOpened, day, 1, by);
            return;
        }

        tally.Add(Measures.SurveysAnswered, day, 1, by);
        if (score >= 4) tally.Add(Measures.SurveysSatisfied, day, 1, by);
        if (survey.ProductKind != "vr") return;
        tally.Add(Measures.VrAnswered, day, 1, by);
        if (score >= 4) tally.Add(Measures.VrSatisfied, day, 1, by);
    }

    private static void CountRouteView(Tally tally, RouteFact view) =>
        tally.Add(Measures.RouteViews, Calendar.DayOf(view.OccurredAt), 1,
        [
            (Dimensions.Route, view.SubjectId.ToString()), (Dimensions.Source, view.Source),
            (Dimensions.Campaign, view.Campaign),
        ]);

    private static void CountPlan(Tally tally, PlanFact plan)
    {
        var day = Calendar.DayOf(plan.OccurredAt);
        if (plan.Event == PlanFact.Replanned)
        {
            tally.Add(Measures.Replans, day, 1, [(Dimensions.Cause, plan.Cause)]);
            return;
        }

        ReadOnlySpan<(string, string?)> by =
        [
            (Dimensions.Route, plan.RouteId?.ToString()), (Dimensions.Source, plan.Source), (Dimensions.Campaign, plan.Campaign),
        ];
        tally.Add(Measures.Plans, day, 1, by);
        if (plan.Counties > 1) tally.Add(Measures.PlansAcrossCounties, day, 1, by);
        if (plan.Days <= TransitVisaDays) tally.Add(Measures.PlansWithinTransit, day, 1, by);
    }

    private static void CountPayment(Tally tally, PaymentFact payment)
    {
        var measure = payment.Event switch
        {
            PaymentFact.Captured => Measures.Captured,
            PaymentFact.Refunded => Measures.Refunded,
            _ => Measures.PaidOut,
        };
        tally.Add(measure, Calendar.DayOf(payment.OccurredAt), payment.AmountFen,
            [(Dimensions.Purpose, payment.Purpose), (Dimensions.Method, payment.Method)]);
    }

    /// <summary>Each new version of a listing, merchant or route adds what it has more than the version before.</summary>
    private static void CountSupply(Tally tally, IReadOnlyList<SupplyFact> facts)
    {
        var activeListings = new SortedDictionary<DateOnly, int>();
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
                    activeListings[day] = activeListings.GetValueOrDefault(day)
                        + (now.Active ? 1 : 0) - (before is { Active: true } ? 1 : 0);
                }

                before = now;
            }
        }

        // A household is active while any of its listings is; a day on which it ceases and begins again is no break.
        int listings = 0, ceased = 0;
        foreach (var (day, change) in activeListings)
        {
            var (was, listed) = (listings > 0, listings + change > 0);
            listings += change;
            if (was == listed) continue;
            tally.Add(Measures.Households, day, listed ? 1 : -1);
            if (listed) tally.Add(Measures.HouseholdStarts, day, 1, bucket: ceased);
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
                if (supply.ResidentRun) tally.Add(Measures.Listings, day, sign, by);
                tally.Add(Measures.Rooms, day, sign * supply.Rooms, by);
                break;
            case SupplyFact.Merchant:
                if (supply.Role is "supplier" or "host") tally.Add(Measures.Businesses, day, sign, by);
                break;
            default:
                tally.Add(Measures.Routes, day, sign);
                if (supply.DayAndNight) tally.Add(Measures.DayNightRoutes, day, sign);
                break;
        }
    }

    public static void CountSlot(Tally tally, Slot slot) =>
        tally.Add(Measures.Capacity, Calendar.DayOf(slot.StartsAt), slot.Capacity,
        [
            (Dimensions.Venue, slot.VenueId), (Dimensions.Product, slot.ProductId.ToString()),
            (Dimensions.Merchant, slot.MerchantId.ToString()),
            (Dimensions.MerchantProduct, MerchantProduct(slot.MerchantId, slot.ProductId.ToString())),
            (Dimensions.VenueHour, VenueHour(slot.VenueId, slot.StartsAt)),
        ]);

    private static string? MerchantProduct(Guid? merchant, string? product) =>
        merchant is null || product is null ? null : $"{merchant}/{product}";

    private static string? VenueHour(string? venue, DateTimeOffset startsAt) =>
        venue is null ? null : $"{venue}/{Dimensions.HourKey(Calendar.HourOf(startsAt))}";

    private static int WholeSeconds(DateTimeOffset from, DateTimeOffset to) =>
        (int)Math.Clamp((to - from).Ticks / TimeSpan.TicksPerSecond, 0, int.MaxValue);
}

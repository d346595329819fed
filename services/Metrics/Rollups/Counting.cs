using Jingdezhen.Tourism.Metrics.Facts;

namespace Jingdezhen.Tourism.Metrics.Rollups;

/// <summary>What the facts of one subject add to the cells: the one place where facts become figures.</summary>
internal static class Counting
{
    /// <summary>Whether later facts of a subject change what its earlier ones count for.</summary>
    public static bool DecidesTogether<TFact>() => typeof(TFact) == typeof(BookingFact);

    public static void Count<TFact>(Tally tally, IReadOnlyList<TFact> facts) where TFact : IFact
    {
        foreach (var fact in facts)
        {
            if (fact.Simulated) tally.Add(Measures.Simulated, Calendar.DayOf(fact.OccurredAt), 1);
        }

        switch (facts)
        {
            case IReadOnlyList<BookingFact> bookings: CountBooking(tally, bookings); break;
            case IReadOnlyList<VisitFact> visits: foreach (var visit in visits) CountVisit(tally, visit); break;
            default: throw new InvalidOperationException($"Nothing counts {typeof(TFact).Name}.");
        }
    }

    private static void CountBooking(Tally tally, IReadOnlyList<BookingFact> facts)
    {
        if (Sale.Of(facts) is not { } sale) return;

        var confirmed = sale.Confirmed;
        var day = Calendar.DayOf(confirmed.OccurredAt);
        var product = confirmed.ProductId?.ToString();
        ReadOnlySpan<(string, string?)> by =
        [
            (Dimensions.Channel, confirmed.Channel), (Dimensions.County, confirmed.County),
            (Dimensions.Venue, confirmed.VenueId), (Dimensions.Kind, confirmed.ProductKind), (Dimensions.Product, product),
            (Dimensions.Merchant, confirmed.MerchantId?.ToString()),
            (Dimensions.MerchantProduct, confirmed.MerchantId is { } merchant ? $"{merchant}/{product}" : null),
            (Dimensions.Source, confirmed.Source), (Dimensions.Campaign, confirmed.Campaign),
            (Dimensions.Hour,
                confirmed.Event == BookingFact.Counted ? null : Dimensions.HourKey(Calendar.HourOf(confirmed.OccurredAt))),
        ];
        tally.Add(Measures.Confirmed, day, confirmed.Bookings, by);
        tally.Add(Measures.Bookings, day, sale.Bookings, by);
        tally.Add(Measures.Visitors, day, sale.Visitors, by);
        tally.Add(Measures.Revenue, day, sale.RevenueFen, by);
        if (!Dimensions.IsOnline(confirmed.Channel)) return;

        tally.Add(Measures.BookingsOnline, day, sale.Bookings, by);
        tally.Add(Measures.VisitorsOnline, day, sale.Visitors, by);
        tally.Add(Measures.RevenueOnline, day, sale.RevenueFen, by);
    }

    private static void CountVisit(Tally tally, VisitFact visit)
    {
        if (visit.ReEntry) return;

        var product = visit.ProductId?.ToString();
        tally.Add(Measures.Visits, Calendar.DayOf(visit.OccurredAt), visit.Visitors,
        [
            (Dimensions.Channel, visit.Channel), (Dimensions.County, visit.County), (Dimensions.Venue, visit.VenueId),
            (Dimensions.Kind, visit.ProductKind), (Dimensions.Product, product),
            (Dimensions.Merchant, visit.MerchantId?.ToString()),
            (Dimensions.MerchantProduct, visit.MerchantId is { } merchant ? $"{merchant}/{product}" : null),
            (Dimensions.Source, visit.Source), (Dimensions.Campaign, visit.Campaign), (Dimensions.Country, visit.Country),
            (Dimensions.AgeBand, visit.AgeBand), (Dimensions.Hour, Dimensions.HourKey(Calendar.HourOf(visit.OccurredAt))),
        ]);
    }
}

using System.IO.Compression;
using Jingdezhen.Tourism.Metrics.Facts;
using Jingdezhen.Tourism.Metrics.Imports;
using Jingdezhen.Tourism.Metrics.Indicators;
using Jingdezhen.Tourism.Metrics.Rollups;
using Jingdezhen.Tourism.Simulation;

namespace Jingdezhen.Tourism.Metrics.Tests.Indicators;

public sealed class FilledTests
{
    private static readonly Lazy<Task<List<CellKey>>> Cells = new(CountAsync);

    /// <summary>An indicator's first two measures are what it tells and what that is a part of.</summary>
    [Fact]
    public async Task Whatever_an_indicator_can_be_told_by_is_filled_by_the_events_of_a_year()
    {
        var filled = (await Cells.Value).Select(cell => (cell.Measure, cell.Dimension)).ToHashSet();

        var empty = IndicatorCatalogue.All.SelectMany(indicator => indicator.By.SelectMany(by => indicator.Definition
            .Measures.Take(2).Where(measure => indicator.Definition.Whole != (by, measure))
            .Where(measure => !filled.Contains((measure, by)))
            .Select(measure => $"{indicator.Id} by {by}: {measure}")));

        Assert.Empty(empty);
        Assert.DoesNotContain((Measures.Businesses, Dimensions.Village), filled);
    }

    /// <summary>A pack has no buckets, and whoever reads packs looks for nothing beside them.</summary>
    [Fact]
    public async Task What_is_told_by_a_packed_dimension_is_kept_in_packs_and_nowhere_else()
    {
        var packed = (await Cells.Value).Where(cell => Dimensions.IsPacked(cell.Dimension)).ToList();
        var told = IndicatorCatalogue.All.Where(indicator => indicator.By.Any(Dimensions.IsPacked))
            .SelectMany(indicator => indicator.Definition.Measures);

        Assert.Contains(packed, cell => cell.Measure == Measures.RouteViews);
        Assert.DoesNotContain(packed, cell => cell.Bucket != 0);
        Assert.DoesNotContain(packed.Select(cell => cell.Measure).Concat(told), measure =>
            Family.Of(measure) is not null || DurationDay.Measures.Contains(measure)
            || IndicatorCatalogue.Standing.Contains(measure));
    }

    private static async Task<List<CellKey>> CountAsync()
    {
        var tally = new Tally();
        var events = await EventsAsync();
        Count<BookingFact>();
        Count<VisitFact>();
        Count<StayFact>();
        Count<ComplaintFact>();
        Count<CompensationFact>();
        Count<SurveyFact>();
        Count<RouteFact>();
        Count<PlanFact>();
        Count<PaymentFact>();
        Count<SupplyFact>();
        foreach (var told in events.OfType<ToldAvailability>()) CountSlot(told);
        foreach (var trace in tally.Traces.GroupBy(trace => trace.Key.Key).ToList())
        {
            Traces.Count(tally, trace.Key, trace.OrderBy(day => day.Key.Day).Select(day => (day.Key.Day, day.Value)));
        }

        return [.. tally.Cells.Where(cell => cell.Value != 0).Select(cell => cell.Key)];

        void Count<TFact>() where TFact : class, IFact
        {
            foreach (var subject in events.OfType<TFact>().GroupBy(fact => fact.SubjectId))
            {
                Counting.Count<TFact>(tally, [.. subject]);
            }
        }

        void CountSlot(ToldAvailability told)
        {
            Counting.CountSlot(tally, new()
            {
                Id = told.Changed.AvailabilityId, Version = told.Changed.Version, ProductId = told.Changed.ProductId,
                MerchantId = told.Changed.MerchantId, VenueId = told.Changed.VenueId, StartsAt = told.Changed.StartsAt,
                Capacity = told.Changed.Capacity,
            });
            Counting.CountVenueDay(tally, new()
            {
                VenueId = told.Changed.VenueId, Day = Calendar.DayOf(told.Changed.StartsAt), ToldAt = told.OccurredAt,
                Capacity = told.Changed.VenueDailyCapacity ?? 0,
            });
        }
    }

    private static async Task<List<object>> EventsAsync()
    {
        using var file = new MemoryStream();
        await YearFiles.WriteEventsAsync(new Year(seed: 1, new(2025, 1, 1), bookings: 2_000), file);
        file.Position = 0;
        using var lines = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        var events = new List<object>();
        while (await lines.ReadLineAsync() is { } line)
        {
            var (read, fault) = EventKinds.Read(line);
            Assert.Null(fault);
            events.Add(read!);
        }

        return events;
    }
}

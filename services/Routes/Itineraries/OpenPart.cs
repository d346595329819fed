using Jingdezhen.Tourism.Routes.Places;
using Jingdezhen.Tourism.Routes.Plans;

namespace Jingdezhen.Tourism.Routes.Itineraries;

/// <summary>The part of an itinerary that its wishes still govern, and how a new plan of it joins what is
/// done.</summary>
internal static class OpenPart
{
    /// <summary>The moment from which the itinerary may still change.</summary>
    public static DateTimeOffset Begins(TripWishes wishes) =>
        Geo.At(wishes.Days[0].Date, Window.ParseClock(wishes.Days[0].From ?? "09:00")!.Value);

    /// <summary>The visits ahead, by day of the wishes, in their order.</summary>
    public static List<List<PlanStopResponse>> Visits(PlanResponse plan, TripWishes wishes)
    {
        var begins = Begins(wishes);
        return [.. wishes.Days.Select(day => plan.Days.Where(planned => planned.Date == day.Date)
            .SelectMany(planned => planned.Stops).Where(stop => stop.Kind == "visit" && stop.Start >= begins)
                .ToList())];
    }

    /// <summary>What of the old plan has begun before a moment, followed by the new one.</summary>
    public static PlanResponse Join(
        PlanResponse done, PlanResponse ahead, TripWishes wishes, IReadOnlyDictionary<string, Guid> booked,
        IReadOnlySet<string> skipped, DateTimeOffset until)
    {
        var first = wishes.Days[0].Date;
        var fresh = ahead.Days.Select(day => day with { Stops = [.. day.Stops.Select(stop => Booked(stop, booked))] })
            .ToList();
        var days = done.Days.Where(day => day.Date < first).ToList();
        if (done.Days.FirstOrDefault(day => day.Date == first) is { } today)
        {
            PlanStopResponse[] before = [.. today.Stops.Where(
                stop => stop.Start < until && !skipped.Contains(stop.Place.PlaceId ?? ""))];
            fresh[0] = fresh[0] with
            {
                Start = today.Start, Stops = [.. before, .. fresh[0].Stops],
                WalkMeters = fresh[0].WalkMeters + before.Where(stop => stop.Leg.Mode == "walk")
                    .Sum(stop => stop.Leg.Meters),
            };
        }

        days.AddRange(fresh);
        var stops = days.SelectMany(day => day.Stops).ToArray();
        var legs = days.SelectMany(day => day.Stops.Select(stop => stop.Leg).Append(day.Home));
        var past = done.Costs.TotalFen > 0 && days.Count > ahead.Days.Count;
        var (fares, taxi) = (stops.Sum(stop => stop.FareFen),
            legs.Where(leg => leg.Mode == "taxi").Sum(leg => leg.CostFen));
        var ebike = past ? Math.Max(done.Costs.EbikeFen, ahead.Costs.EbikeFen) : ahead.Costs.EbikeFen;
        return ahead with
        {
            Days = days, Score = stops.Sum(stop => stop.Score),
            Costs = new(fares, taxi, ebike, fares + taxi + ebike, stops.All(stop => stop.FareKnown)),
        };
    }

    private static PlanStopResponse Booked(PlanStopResponse stop, IReadOnlyDictionary<string, Guid> booked) =>
        stop.Place.PlaceId is { } id && booked.TryGetValue(id, out var booking) && stop.Kind == "visit"
            ? stop with { BookingId = booking, Pinned = true } : stop;
}

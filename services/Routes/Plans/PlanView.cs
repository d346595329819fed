using Jingdezhen.Tourism.Routes.Places;
using Jingdezhen.Tourism.Routes.Planning;

namespace Jingdezhen.Tourism.Routes.Plans;

/// <summary>A plan as the visitor reads it: names for indexes, moments for minutes, words for codes.</summary>
internal static class PlanView
{
    // What the checker walks through for every plan, whatever it asks for: times, doors, tickets, metres, wishes,
    // score.
    private const int StatementsPerStop = 8, StatementsPerDay = 5, StatementsPerPlan = 6;

    public static PlanResponse Of(Guid id, Trip trip, Plan plan, TimeSpan budget, IReadOnlyList<Objection> objections)
    {
        var places = trip.Catalogue.Places;
        var visited = plan.Stops.Where(stop => stop.Place >= 0).Select(stop => places[stop.Place].Facts).ToArray();
        return new(
            id, [.. plan.Days.Select(day => Day(trip, day))],
            new(plan.Costs.FaresFen, plan.Costs.TaxiFen, plan.Costs.EbikeFen, plan.Costs.TotalFen,
                visited.All(place => place.TicketFen is not null)),
            plan.Score,
            [.. plan.LeftOut.Where(left => left.MustSee || !IsNoCandidate(places[left.Place].Facts))
                .Select(left => LeftOut(places[left.Place].Facts, left))],
            [.. plan.Unmet.Select(unmet => PlanTexts.Omission(unmet.Code) is var text
                ? new UnmetResponse(unmet.Kind, unmet.Name, unmet.Code, text.Zh, text.En) : null!)],
            Certificate(plan, objections), Math.Round(budget.TotalMilliseconds, 1), plan.Iterations, trip.Wishes.Seed,
            [.. visited.Select(place => place.District).Distinct().Order(StringComparer.Ordinal)],
            trip.Wishes.Party ?? new());
    }

    private static PlanCertificate Certificate(Plan plan, IReadOnlyList<Objection> objections) => new(
        objections.Count == 0,
        (plan.Stops.Count() * StatementsPerStop) + (plan.Days.Length * StatementsPerDay) + StatementsPerPlan,
        [.. objections.Select(Text)]);

    public static string Text(Objection objection) =>
        objection.Day < 0 ? $"{objection.Code}: {objection.Detail}"
            : $"{objection.Code}, day {objection.Day + 1}: {objection.Detail}";

    private static bool IsNoCandidate(PlaceFacts facts) => facts.Withdrawn || facts.Category == TripReader.Hub;

    private static LeftOutResponse LeftOut(PlaceFacts facts, Omission left)
    {
        var (zh, en) = PlanTexts.Omission(left.Code);
        return new(facts.Id, facts.NameZh, facts.NameEn, left.MustSee, left.Code, zh, en);
    }

    private static PlanDayResponse Day(Trip trip, DayPlan plan)
    {
        var day = trip.Problem.Days[plan.Day];
        return new(
            day.Date, Point(trip, day.StartPoint), Point(trip, day.EndPoint),
            [.. plan.Stops.Select(stop => Stop(trip, plan.Day, stop))], Leg(day.Date, plan.Home), plan.WalkMeters);
    }

    private static PlanStopResponse Stop(Trip trip, int day, PlanStop stop)
    {
        var date = trip.Problem.Days[day].Date;
        var places = trip.Catalogue.Places;
        var slot = stop.Place < 0 ? null : trip.Slot(day, places[stop.Place].Id, stop.AvailabilityId);
        var pinned = trip.Problem.Wishes.Fixed.Any(settled => settled.Place == stop.Place && settled.Day == day);
        return new(
            stop.Kind == StopKind.Visit ? "visit" : "break",
                Point(trip, stop.Place >= 0 ? stop.Place : stop.Leg.ToPoint),
            Leg(date, stop.Leg), Geo.At(date, stop.ArriveMinute), Geo.At(date, stop.StartMinute),
                Geo.At(date, stop.EndMinute),
            Geo.At(date, stop.LeaveMinute),
            stop.Break is { } name ? new(name, Geo.At(date, stop.BreakStartMinute), Geo.At(date, stop.BreakEndMinute))
                : null,
            slot?.AvailabilityId, stop.FareFen,
            stop.Place < 0 || places[stop.Place].Facts.TicketFen is not null, stop.Score,
            [.. stop.Reasons.Select(Reason)],
            [.. stop.Alternatives.Select(other => Alternative(trip, date, other))], pinned,
            ProductId: slot?.ProductId, OptionId: slot?.OptionId);
    }

    private static ReasonResponse Reason(ScoreReason reason)
    {
        var (zh, en) = PlanTexts.Reason(reason.Code);
        return new(reason.Code, reason.Factor, reason.Detail, zh, en);
    }

    private static AlternativeResponse Alternative(Trip trip, DateOnly date, Alternative other)
    {
        var facts = trip.Catalogue.Places[other.Place].Facts;
        return new(facts.Id, facts.NameZh, facts.NameEn, Geo.At(date, other.StartMinute),
            Geo.At(date, other.LeaveMinute), other.Score);
    }

    private static PlanPointResponse Point(Trip trip, int index)
    {
        var point = trip.Point(index);
        return new(point.PlaceId, point.NameZh, point.NameEn, point.Lat, point.Lon);
    }

    private static PlanLegResponse Leg(DateOnly date, PlanLeg leg) => new(
        leg.Mode switch { TravelMode.Walk => "walk", TravelMode.Ebike => "ebike", _ => "taxi" },
        leg.Meters, Geo.At(date, leg.DepartMinute), Geo.At(date, leg.ArriveMinute), leg.CostFen);
}

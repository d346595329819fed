namespace Jingdezhen.Tourism.Routes.Planning;

/// <summary>Turns the engine's tours into a timeline with costs, scores, reasons, alternatives and what was left
/// out.</summary>
internal sealed class PlanWriter(PlanModel model, int[][] tours)
{
    private readonly PlanProblem problem = model.Problem;
    private readonly int[] ticketOf = Tickets.Of(model.Problem).TicketOf;
    private readonly long[] ticketFen = Tickets.Of(model.Problem).PriceFen;
    private readonly HashSet<int> paid = [];
    private long taxiFen;
    private long ebikeFen;

    public Plan Write(long iterations)
    {
        var days = tours.Select((_, day) => WriteDay(day)).ToArray();
        days = Scored(days);
        var costs = new PlanCosts(days.Sum(day => day.Stops.Sum(stop => stop.FareFen)), taxiFen, ebikeFen);
        var visited =
            days.SelectMany(day => day.Stops).Where(stop => stop.Place >= 0).Select(stop => stop.Place).ToHashSet();
        var leftOut = new OmissionFinder(model, days, costs).Find(visited);
        days = [.. days.Select(day => day with
        {
            Stops = [.. day.Stops.Select((stop, at) =>
                stop with { Alternatives = AlternativesTo(day, at, visited, costs) })],
        })];
        return new Plan
        {
            Days = days,
            Costs = costs,
            Score = days.Sum(day => day.Stops.Sum(stop => stop.Score)),
            LeftOut = leftOut,
            Unmet = Unmet(days),
            Iterations = iterations,
        };
    }

    private DayPlan WriteDay(int day)
    {
        var here = problem.Days[day].StartPoint;
        var time = problem.Days[day].StartMinute;
        var (walk, rode) = (0, false);
        var stops = new List<PlanStop>();
        foreach (var node in tours[day])
        {
            var option = model.Options[node];
            var leg = Leg(here, option.Point, time);
            walk += leg.WalkMeters;
            rode |= leg.Mode == TravelMode.Ebike;
            var stop = option.Place < 0 ? OwnBreak(option, leg) : Visit(day, option, leg);
            stops.Add(stop);
            time = stop.LeaveMinute + (option.Place < 0 ? 0 : model.Buffer);
            here = option.Point;
        }
        var home = Leg(here, problem.Days[day].EndPoint, time);
        rode |= home.Mode == TravelMode.Ebike;
        if (rode) ebikeFen += (long)problem.Travel.EbikeDayFen * problem.Party.People;
        return new DayPlan(day, [.. stops], home, walk + home.WalkMeters);
    }

    private PlanLeg Leg(int from, int to, int depart)
    {
        var fen = model.Legs.Fen(from, to);
        taxiFen += fen;
        return new PlanLeg(model.Legs.Mode(from, to), from, to, depart, depart + model.Legs.Minutes(from, to),
            problem.Travel.Meters[(from * problem.Travel.Points) + to], fen);
    }

    private PlanStop OwnBreak(VisitOption option, PlanLeg leg)
    {
        var wish = problem.Wishes.Breaks[option.Break];
        var start = Math.Max(leg.ArriveMinute, wish.Earliest);
        return new PlanStop
        {
            Kind = StopKind.Break,
            Place = -1,
            Leg = leg,
            ArriveMinute = leg.ArriveMinute,
            StartMinute = start,
            EndMinute = start + wish.Minutes,
            Break = wish.Name,
            BreakStartMinute = start,
            BreakEndMinute = start + wish.Minutes,
        };
    }

    private PlanStop Visit(int day, VisitOption option, PlanLeg leg)
    {
        var (earliest, _) = model.VisitStarts(day, option);
        var start = Math.Max(leg.ArriveMinute, earliest);
        var wish = option.Break >= 0 ? problem.Wishes.Breaks[option.Break] : null;
        if (option.BreakInside) start = Math.Max(start, model.InsideFrom(option));
        var end = start + model.Stay(option);
        var breakStart = wish is null ? 0 : Math.Max(option.BreakInside ? start : end, wish.Earliest);
        var fare = 0L;
        foreach (var ticket in Tickets.Needed(problem, option.Place).Select(place => ticketOf[place]))
            if (ticket >= 0 && paid.Add(ticket)) fare += ticketFen[ticket];
        return new PlanStop
        {
            Kind = StopKind.Visit,
            Place = option.Place,
            Leg = leg,
            ArriveMinute = leg.ArriveMinute,
            StartMinute = start,
            EndMinute = end,
            Break = wish?.Name,
            BreakStartMinute = breakStart,
            BreakEndMinute = wish is null ? 0 : breakStart + wish.Minutes,
            AvailabilityId = problem.Places[option.Place].Open[day][option.Window].AvailabilityId,
            FareFen = fare,
        };
    }

    private DayPlan[] Scored(DayPlan[] days)
    {
        var visited =
            days.SelectMany(day => day.Stops).Where(stop => stop.Place >= 0).Select(stop => stop.Place).ToHashSet();
        var scored = days
            .SelectMany(day => day.Stops.Where(stop => stop.Place >= 0).Select(stop => Worth(day.Day, stop)))
            .ToDictionary(stop => stop.Place);
        foreach (var alike in scored.Values.GroupBy(stop => problem.Places[stop.Place].Category).ToArray())
            foreach (var (rank, stop) in alike.OrderByDescending(stop => stop.Worth).Index().ToArray())
            {
                var variety = problem.Weights.VarietyAt(rank);
                if (variety < 1) stop.Reasons.Add(new ScoreReason("variety", variety, alike.Key));
                scored[stop.Place] = stop with { Worth = stop.Worth * variety };
            }
        return [.. days.Select(day => day with { Stops = [.. day.Stops.Select(stop => stop.Place < 0 ? stop : stop with
        {
            Score = (int)Math.Round(scored[stop.Place].Worth),
            Reasons = [.. scored[stop.Place].Reasons],
        })] })];

        (int Place, double Worth, List<ScoreReason> Reasons) Worth(int day, PlanStop stop)
        {
            var reasons = new List<ScoreReason>();
            var dark = stop.StartMinute >= problem.Weights.EveningFrom;
            var score = PlaceScores.Of(problem, stop.Place, day, dark, reasons);
            var (parent, gate) = (problem.Places[stop.Place].PartOf, problem.Places[stop.Place].RequiresTicketOf);
            if (gate >= 0 && !days[day].Stops.Any(other => other.Place == gate))
            {
                score *= problem.Weights.OnlyThroughGate;
                reasons.Add(new ScoreReason("only-through-gate", problem.Weights.OnlyThroughGate,
                    problem.Places[gate].Id));
            }
            else if (parent >= 0 && visited.Contains(parent))
            {
                score *= problem.Weights.InsideVisitedParent;
                reasons.Add(new ScoreReason("inside", problem.Weights.InsideVisitedParent, problem.Places[parent].Id));
            }
            if (model.MustSee[stop.Place]) reasons.Add(new ScoreReason("must-see", 1));
            if (model.FixedOf[stop.Place] is not null) reasons.Add(new ScoreReason("fixed", 1));
            return (stop.Place, score, reasons);
        }
    }

    private UnmetWish[] Unmet(DayPlan[] days)
    {
        var unmet = new List<UnmetWish>();
        for (var day = 0; day < days.Length; day++)
        {
            var name = problem.Days[day].Date.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
            if (days[day].Home.ArriveMinute > model.DayEnds[day])
                unmet.Add(new UnmetWish("day-end", name, OmissionReasons.NoTime));
            for (var pause = 0; pause < problem.Wishes.Breaks.Length; pause++)
            {
                var wish = problem.Wishes.Breaks[pause].Name;
                if (model.WantsBreak(day, pause) && !days[day].Stops.Any(stop => stop.Break == wish))
                    unmet.Add(new UnmetWish("break", $"{wish} {name}", OmissionReasons.NoTime));
            }
            if (model.WantsEvening(day) && !days[day].Stops.Any(IsEvening))
                unmet.Add(new UnmetWish("evening", name, OmissionReasons.NoTime));
        }
        var visited = days.SelectMany(day => day.Stops).Where(stop => stop.Place >= 0)
            .Select(stop => problem.Places[stop.Place]).ToArray();
        unmet.AddRange(problem.Wishes.Themes.Where(theme => !visited.Any(place => place.Themes.Contains(theme)))
            .Select(theme => new UnmetWish("theme", theme, OmissionReasons.NoTime)));
        unmet.AddRange(problem.Wishes.Counties.Where(county => !visited.Any(place => place.County == county))
            .Select(county => new UnmetWish("county", county, OmissionReasons.NoTime)));
        return [.. unmet];
    }

    private bool IsEvening(PlanStop stop) => stop.Place >= 0 && problem.Places[stop.Place].Evening
        && stop.StartMinute >= problem.Weights.EveningFrom;

    /// <summary>Up to three places left out that fit in this stop's stead without moving any other stop.</summary>
    private Alternative[] AlternativesTo(DayPlan day, int at, HashSet<int> visited, PlanCosts costs)
    {
        var stop = day.Stops[at];
        if (stop.Kind != StopKind.Visit || stop.Break is not null || model.FixedOf[stop.Place] is not null) return [];
        var previous = stop.Leg.FromPoint;
        var depart = stop.Leg.DepartMinute;
        var following = at + 1 < day.Stops.Length ? day.Stops[at + 1].Leg : day.Home;
        var deadline = at + 1 < day.Stops.Length ? day.Stops[at + 1].StartMinute : model.DayEnds[day.Day];
        var spare = (problem.Wishes.BudgetFen ?? long.MaxValue) - costs.TotalFen + stop.FareFen;
        var tired = problem.Wishes.WalkLimitMeters ?? int.MaxValue;
        var found = new List<Alternative>();
        for (var node = 0; node < model.Options.Length; node++)
        {
            var option = model.Options[node];
            if (option.Place < 0 || option.Break >= 0 || visited.Contains(option.Place)) continue;
            if (problem.Places[option.Place].PartOf == stop.Place) continue;
            var (earliest, latest) = model.VisitStarts(day.Day, option);
            var start = Math.Max(depart + model.Legs.Minutes(previous, option.Point), earliest);
            if (start > latest) continue;
            var leave = start + model.Stay(option);
            if (leave + model.Buffer + model.Legs.Minutes(option.Point, following.ToPoint) > deadline) continue;
            var fare = Tickets.Needed(problem, option.Place).Select(place => ticketOf[place]).Distinct()
                .Where(ticket => ticket >= 0 && !paid.Contains(ticket)).Sum(ticket => ticketFen[ticket]);
            var extra = model.Legs.Fen(previous, option.Point) + model.Legs.Fen(option.Point, following.ToPoint)
                - stop.Leg.CostFen - following.CostFen;
            if (fare + extra > spare) continue;
            var walk = day.WalkMeters - stop.Leg.WalkMeters - following.WalkMeters
                + model.Legs.WalkMeters(previous, option.Point)
                    + model.Legs.WalkMeters(option.Point, following.ToPoint);
            if (walk > tired) continue;
            found.Add(new Alternative(option.Place, start, leave, model.Scores[day.Day][node]));
        }
        return [.. found.OrderByDescending(other => other.Score).ThenBy(other => other.Place)
            .DistinctBy(other => other.Place).Take(3)];
    }
}

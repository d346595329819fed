namespace Jingdezhen.Tourism.Routes.Planning;

internal static partial class PlanChecker
{
    private static void CheckMoney(PlanProblem problem, Plan plan, List<Objection> objections)
    {
        void Object(string code, string detail) => objections.Add(new Objection(code, -1, detail));
        var needed = new HashSet<int>();
        foreach (var stop in plan.Stops.Where(stop => stop.Place >= 0))
        {
            needed.Add(stop.Place);
            if (problem.Places[stop.Place].RequiresTicketOf is var gate and >= 0) needed.Add(gate);
        }
        // One ticket opens all places of its group, at the dearest one's price, wherever and however often.
        var fares = needed.Where(place => problem.Places[place].TicketGroup < 0).Sum(place => Fare(problem, place))
            + needed.Where(place => problem.Places[place].FareFen > 0)
                .Select(place => problem.Places[place].TicketGroup)
                .Where(group => group >= 0).Distinct()
                .Sum(group => Enumerable.Range(0, problem.Places.Length)
                    .Where(place => problem.Places[place].TicketGroup == group).Max(place => Fare(problem, place)));
        var legs = plan.Days.SelectMany(day => day.Stops.Select(stop => stop.Leg).Append(day.Home)).ToArray();
        var cars = (problem.Party.People + 3) / 4;
        var taxis = legs.Where(leg => leg.Mode == TravelMode.Taxi)
            .Sum(leg => (long)cars * problem.Travel.TaxiFen[(leg.FromPoint * problem.Travel.Points) + leg.ToPoint]);
        var rents = plan.Days.LongCount(day => day.Stops.Select(stop => stop.Leg).Append(day.Home)
            .Any(leg => leg.Mode == TravelMode.Ebike)) * problem.Travel.EbikeDayFen * problem.Party.People;
        if (plan.Costs != new PlanCosts(fares, taxis, rents))
            Object("costs", $"{plan.Costs} claimed, fares {fares} taxi {taxis} e-bikes {rents} found");
        if (plan.Stops.Sum(stop => stop.FareFen) != fares) Object("fares", "the stops' fares do not add up");
        // Even without a stop the way from start to end costs what it costs.
        if (fares + taxis + rents > problem.Wishes.BudgetFen && plan.Stops.Any())
            Object("budget", $"{fares + taxis + rents} of {problem.Wishes.BudgetFen} fen");
    }

    private static long Fare(PlanProblem problem, int place)
    {
        var adult = problem.Places[place].FareFen;
        return (adult * problem.Party.Adults)
            + ((long)Math.Round(adult * problem.Weights.ChildFare) * problem.Party.Children)
            + ((long)Math.Round(adult * problem.Weights.SeniorFare) * problem.Party.Seniors);
    }

    private static void CheckWishes(PlanProblem problem, Plan plan, List<Objection> objections)
    {
        void Object(string code, string detail) => objections.Add(new Objection(code, -1, detail));
        var wishes = problem.Wishes;
        var visits = plan.Days.SelectMany(day => day.Stops.Where(stop => stop.Place >= 0)
            .Select(stop => (day.Day, Stop: stop))).ToArray();
        var visited = visits.Select(visit => visit.Stop.Place).ToArray();
        foreach (var twice in visited.CountBy(place => place).Where(count => count.Value > 1))
            Object("twice", problem.Places[twice.Key].Id);
        foreach (var must in wishes.MustSee.Concat(wishes.Fixed.Select(stop => stop.Place)).Distinct())
        {
            var omission = Array.Find(plan.LeftOut, left => left.Place == must);
            if (visited.Contains(must)) continue;
            if (omission is not { MustSee: true }) Object("must-see-dropped", problem.Places[must].Id);
            else CheckOmission(problem, omission, Object);
        }
        foreach (var left in plan.LeftOut.Where(left => visited.Contains(left.Place)))
            Object("left-out-yet-visited", problem.Places[left.Place].Id);
        foreach (var stop in wishes.Fixed)
            if (visits.Any(visit => visit.Stop.Place == stop.Place
                && (visit.Day != stop.Day || visit.Stop.StartMinute != stop.StartMinute)))
                Object("fixed-moved", problem.Places[stop.Place].Id);

        bool Admitted(string kind, string name) => plan.Unmet.Any(unmet => unmet.Kind == kind && unmet.Name == name);
        foreach (var theme in wishes.Themes)
            if (!visited.Any(place => problem.Places[place].Themes.Contains(theme)) && !Admitted("theme", theme))
                Object("theme", theme);
        foreach (var county in wishes.Counties)
            if (!visited.Any(place => problem.Places[place].County == county) && !Admitted("county", county))
                Object("county", county);
        for (var day = 0; day < plan.Days.Length; day++)
        {
            var date = problem.Days[day].Date.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
            var end = (double)problem.Days[day].EndMinute;
            if (wishes.LeaveBy is { } leaveBy)
                end = Math.Min(end, (leaveBy - problem.Days[day].Date.ToDateTime(TimeOnly.MinValue)).TotalMinutes);
            foreach (var wish in wishes.Breaks)
            {
                var taken = plan.Days[day].Stops.Count(stop => stop.Break == wish.Name);
                var due = problem.Days[day].StartMinute < wish.Latest && Math.Floor(end) > wish.Earliest + wish.Minutes;
                if (taken > 1) Object("break-twice", $"{wish.Name} {date}");
                if (taken == 0 && due && !Admitted("break", $"{wish.Name} {date}"))
                    Object("break-missing", $"{wish.Name} {date}");
            }
            var dark = problem.Weights.EveningFrom;
            var evening = plan.Days[day].Stops.Any(stop =>
                stop.Place >= 0 && problem.Places[stop.Place].Evening && stop.StartMinute >= dark);
            if (wishes.EveningProgramme && Math.Floor(end) >= dark + 60 && !evening && !Admitted("evening", date))
                Object("evening", date);
        }
    }

    /// <summary>A reason that can be looked up has to be true.</summary>
    private static void CheckOmission(PlanProblem problem, Omission omission, Action<string, string> complain)
    {
        var place = problem.Places[omission.Place];
        var windows = place.Open.SelectMany(open => open).ToArray();
        var wishes = problem.Wishes;
        var truth = omission.Code switch
        {
            OmissionReasons.Avoided => wishes.Avoid.Contains(omission.Place),
            OmissionReasons.ClosedAllDays => windows.Length == 0,
            OmissionReasons.NotAccessible => problem.Party.Wheelchairs > 0 && place.Wheelchair == false,
            OmissionReasons.SoldOut => wishes.BookableOnly && windows.All(window => window.Left < problem.Party.People),
            OmissionReasons.Budget => wishes.BudgetFen is not null,
            OmissionReasons.WalkingLimit => wishes.WalkLimitMeters is not null,
            OmissionReasons.LeaveBy => wishes.LeaveBy is not null,
            OmissionReasons.FixedStops => wishes.Fixed.Length > 0,
            OmissionReasons.OtherMustSees => wishes.MustSee.Length > 1,
            OmissionReasons.OutsideYourHours or OmissionReasons.OutOfReach or OmissionReasons.NoTime => true,
            _ => false,
        };
        if (!truth) complain("false-reason", $"{place.Id}: {omission.Code}");
    }

    /// <summary>The explanation has to add up to the score, and the factors of the whole plan have to be
    /// right.</summary>
    private static void CheckScore(PlanProblem problem, Plan plan, List<Objection> objections)
    {
        void Object(string code, string detail) => objections.Add(new Objection(code, -1, detail));
        var visits = plan.Stops.Where(stop => stop.Place >= 0).ToArray();
        var ranks = visits.GroupBy(stop => problem.Places[stop.Place].Category)
            .SelectMany(alike => alike
                .OrderByDescending(stop => Math.Round(stop.Reasons
                    .Where(reason => reason.Code is not ("theme" or "variety"))
                    .Aggregate(1.0, (worth, reason) => worth * reason.Factor), 9))
                .ThenByDescending(stop => Array.Find(stop.Reasons, reason => reason.Code == "variety")?.Factor ?? 1)
                .Select((stop, rank) => (stop.Place, Rank: rank)))
            .ToLookup(ranked => ranked.Place, ranked => ranked.Rank);
        foreach (var stop in visits)
        {
            var product = 100.0;
            foreach (var reason in stop.Reasons)
                if (reason.Code != "theme") product *= reason.Factor;
            if (Math.Abs(product - stop.Score) > 0.51)
                Object("score-reasons", $"{stop.Score} claimed, {product:0.0} explained");
            var place = problem.Places[stop.Place];
            var steps = problem.Weights.Variety;
            Expect(stop, "variety", steps[Math.Min(ranks[stop.Place].First(), steps.Length - 1)]);
            var gateOnly = place.RequiresTicketOf >= 0 && !plan.Days.Any(day =>
                day.Stops.Contains(stop) && day.Stops.Any(other => other.Place == place.RequiresTicketOf));
            Expect(stop, "only-through-gate", gateOnly ? problem.Weights.OnlyThroughGate : 1);
            var inside = !gateOnly && place.PartOf >= 0 && visits.Any(other => other.Place == place.PartOf);
            Expect(stop, "inside", inside ? problem.Weights.InsideVisitedParent : 1);
            var rank = 1.0;
            var interest = 0.0;
            foreach (var worth in place.Themes
                .Select(theme =>
                    problem.Wishes.Interests.TryGetValue(theme, out var known) ? known : problem.Wishes.OtherInterest)
                .OrderDescending().Take(3))
            {
                interest += worth * rank;
                rank *= 0.5;
            }
            Expect(stop, "interest", Math.Max(interest, 0.01));
        }
        if (visits.Sum(stop => stop.Score) != plan.Score) Object("score-sum", $"{plan.Score}");

        void Expect(PlanStop stop, string code, double factor)
        {
            var given = Array.Find(stop.Reasons, reason => reason.Code == code)?.Factor ?? 1;
            if (Math.Abs(given - factor) > 1e-9) Object("score-" + code, $"{stop.Place}: {given}, not {factor}");
        }
    }
}

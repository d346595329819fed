using System.Globalization;
using System.Text;
using Jingdezhen.Tourism.Routes.Planning;

namespace Jingdezhen.Tourism.Routes.Tests.Planning;

/// <summary>Twenty visitors of Jingdezhen.</summary>
internal static class Personas
{
    private static readonly BreakWish[] AllMeals = [PlanWishes.Lunch, PlanWishes.Dinner];

    public static readonly Dictionary<string, Func<PlanProblem>> All = new()
    {
        ["first visit, one day"] = () => With(Given.Jingdezhen(1), ["ceramic-heritage", "history"]),
        ["first visit, three days"] = () => With(Given.Jingdezhen(3), ["ceramic-heritage", "history", "architecture"]),
        ["first visit, five days"] = () => With(Given.Jingdezhen(5), ["ceramic-heritage", "history", "nature"]),
        ["family with two children"] = () => With(Given.Jingdezhen(2, until: 19 * 60), ["family", "hands-on"])
            with { Party = new Party(2, Children: 2) },
        ["retired couple"] = () =>
            Wish(With(Given.Jingdezhen(2, from: 9 * 60, until: 18 * 60), ["tea", "history", "opera"]),
            wishes => wishes with { Pace = Pace.Relaxed, Breaks = [PlanWishes.Lunch, PlanWishes.Rest], 
                WalkLimitMeters = 4000, Transport = Transport.Taxi })
            with { Party = new Party(0, Seniors: 2) },
        ["young night owls"] = () => Wish(With(Given.Jingdezhen(2, from: 10 * 60, until: 22 * 60),
            ["night-economy", "contemporary-art", "shopping", "food"]),
            wishes => wishes with { EveningProgramme = true, Breaks = AllMeals, Pace = Pace.Fast }),
        ["pottery student"] = () => Wish(With(Given.Jingdezhen(3), ["study-tour", "hands-on", "ceramic-heritage"]),
            wishes => wishes with { Transport = Transport.Ebike, BudgetFen = 60_000 }),
        ["tea lover"] = () => Wish(With(Given.Jingdezhen(2), ["tea", "village-life"]),
            wishes => wishes with { Themes = ["tea", "hands-on"], Transport = Transport.Taxi }),
        ["photographer"] = () => With(Given.Jingdezhen(3, from: 7 * 60), ["photography", "architecture", "nature"]),
        ["backpacker on foot"] = () => Wish(With(Given.Jingdezhen(2), ["history", "food"]),
            wishes => wishes with { Transport = Transport.Walk, BudgetFen = 10_000 }),
        ["wheelchair user"] = () =>
            Wish(With(Given.Jingdezhen(2, from: 9 * 60, until: 18 * 60), ["ceramic-heritage", "contemporary-art"]),
            wishes => wishes with { Pace = Pace.Relaxed, Transport = Transport.Taxi })
            with { Party = new Party(2, Wheelchairs: 1) },
        ["three counties"] = () => Wish(With(Given.Jingdezhen(4), ["opera", "tea", "ceramic-heritage", "history"]),
            wishes => wishes with { Counties = ["Zhushan", "Fuliang", "Leping"], Transport = Transport.Taxi }),
        ["rainy weekend"] = () => With(Given.Jingdezhen(2, first: new DateOnly(2026, 4, 18), weather: Weather.Rain),
            ["ceramic-heritage", "contemporary-art"]),
        ["monday visitor"] = () =>
            With(Given.Jingdezhen(1, first: new DateOnly(2026, 4, 20)), ["ceramic-heritage", "shopping"]),
        ["by train, same day"] = () => With(Given.Jingdezhen(1, from: (9 * 60) + 30, until: 18 * 60,
            start: Given.NorthStation, end: Given.NorthStation), ["ceramic-heritage", "history"]),
        ["must-sees only matter"] = () => MustSee(With(Given.Jingdezhen(2), []),
            "imperial-kiln-museum", "ancient-kiln-expo", "taoxichuan", "china-ceramics-museum", "yaoli"),
        ["saturday market hunter"] = () =>
            MustSee(With(Given.Jingdezhen(1, first: new DateOnly(2026, 4, 18), until: 22 * 60),
            ["shopping", "contemporary-art"]), "letian-market", "taoxichuan-market"),
        ["exhibitions by day, lights by night"] = () => Wish(With(Given.Jingdezhen(3, from: 9 * 60, until: 22 * 60),
            ["history", "contemporary-art", "night-economy"]), wishes =>
                wishes with { EveningProgramme = true, Breaks = AllMeals }),
        ["144 hours in transit"] = () => Wish(With(Given.Jingdezhen(6), ["ceramic-heritage", "tea", "history"]),
            wishes => wishes with { LeaveBy = Given.Tuesday.AddDays(5).ToDateTime(new TimeOnly(16, 0)) }),
        ["nature lover"] = () => Wish(With(Given.Jingdezhen(3), ["nature", "village-life"]),
            wishes => wishes with { Transport = Transport.Taxi, Breaks = [PlanWishes.Lunch] }),
    };

    public static PlanProblem With(PlanProblem problem, string[] interests) => problem with
    {
        Wishes = new PlanWishes { Interests =
            interests.Index().ToDictionary(pair => pair.Item, pair => 1 - (pair.Index * 0.15)) },
    };

    /// <summary>The least travel for a day's stops in any order its doors and breaks allow, by trying all
    /// orders.</summary>
    public static int LeastTravel(PlanProblem problem, DayPlan day)
    {
        var today = problem.Days[day.Day];
        var end = problem.Wishes.LeaveBy is { } leaveBy
            ? Math.Min(today.EndMinute, (int)(leaveBy - today.Date.ToDateTime(TimeOnly.MinValue)).TotalMinutes)
            : today.EndMinute;
        var least = int.MaxValue;
        var used = new bool[day.Stops.Length];
        var legs = new LegTable(problem, problem.Weights.WalkUpToMinutes);
        Extend(today.StartPoint, today.StartMinute, 0, 0);
        return least;

        void Extend(int point, int time, int travelled, int count)
        {
            if (travelled >= least) return;
            if (count == used.Length)
            {
                var home = Minutes(point, today.EndPoint);
                if (time + home <= end) least = Math.Min(least, travelled + home);
                return;
            }
            for (var i = 0; i < used.Length; i++)
            {
                if (used[i]) continue;
                var stop = day.Stops[i];
                var to = stop.Leg.ToPoint;
                var arrive = time + Minutes(point, to);
                var leave = Leave(stop, arrive);
                if (leave < 0) continue;
                used[i] = true;
                Extend(to, leave, travelled + arrive - time, count + 1);
                used[i] = false;
            }
        }

        int Minutes(int from, int to) => legs.Minutes(from, to);

        int Leave(PlanStop stop, int arrive)
        {
            var wish = problem.Wishes.Breaks.FirstOrDefault(wish => wish.Name == stop.Break);
            var buffer = problem.Wishes.Pace switch { Pace.Relaxed => 10, Pace.Fast => 0, _ => 5 };
            if (stop.Kind == StopKind.Break)
                return arrive > wish!.Latest ? -1 : Math.Max(arrive, wish.Earliest) + wish.Minutes;
            var stay = stop.EndMinute - stop.StartMinute;
            foreach (var window in problem.Places[stop.Place].Open[day.Day])
            {
                var start = Math.Max(arrive, window.Opens);
                if (stop.StartMinute >= 18 * 60 && problem.Places[stop.Place].Evening) start = Math.Max(start, 18 * 60);
                if (start > window.LastAdmission || start + stay > window.Closes) continue;
                if (NeedsLight(problem, stop) && start + stay > PlanWeights.Dusk(today.Date)) continue;
                if (wish is null) return start + stay + buffer;
                var pause = Math.Max(start + stay, wish.Earliest);
                if (stop.BreakStartMinute < stop.EndMinute) pause = Math.Max(start, wish.Earliest);
                if (pause > wish.Latest) continue;
                return Math.Max(start + stay, pause + wish.Minutes) + buffer;
            }
            return -1;
        }
    }

    /// <summary>Whether a stop is neither indoors nor a place for the evening.</summary>
    public static bool NeedsLight(PlanProblem problem, PlanStop stop) => stop.Place >= 0
        && problem.Places[stop.Place] is { Evening: false, Shelter: not Shelter.Indoor };

    /// <summary>The plan as a person would read it.</summary>
    public static string Write(PlanProblem problem, Plan plan)
    {
        var text = new StringBuilder();
        foreach (var day in plan.Days)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"{problem.Days[day.Day].Date:ddd yyyy-MM-dd} {problem.Days[day.Day].Weather}");
            foreach (var stop in day.Stops) text.AppendLine(Line(problem, stop));
            text.AppendLine(CultureInfo.InvariantCulture, $"  {Clock(day.Home.ArriveMinute)} home ({day.Home.Mode} "
                + $"{day.Home.ArriveMinute - day.Home.DepartMinute} min), {day.WalkMeters} m walked");
        }
        var unmet = string.Join(", ", plan.Unmet.Select(unmet => unmet.Kind + " " + unmet.Name));
        text.AppendLine(CultureInfo.InvariantCulture, $"  {plan.Costs}, score {plan.Score}, unmet {unmet}");
        return text.ToString();
    }

    private static string Line(PlanProblem problem, PlanStop stop)
    {
        var place = stop.Place < 0 ? "(rest)" : problem.Places[stop.Place].Id;
        var pause = stop.Break is null ? ""
            : $" + {stop.Break} {Clock(stop.BreakStartMinute)}–{Clock(stop.BreakEndMinute)}";
        var reasons = string.Join(" ", stop.Reasons.Select(reason =>
            $"{reason.Code}{(reason.Detail is null ? "" : ":" + reason.Detail)}×{reason.Factor:0.##}"));
        return $"  {Clock(stop.ArriveMinute)} {stop.Leg.Mode,-5} {stop.Leg.ArriveMinute - stop.Leg.DepartMinute,3} min "
            + $"→ {place} {Clock(stop.StartMinute)}–{Clock(stop.EndMinute)}{pause}  [{stop.Score}: {reasons}]";
    }

    private static string Clock(int minute) => $"{minute / 60:00}:{minute % 60:00}";

    private static PlanProblem Wish(PlanProblem problem, Func<PlanWishes, PlanWishes> change) =>
        problem with { Wishes = change(problem.Wishes) };

    private static PlanProblem MustSee(PlanProblem problem, params string[] ids) =>
        Wish(problem, wishes => wishes with { MustSee = [.. ids.Select(problem.Place)] });
}

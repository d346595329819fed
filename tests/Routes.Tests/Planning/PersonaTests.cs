using Jingdezhen.Tourism.Routes.Planning;
using Jingdezhen.Tourism.Routes.Planning.Tours;

namespace Jingdezhen.Tourism.Routes.Tests.Planning;

/// <summary>Twenty visitors on the real places: what a local guide would find silly must not occur.</summary>
public sealed class PersonaTests
{
    private const int Iterations = 1500;

    public static TheoryData<string> Names => [.. Personas.All.Keys];

    [Theory, MemberData(nameof(Names))]
    public void The_plan_is_proved_and_full(string name)
    {
        var problem = Personas.All[name]();

        var plan = Planner.Make(problem, TourBudget.OfIterations(Iterations), seed: 1);

        Assert.Empty(PlanChecker.Check(problem, plan));
        Assert.All(plan.Days, day =>
            Assert.True(day.Stops.Count(stop => stop.Place >= 0) >= 2, Personas.Write(problem, plan)));
        Assert.DoesNotContain(plan.LeftOut, left => left.MustSee);
        Assert.Empty(plan.Unmet);
    }

    [Theory, MemberData(nameof(Names))]
    public void Meals_come_at_meal_times_and_nobody_waits_for_hours(string name)
    {
        var problem = Personas.All[name]();

        var plan = Planner.Make(problem, TourBudget.OfIterations(Iterations), seed: 1);

        foreach (var stop in plan.Stops.Where(stop => stop.Break == PlanWishes.Lunch.Name))
            Assert.InRange(stop.BreakStartMinute, 11 * 60, 13 * 60);
        foreach (var stop in plan.Stops.Where(stop => stop.Break == PlanWishes.Dinner.Name))
            Assert.InRange(stop.BreakStartMinute, 17 * 60, 19 * 60);
        Assert.All(plan.Stops, stop => Assert.True(stop.WaitMinutes <= 90, Personas.Write(problem, plan)));
    }

    /// <summary>The end of civil twilight in the middle of April.</summary>
    private const int Dark = (19 * 60) + 5;

    [Theory, MemberData(nameof(Names))]
    public void Nobody_walks_about_a_dark_village(string name)
    {
        var problem = Personas.All[name]();

        var plan = Planner.Make(problem, TourBudget.OfIterations(Iterations), seed: 1);

        Assert.All(plan.Stops.Where(stop => Personas.NeedsLight(problem, stop)),
            stop => Assert.True(stop.EndMinute <= Dark, Personas.Write(problem, plan)));
    }

    [Fact]
    public void Villages_have_no_gate_that_would_shut_at_dusk()
    {
        var problem = Personas.All["nature lover"]();

        var plan = Planner.Make(problem, TourBudget.OfIterations(Iterations), seed: 1);

        Assert.Contains(plan.Days.SelectMany(day => day.Stops.Select(stop => (day.Day, Stop: stop))), visit =>
            Personas.NeedsLight(problem, visit.Stop)
            && problem.Places[visit.Stop.Place].Open[visit.Day].Any(window => window.Closes >= 22 * 60));
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Nobody_buys_a_park_for_twenty_minutes_of_music(bool guardOff)
    {
        var afternoon = Personas.With(Given.Jingdezhen(1, from: 14 * 60, until: (15 * 60) + 30), ["ceramic-heritage"]);
        var (music, park) = (afternoon.Place("guyao-porcelain-music"), afternoon.Place("ancient-kiln-expo"));
        var problem = afternoon with
        {
            Wishes = afternoon.Wishes with
            {
                Avoid = [.. Enumerable.Range(0, afternoon.Places.Length)
                    .Where(place => place != music && place != park)],
            },
            Weights = new PlanWeights { TravelMinute = 0.5, OnlyThroughGate = guardOff ? 1 : 0.25 },
        };

        var plan = Planner.Make(problem, TourBudget.OfIterations(Iterations), seed: 1);

        Assert.Equal(guardOff, plan.Stops.Any(stop => stop.Place == music));
    }

    [Theory, MemberData(nameof(Names))]
    public void No_day_zigzags(string name)
    {
        var problem = Personas.All[name]();

        var plan = Planner.Make(problem, TourBudget.OfIterations(Iterations), seed: 1);

        foreach (var day in plan.Days)
        {
            var travelled =
                day.Stops.Select(stop => stop.Leg).Append(day.Home).Sum(leg => leg.ArriveMinute - leg.DepartMinute);
            var best = Personas.LeastTravel(problem, day);
            Assert.True(travelled <= best * 1.02, $"{travelled} min, {best} would do\n{Personas.Write(problem, plan)}");
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void No_evening_that_was_given_is_left_empty(string name)
    {
        var problem = Personas.All[name]();

        var plan = Planner.Make(problem, TourBudget.OfIterations(Iterations), seed: 1);

        foreach (var day in plan.Days.Where(day => problem.Days[day.Day].EndMinute >= 21 * 60 && !Leaves(problem, day)))
        {
            Assert.True(day.Stops[^1].LeaveMinute >= 18 * 60, Personas.Write(problem, plan));
            if (problem.Wishes.EveningProgramme)
                Assert.Contains(day.Stops, stop => stop.StartMinute >= 18 * 60 && problem.Places[stop.Place].Evening);
        }

        static bool Leaves(PlanProblem problem, DayPlan day) =>
            problem.Wishes.LeaveBy is { } leave && DateOnly.FromDateTime(leave) <= problem.Days[day.Day].Date;
    }

    [Fact]
    public void The_young_and_the_old_get_different_plans()
    {
        var (young, old) = (Personas.All["young night owls"](), Personas.All["retired couple"]());

        var youngStops = Visited(young);
        var oldStops = Visited(old);

        Assert.True(youngStops.Intersect(oldStops).Count() <= 0.5 * youngStops.Union(oldStops).Count());
    }

    [Fact]
    public void Rain_brings_people_indoors()
    {
        PlanProblem Family(Weather weather) =>
            Personas.With(Given.Jingdezhen(days: 2, weather: weather), ["family", "hands-on", "nature"]);
        double Outdoors(PlanProblem problem) => Planner.Make(problem, TourBudget.OfIterations(Iterations), seed: 1)
            .Stops.Where(stop => stop.Place >= 0 && problem.Places[stop.Place].Shelter == Shelter.Outdoor)
            .Sum(stop => stop.EndMinute - stop.StartMinute);

        Assert.True(Outdoors(Family(Weather.Rain)) < Outdoors(Family(Weather.Fair)));
    }

    private static HashSet<string> Visited(PlanProblem problem) =>
        [.. Planner.Make(problem, TourBudget.OfIterations(Iterations), seed: 1).Stops
            .Where(stop => stop.Place >= 0).Select(stop => problem.Places[stop.Place].Id)];
}

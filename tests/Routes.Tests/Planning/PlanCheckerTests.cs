using Jingdezhen.Tourism.Routes.Planning;
using Jingdezhen.Tourism.Routes.Planning.Tours;

namespace Jingdezhen.Tourism.Routes.Tests.Planning;

/// <summary>A good plan passes; every named way to spoil it is found out.</summary>
public sealed class PlanCheckerTests
{
    private static readonly PlanProblem Problem = GoodProblem();
    private static readonly Plan Good = Planner.Make(Problem, TourBudget.OfIterations(2000), seed: 3);

    [Fact]
    public void A_good_plan_has_no_objection()
    {
        Assert.Empty(PlanChecker.Check(Problem, Good));
        Assert.True(Good.Stops.Count(stop => stop.Place >= 0) >= 6);
    }

    [Theory]
    [InlineData("starts-before-opening", "closed")]
    [InlineData("enters-after-last-admission", "closed")]
    [InlineData("visit-cut-short", "visit-too-short")]
    [InlineData("same-place-twice", "twice")]
    [InlineData("leg-too-fast", "leg-too-fast")]
    [InlineData("leg-skips-a-stop", "leg-ends")]
    [InlineData("walk-hidden", "walk-sum")]
    [InlineData("day-overrun", "day-end")]
    [InlineData("must-see-dropped", "must-see-dropped")]
    [InlineData("must-see-excused-falsely", "false-reason")]
    [InlineData("fare-understated", "costs")]
    [InlineData("lunch-at-four", "break-time")]
    [InlineData("lunch-forgotten", "break-missing")]
    [InlineData("wrong-slot", "closed")]
    [InlineData("fixed-stop-moved", "fixed-moved")]
    [InlineData("score-inflated", "score-reasons")]
    public void A_spoilt_plan_is_found_out(string mutation, string objection)
    {
        var spoilt = Spoil(mutation);

        Assert.Contains(PlanChecker.Check(Problem, spoilt), found => found.Code == objection);
    }

    [Fact]
    public void Limits_and_refusals_of_the_visitor_are_checked_against_the_plan()
    {
        var visited = Good.Stops.First(stop => stop.Place >= 0).Place;
        PlanProblem With(PlanWishes wishes) => Problem with { Wishes = wishes };
        bool Objects(PlanProblem problem, string code) =>
            PlanChecker.Check(problem, Good).Any(found => found.Code == code);

        Assert.True(Objects(With(Problem.Wishes with { Avoid = [visited] }), "avoided"));
        Assert.True(Objects(With(Problem.Wishes with { BudgetFen = Good.Costs.TotalFen - 1 }), "budget"));
        Assert.True(Objects(With(Problem.Wishes with { WalkLimitMeters = Good.Days.Max(day => day.WalkMeters) - 1 }),
            "walking-limit"));
        Assert.True(Objects(With(Problem.Wishes with { Transport = Transport.Walk }), "leg-mode"));
        Assert.True(Objects(With(Problem.Wishes with { Counties = ["Leping"] }), "county"));
        Assert.True(Objects(With(Problem.Wishes with { LeaveBy = Given.Tuesday.ToDateTime(new TimeOnly(9, 0)) }),
            "day-end"));
        Assert.True(Objects(Problem with { Days = [.. Problem.Days.Select(day => day with { EndMinute = 15 * 60 })] },
            "day-end"));
        Assert.True(Objects(Problem with
        {
            Places = [.. Problem.Places.Select(place => place with { Wheelchair = false })],
            Party = Problem.Party with { Wheelchairs = 1 },
        }, "not-accessible"));
    }

    [Fact]
    public void With_a_fault_planted_in_the_planners_travel_times_the_checker_objects()
    {
        // The planner is handed a table in which everything is next door; the checker knows better.
        var faulty = Problem with
        {
            Travel = new TravelTable
            {
                Points = Problem.Travel.Points,
                Meters = Problem.Travel.Meters,
                WalkMinutes = [.. Problem.Travel.WalkMinutes.Select(minutes => minutes / 4)],
                EbikeMinutes = [.. Problem.Travel.EbikeMinutes.Select(minutes => minutes / 4)],
                TaxiMinutes = [.. Problem.Travel.TaxiMinutes.Select(minutes => minutes / 4)],
                TaxiFen = Problem.Travel.TaxiFen,
                EbikeDayFen = Problem.Travel.EbikeDayFen,
            },
        };

        var plan = Planner.Make(faulty, TourBudget.OfIterations(500), seed: 3);

        Assert.Empty(PlanChecker.Check(faulty, plan));
        Assert.Contains(PlanChecker.Check(Problem, plan), found => found.Code == "leg-too-fast");
    }

    private static PlanProblem GoodProblem()
    {
        var problem = Given.Jingdezhen(days: 2, until: 20 * 60);
        var (kiln, museum, expo) = (problem.Place("imperial-kiln-museum"), problem.Place("china-ceramics-museum"),
            problem.Place("ancient-kiln-expo"));
        var places = problem.Places.ToArray();
        places[museum] = places[museum] with
        {
            Open = [.. places[museum].Open.Select((_, day) => new[]
            {
                new OpenWindow(9 * 60, 13 * 60, 10 * 60, $"morning-{day}", 20),
                new OpenWindow(13 * 60, 17 * 60, 14 * 60, $"afternoon-{day}", 20),
            })],
        };
        return problem with
        {
            Places = places,
            Wishes = new PlanWishes
            {
                Interests = new Dictionary<string, double> { ["ceramic-heritage"] = 1, ["history"] = 0.6 },
                MustSee = [museum, expo],
                Fixed = [new FixedStop(kiln, 0, 15 * 60)],
                BookableOnly = true,
                BudgetFen = 60_000,
                WalkLimitMeters = 9_000,
            },
        };
    }

    private static Plan Spoil(string mutation)
    {
        var museum = Problem.Place("china-ceramics-museum");
        var expo = Problem.Place("ancient-kiln-expo");
        var kiln = Problem.Place("imperial-kiln-museum");
        return mutation switch
        {
            "starts-before-opening" => Change(museum, stop => stop with { StartMinute = 300, EndMinute = 465 }),
            "enters-after-last-admission" => Change(museum, stop =>
                stop with { StartMinute = stop.StartMinute + 300, EndMinute = stop.EndMinute + 300 }),
            "visit-cut-short" => Change(expo, stop => stop with { EndMinute = stop.EndMinute - 60 }),
            "same-place-twice" => Good with
            {
                Days = [.. Good.Days.Select(day =>
                    day with { Stops = [.. day.Stops, .. day.Stops.Where(stop => stop.Place >= 0).Take(1)] })],
            },
            "leg-too-fast" =>
                Change(expo, stop => stop with { Leg = stop.Leg with { ArriveMinute = stop.Leg.DepartMinute } }),
            "leg-skips-a-stop" =>
                Good with { Days = [.. Good.Days.Select(day => day with { Stops = [.. day.Stops.Skip(1)] })] },
            "walk-hidden" =>
                Good with { Days = [.. Good.Days.Select(day => day with { WalkMeters = day.WalkMeters - 1 })] },
            "day-overrun" => Good with
            {
                Days = [.. Good.Days.Select(day => day with { Home = day.Home with { ArriveMinute = 24 * 60 } })],
            },
            "must-see-dropped" => Without(expo),
            "must-see-excused-falsely" => Without(expo) with
            {
                LeftOut = [.. Good.LeftOut, new Omission(expo, OmissionReasons.ClosedAllDays, MustSee: true)],
            },
            "fare-understated" => Good with { Costs = Good.Costs with { FaresFen = Good.Costs.FaresFen - 100 } },
            "lunch-at-four" => ChangeBreak(stop => stop with { BreakStartMinute = 16 * 60, BreakEndMinute = 17 * 60 }),
            "lunch-forgotten" => ChangeBreak(stop => stop with { Break = null }),
            "wrong-slot" => Change(museum, stop => stop with { AvailabilityId = "evening-0" }),
            "fixed-stop-moved" => Change(kiln, stop =>
                stop with { StartMinute = stop.StartMinute + 30, EndMinute = stop.EndMinute + 30 }),
            "score-inflated" => Change(expo, stop => stop with { Score = stop.Score + 50 }),
            _ => throw new ArgumentOutOfRangeException(nameof(mutation)),
        };
    }

    private static Plan Change(int place, Func<PlanStop, PlanStop> change) => Good with
    {
        Days = [.. Good.Days.Select(day =>
            day with { Stops = [.. day.Stops.Select(stop => stop.Place == place ? change(stop) : stop)] })],
    };

    private static Plan ChangeBreak(Func<PlanStop, PlanStop> change) => Good with
    {
        Days = [.. Good.Days.Select(day =>
            day with { Stops = [.. day.Stops.Select(stop => stop.Break is not null ? change(stop) : stop)] })],
    };

    private static Plan Without(int place) => Good with
    {
        Days = [.. Good.Days.Select(day => day with { Stops = [.. day.Stops.Where(stop => stop.Place != place)] })],
    };
}

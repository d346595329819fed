using CsCheck;
using Jingdezhen.Tourism.Routes.Planning;
using Jingdezhen.Tourism.Routes.Planning.Tours;

namespace Jingdezhen.Tourism.Routes.Tests.Planning;

public sealed class PlannerPropertyTests
{
    private const int Towns = 150;

    private static readonly Gen<(ulong Seed, int Places, int Days)> AnyTown =
        Gen.Select(Gen.ULong, Gen.Int[2, 30], Gen.Int[1, 4]);

    [Fact]
    public void The_checker_accepts_every_plan()
    {
        AnyTown.Sample(town =>
        {
            var problem = Given.Town(town.Seed, town.Places, town.Days);

            var plan = Planner.Make(problem, TourBudget.OfIterations(150), town.Seed);

            var objections = PlanChecker.Check(problem, plan);
            Assert.True(objections.Count == 0, string.Join("; ", objections));
        }, iter: Towns, threads: 1);
    }

    [Fact]
    public void A_must_see_is_kept_or_named_with_what_binds_it()
    {
        AnyTown.Sample(town =>
        {
            var problem = Given.Town(town.Seed, town.Places, town.Days);

            var plan = Planner.Make(problem, TourBudget.OfIterations(150), town.Seed);

            foreach (var must in problem.Wishes.MustSee)
                Assert.True(plan.Stops.Any(stop => stop.Place == must)
                    || plan.LeftOut.Any(left => left.Place == must && left.MustSee && left.Code.Length > 0));
        }, iter: Towns, threads: 1);
    }

    [Fact]
    public void The_budget_is_kept_whenever_there_is_a_stop()
    {
        AnyTown.Sample(town =>
        {
            var any = Given.Town(town.Seed, town.Places, town.Days);
            var problem = any with { Wishes = any.Wishes with { BudgetFen = (long)(town.Seed % 30_000) } };

            var plan = Planner.Make(problem, TourBudget.OfIterations(150), town.Seed);

            Assert.True(!plan.Stops.Any() || plan.Costs.TotalFen <= problem.Wishes.BudgetFen);
        }, iter: Towns, threads: 1);
    }

    [Fact]
    public void Seed_and_iterations_decide_the_plan()
    {
        AnyTown.Sample(town =>
        {
            var problem = Given.Town(town.Seed, town.Places, town.Days);

            var first = Planner.Make(problem, TourBudget.OfIterations(120), town.Seed);
            var second = Planner.Make(problem, TourBudget.OfIterations(120), town.Seed);

            Assert.Equal(Timeline(first), Timeline(second));
        }, iter: 40, threads: 1);
    }

    [Fact]
    public void More_time_is_never_worse_within_noise()
    {
        AnyTown.Sample(town =>
        {
            var problem = new PlanModel(Given.Town(town.Seed, town.Places, town.Days), 20);
            long Value(int iterations) => TourSolver.Solve(problem.Tours, new VisitorRules(new VisitorLedger(problem)),
                TourBudget.OfIterations(iterations), town.Seed).Value;

            var (little, much) = (Value(20), Value(800));

            Assert.True(much >= little - (0.02 * Math.Abs(little)), $"{little} with 20 iterations, {much} with 800");
        }, iter: 40, threads: 1);
    }

    private static string Timeline(Plan plan) => string.Join(" ", plan.Days.SelectMany(day => day.Stops
        .Select(stop => $"{day.Day}:{stop.Place}@{stop.StartMinute}")));
}

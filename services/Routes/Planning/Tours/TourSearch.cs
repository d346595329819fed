namespace Jingdezhen.Tourism.Routes.Planning.Tours;

/// <summary>
/// Ruin and recreate under simulated annealing (Schrimpf et al. 2000; Christiaens, Vanden Berghe 2020, SISR) for the
/// TOPTW. Same problem, seed and number of iterations give the same tours. The loop allocates nothing.
/// </summary>
internal sealed partial class TourSearch<TRules>
    where TRules : struct, ITourRules
{
    private readonly TourProblem problem;
    private readonly TourSettings settings;
    private readonly TourRandom random;
    private readonly TourTables tables;
    private readonly DayTours tours;
    private readonly DayTours current;
    private readonly DayTours best;
    private readonly Candidates candidates;
    private readonly bool[] touched;
    private readonly double meanScore;
    private readonly double timeWorth;
    private readonly long everything;
    private readonly TourBudget budget;
    private readonly long began;
    private TRules rules;

    public TourSearch(TourProblem problem, TRules rules, TourBudget budget, ulong seed, TourSettings? settings = null)
    {
        this.budget = budget;
        began = budget.Clock.GetTimestamp();
        this.problem = problem;
        this.rules = rules;
        this.settings = settings ?? new TourSettings();
        random = new TourRandom(seed);
        tables = new TourTables(problem);
        tours = new DayTours(tables);
        current = new DayTours(tables);
        best = new DayTours(tables);
        candidates = new Candidates(tables);
        touched = new bool[problem.Days];
        everything = rules.Ceiling;
        meanScore = problem.Nodes == 0 ? 1 : Math.Max(1, problem.Score.Average());
        var horizon = 0L;
        for (var day = 0; day < problem.Days; day++)
            horizon += problem.Closes[day][problem.EndOf(day)] - problem.Opens[day][problem.StartOf(day)];
        timeWorth = this.settings.SpareTime * meanScore * rules.Unit / Math.Max(1.0, (double)horizon / problem.Days);
        PrepareRuin();
        PrepareRecreate();
        PrepareRecombine();
    }

    public long Iterations { get; private set; }

    public DayTours Best => best;

    public DayTours Run()
    {
        Begin();
        best.CopyFrom(tours);
        var energy = Energy();
        var bestEnergy = energy;
        var (hot, cold) = (settings.Hot * meanScore * rules.Unit, settings.Cold * meanScore * rules.Unit);
        var temperature = hot;

        for (long iteration = 0; iteration < budget.Iterations && best.Value < everything; iteration++)
        {
            if ((iteration & 15) == 0)
            {
                var progress = Progress(iteration);
                if (progress >= 1) break;
                temperature = hot * Math.Pow(cold / hot, progress);
                if (Recombine(progress))
                {
                    energy = bestEnergy = Energy();
                    best.CopyFrom(tours);
                    Accept();
                }
            }
            Iterations++;
            Ruin();
            if (!Reschedule())
            {
                Reject();
                continue;
            }
            Recreate();
            var candidate = Energy();
            if (!rules.Holds) Reject();
            else if (candidate >= energy || candidate > energy + (temperature * Math.Log(random.NextFloat() + 1e-9)))
            {
                energy = candidate;
                var better = tours.Value > best.Value || (tours.Value == best.Value && candidate > bestEnergy);
                if (better)
                {
                    bestEnergy = candidate;
                    best.CopyFrom(tours);
                }
                FillPool(always: better);
                Accept();
            }
            else
            {
                Reject();
            }
        }
        return best;
    }

    private void Begin()
    {
        tours.Clear();
        rules.Clear();
        Array.Fill(touched, true);
        forced = -1;
        everywhere = true;
        Recreate();
        Accept();
    }

    private double Progress(long iteration)
    {
        var byIterations = (double)iteration / budget.Iterations;
        return budget.Time == Timeout.InfiniteTimeSpan ? byIterations
            : Math.Max(byIterations, budget.Clock.GetElapsedTime(began) / budget.Time);
    }

    private double Energy()
    {
        var spent = 0L;
        for (var day = 0; day < problem.Days; day++)
            spent += tours.Home[day];
        return tours.Value - (timeWorth * spent);
    }

    private bool Reschedule()
    {
        var feasible = true;
        for (var day = 0; day < problem.Days; day++)
            if (touched[day]) feasible &= tours.Schedule(day);
        return feasible;
    }

    private void Accept()
    {
        for (var day = 0; day < problem.Days; day++)
            if (touched[day]) current.CopyDayFrom(tours, day);
        current.CopyNodesFrom(tours);
        rules.Commit();
        Array.Clear(touched);
    }

    private void Reject()
    {
        for (var day = 0; day < problem.Days; day++)
            if (touched[day]) tours.CopyDayFrom(current, day);
        tours.CopyNodesFrom(current);
        rules.Rollback();
        Array.Clear(touched);
    }
}

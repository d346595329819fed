namespace Jingdezhen.Tourism.Routes.Planning;

/// <summary>The mode of every leg, chosen once: walk what is near, else the fastest ride the wishes allow.</summary>
internal sealed class LegTable
{
    private readonly TravelTable travel;
    private readonly TravelMode[] modes;
    private readonly int[] minutes;
    private readonly int cars;

    public LegTable(PlanProblem problem, int walkUpToMinutes)
    {
        travel = problem.Travel;
        cars = (problem.Party.People + 3) / 4;
        Riders = problem.Party.People;
        modes = new TravelMode[travel.Points * travel.Points];
        minutes = new int[travel.Points * travel.Points];
        for (var from = 0; from < travel.Points; from++)
            for (var to = 0; to < travel.Points; to++)
            {
                var mode = Choose(problem, walkUpToMinutes, from, to);
                modes[(from * travel.Points) + to] = mode;
                minutes[(from * travel.Points) + to] = travel.Minutes(mode, from, to);
            }
    }

    public int Riders { get; }

    public TravelMode Mode(int from, int to) => modes[(from * travel.Points) + to];

    public int Minutes(int from, int to) => minutes[(from * travel.Points) + to];

    /// <summary>The ways from a point to all others.</summary>
    public ReadOnlySpan<int> MinutesFrom(int point) => minutes.AsSpan(point * travel.Points, travel.Points);

    public int WalkMeters(int from, int to) =>
        Mode(from, to) == TravelMode.Walk ? travel.Meters[(from * travel.Points) + to] : 0;

    /// <summary>Fare of the leg; an e-bike's rent is by the day and not in it.</summary>
    public long Fen(int from, int to) =>
        Mode(from, to) == TravelMode.Taxi ? (long)cars * travel.TaxiFen[(from * travel.Points) + to] : 0;

    /// <summary>Bicycles suit neither wheelchairs nor, on mixed tours, children, old people and rain.</summary>
    private static TravelMode Choose(PlanProblem problem, int walkUpToMinutes, int from, int to)
    {
        var table = problem.Travel;
        var walk = table.Minutes(TravelMode.Walk, from, to);
        var bike = problem.Party.Wheelchairs > 0 ? TravelTable.Impossible : table.Minutes(TravelMode.Ebike, from, to);
        var taxi = table.Minutes(TravelMode.Taxi, from, to);
        switch (problem.Wishes.Transport)
        {
            case Transport.Ebike:
                return bike >= walk || walk <= Math.Min(10, walkUpToMinutes) ? TravelMode.Walk : TravelMode.Ebike;
            case Transport.Taxi:
                return walk <= Math.Min(10, walkUpToMinutes) || walk <= taxi ? TravelMode.Walk : TravelMode.Taxi;
            case Transport.Mixed:
                if (walk <= walkUpToMinutes || walk <= taxi) return TravelMode.Walk;
                var light = problem.Party.Children + problem.Party.Seniors == 0
                    && !Array.Exists(problem.Days, day => day.Weather == Weather.Rain);
                return light && bike <= taxi + 4 ? TravelMode.Ebike : TravelMode.Taxi;
            default:
                return TravelMode.Walk;
        }
    }
}

using Jingdezhen.Tourism.Routes.Planning.Tours;

namespace Jingdezhen.Tourism.Routes.Planning;

/// <summary>One way to visit a place: in one of its windows, perhaps after dark, perhaps with a break right after
/// it.</summary>
internal readonly record struct VisitOption(
    int Place, int Window, int Break, bool BreakInside, bool AfterDark, int Point);

/// <summary>
/// The visitor's wishes as a tour problem. A place with several windows, or with a meal after the visit, becomes
/// several nodes of which one may be visited: the engine then needs no notion of windows or breaks, and an insertion
/// test stays O(1). Meals and rests of their own exist at the day's start and end point.
/// </summary>
internal sealed class PlanModel
{
    private readonly List<VisitOption> options = [];
    private readonly bool[] avoided;

    public PlanModel(PlanProblem problem, int walkUpToMinutes)
    {
        Problem = problem;
        DayEnds = [.. Enumerable.Range(0, problem.Days.Length).Select(EffectiveEnd)];
        VisitMinutes = [.. problem.Places.Select(place => PacedVisit(problem, place))];
        Buffer = problem.Wishes.Pace switch
        {
            Pace.Relaxed => problem.Weights.RelaxedBuffer,
            Pace.Fast => problem.Weights.FastBuffer,
            _ => problem.Weights.NormalBuffer,
        };
        Legs = new LegTable(problem, walkUpToMinutes);
        FixedOf = new FixedStop?[problem.Places.Length];
        foreach (var stop in problem.Wishes.Fixed) FixedOf[stop.Place] = stop;
        avoided = new bool[problem.Places.Length];
        foreach (var place in problem.Wishes.Avoid) avoided[place] = true;
        MustSee = new bool[problem.Places.Length];
        foreach (var place in problem.Wishes.MustSee) MustSee[place] = true;

        ListOptions();
        Options = [.. options];
        (Tours, Scores) = Build();
    }

    public PlanProblem Problem { get; }
    public VisitOption[] Options { get; }
    public TourProblem Tours { get; }

    /// <summary>Score by day and node, without the worth of wishes.</summary>
    public int[][] Scores { get; }
    public LegTable Legs { get; }
    public int[] DayEnds { get; }
    public int[] VisitMinutes { get; }
    public int Buffer { get; }
    public FixedStop?[] FixedOf { get; }
    public bool[] MustSee { get; }

    public int PointOf(int node) => node < Options.Length ? Options[node].Point
        : (node - Options.Length) % 2 == 0 ? Problem.Days[(node - Options.Length) / 2].StartPoint
        : Problem.Days[(node - Options.Length) / 2].EndPoint;

    /// <summary>Whether the visitor is out and about when this break is due.</summary>
    public bool WantsBreak(int day, int index)
    {
        var wish = Problem.Wishes.Breaks[index];
        return Problem.Days[day].StartMinute < wish.Latest && DayEnds[day] > wish.Earliest + wish.Minutes;
    }

    public bool WantsEvening(int day) => Problem.Wishes.EveningProgramme
        && DayEnds[day] >= Problem.Weights.EveningFrom + 60;

    /// <summary>Earliest and latest start of the visit itself; empty when it cannot be.</summary>
    public (int Earliest, int Latest) VisitStarts(int day, VisitOption option)
    {
        if (avoided[option.Place]) return (1, 0);
        var windows = Problem.Places[option.Place].Open[day];
        if (option.Window >= windows.Length) return (1, 0);
        var window = windows[option.Window];
        if (!HasRoom(window)) return (1, 0);
        var stay = Stay(option);
        var earliest = Math.Max(window.Opens, Problem.Days[day].StartMinute);
        var latest = Math.Min(Math.Min(window.LastAdmission, window.Closes - stay), DayEnds[day] - stay);
        if (FixedOf[option.Place] is { } stop)
            return stop.Day == day && stop.StartMinute >= earliest && stop.StartMinute <= latest
                ? (stop.StartMinute, stop.StartMinute) : (1, 0);
        var dark = Problem.Weights.EveningFrom;
        if (option.AfterDark) earliest = Math.Max(earliest, dark);
        else if (Problem.Places[option.Place].Evening) latest = Math.Min(latest, dark - 1);
        return (earliest, Math.Min(latest, LightUntil(day, option.Place) - stay));
    }

    /// <summary>When it is too dark for a place; where there are lamps or a booking never.</summary>
    public int LightUntil(int day, int place) => Problem.Places[place].Evening || FixedOf[place] is not null
        || Problem.Places[place].Shelter == Shelter.Indoor ? int.MaxValue : PlanWeights.Dusk(Problem.Days[day].Date);

    public bool HasRoom(OpenWindow window) => !Problem.Wishes.BookableOnly || window.AvailabilityId is null
        || window.Left is null || window.Left >= Problem.Party.People;

    /// <summary>Minutes inside the place; a meal taken there is part of it.</summary>
    public int Stay(VisitOption option) => option.BreakInside
        ? Math.Max(VisitMinutes[option.Place], Problem.Wishes.Breaks[option.Break].Minutes)
        : VisitMinutes[option.Place];

    /// <summary>The earliest start of a visit whose meal is taken inside: the meal may come last.</summary>
    public int InsideFrom(VisitOption option) =>
        Problem.Wishes.Breaks[option.Break].Earliest - Stay(option) + Problem.Wishes.Breaks[option.Break].Minutes;

    private static int PacedVisit(PlanProblem problem, PlanPlace place) => problem.Wishes.Pace switch
    {
        Pace.Relaxed => (int)Math.Round(place.VisitMinutes * problem.Weights.RelaxedVisit),
        Pace.Fast => (int)Math.Round(place.VisitMinutes * problem.Weights.FastVisit),
        _ => place.VisitMinutes,
    };

    private int EffectiveEnd(int day)
    {
        var end = Problem.Days[day].EndMinute;
        if (Problem.Wishes.LeaveBy is not { } leaveBy) return end;
        var left = (leaveBy - Problem.Days[day].Date.ToDateTime(TimeOnly.MinValue)).TotalMinutes;
        return left < end ? (int)Math.Max(-1, Math.Floor(left)) : end;
    }

    private void ListOptions()
    {
        var breaks = Problem.Wishes.Breaks;
        for (var place = 0; place < Problem.Places.Length; place++)
        {
            var candidate = Problem.Places[place];
            if (candidate.Category == "transport-hub" && !MustSee[place] && FixedOf[place] is null) continue;
            if (Problem.Party.Wheelchairs > 0 && candidate.Wheelchair == false) continue;
            var windows = candidate.Open.Max(open => open.Length);
            for (var window = 0; window < windows; window++)
                for (var dark = 0; dark < (candidate.Evening ? 2 : 1); dark++)
                    for (var pause = -1; pause < breaks.Length; pause++)
                    {
                        Offer(new VisitOption(place, window, pause, false, dark == 1, place));
                        if (pause >= 0 && candidate.ServesMeals && breaks[pause].Name != PlanWishes.Rest.Name)
                            Offer(new VisitOption(place, window, pause, true, dark == 1, place));
                    }
        }
        for (var pause = 0; pause < breaks.Length; pause++)
            foreach (var point in Problem.Days.SelectMany(day => new[] { day.StartPoint, day.EndPoint }).Distinct())
                options.Add(new VisitOption(-1, 0, pause, false, false, point));
    }

    private void Offer(VisitOption option)
    {
        for (var day = 0; day < Problem.Days.Length; day++)
        {
            var (opens, closes) = NodeStarts(day, option);
            if (opens > closes) continue;
            options.Add(option);
            return;
        }
    }

    /// <summary>The times at which the engine may start a node: those of the visit, narrowed so that its break
    /// fits.</summary>
    private (int Opens, int Closes) NodeStarts(int day, VisitOption option)
    {
        if (option.Break >= 0 && !WantsBreak(day, option.Break)) return (1, 0);
        if (option.Place < 0)
        {
            var own = Problem.Wishes.Breaks[option.Break];
            var here = option.Point == Problem.Days[day].StartPoint || option.Point == Problem.Days[day].EndPoint;
            return here ? (Math.Max(own.Earliest, Problem.Days[day].StartMinute), own.Latest) : (1, 0);
        }
        var (opens, closes) = VisitStarts(day, option);
        if (opens > closes || option.Break < 0) return (opens, closes);
        var wish = Problem.Wishes.Breaks[option.Break];
        if (option.BreakInside) return (Math.Max(opens, InsideFrom(option)), Math.Min(closes, wish.Latest));
        var stay = VisitMinutes[option.Place];
        // A fixed start cannot move towards the break, and one who waits for lunch waits after the visit, not before.
        if (FixedOf[option.Place] is not null && opens + stay < wish.Earliest) return (1, 0);
        return (Math.Max(opens, wish.Earliest - stay), Math.Min(closes, wish.Latest - stay));
    }

    private (TourProblem Tours, int[][] Scores) Build()
    {
        var (nodes, days) = (Options.Length, Problem.Days.Length);
        var size = nodes + (2 * days);
        var travel = new int[size * size];
        var points = new int[size];
        for (var node = 0; node < size; node++) points[node] = PointOf(node);
        for (var from = 0; from < size; from++)
        {
            var ways = Legs.MinutesFrom(points[from]);
            for (var to = 0; to < size; to++) travel[(from * size) + to] = ways[points[to]];
        }
        var duration = new int[size];
        for (var node = 0; node < nodes; node++)
        {
            var option = Options[node];
            var pause = option.Break >= 0 && !option.BreakInside ? Problem.Wishes.Breaks[option.Break].Minutes : 0;
            duration[node] = (option.Place < 0 ? 0 : Stay(option)) + pause + (option.Place < 0 ? 0 : Buffer);
        }

        var interests = Problem.Places.Select(place => PlaceScores.Interest(Problem.Wishes, place, null)).ToArray();
        var (opens, closes, scores) = (new int[days][], new int[days][], new int[days][]);
        for (var day = 0; day < days; day++)
        {
            (opens[day], closes[day], scores[day]) = (new int[size], new int[size], new int[nodes]);
            for (var node = 0; node < nodes; node++)
            {
                (opens[day][node], closes[day][node]) = NodeStarts(day, Options[node]);
                if (Options[node].Place < 0) continue;
                var place = Options[node].Place;
                var score = PlaceScores.Of(Problem, place, day, Options[node].AfterDark, interests[place], null);
                scores[day][node] = Math.Max(1, (int)Math.Round(score));
            }
            for (var end = nodes; end < size; end++) (opens[day][end], closes[day][end]) = (0, int.MaxValue / 8);
            opens[day][nodes + (2 * day)] = Problem.Days[day].StartMinute;
            closes[day][nodes + (2 * day) + 1] = Math.Max(DayEnds[day], Problem.Days[day].StartMinute);
        }
        var tours = new TourProblem
        {
            Nodes = nodes,
            Days = days,
            Travel = travel,
            Score = [.. Enumerable.Range(0, nodes).Select(node => KeyScore(node, scores))],
            Duration = duration,
            Opens = opens,
            Closes = closes,
        };
        return (tours, scores);
    }

    /// <summary>What the greedy insertion goes by: wishes come early, but the mean stays that of ordinary
    /// stops.</summary>
    private int KeyScore(int node, int[][] scores)
    {
        var best = scores.Max(day => day[node]);
        var option = Options[node];
        if (option.Break >= 0) best += 150;
        if (option.Place >= 0 && (MustSee[option.Place] || FixedOf[option.Place] is not null)) best += 600;
        return Math.Max(1, best);
    }
}

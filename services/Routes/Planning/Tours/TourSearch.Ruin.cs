namespace Jingdezhen.Tourism.Routes.Planning.Tours;

internal sealed partial class TourSearch<TRules>
{
    private const int MostNeighbours = 40;
    private const int Never = TourTables.Never;

    private int[] neighbours = [];
    private bool[] neighboursKnown = [];
    private int[] distances = [];
    private int[] others = [];
    private int neighbourCount;
    private int forced = -1;
    private int forcedDay;
    private int[] cut = [];
    private int cutCount;

    private void PrepareRuin()
    {
        cut = new int[problem.Nodes];
        neighbourCount = Math.Min(MostNeighbours, problem.Nodes - 1);
        neighbours = new int[problem.Nodes * Math.Max(neighbourCount, 0)];
        neighboursKnown = new bool[problem.Nodes];
        distances = new int[problem.Nodes];
        others = new int[problem.Nodes];
    }

    /// <summary>The nearest nodes, nearest first; looked for when first asked: a short search asks for few.</summary>
    private ReadOnlySpan<int> NeighboursOf(int node)
    {
        var found = neighbours.AsSpan(node * neighbourCount, neighbourCount);
        if (neighboursKnown[node]) return found;
        neighboursKnown[node] = true;
        for (var other = 0; other < problem.Nodes; other++)
        {
            others[other] = other;
            distances[other] = other == node ? int.MaxValue : Apart(node, other);
        }
        Array.Sort(distances, others);
        others.AsSpan(0, neighbourCount).CopyTo(found);
        return found;
    }

    /// <summary>How far apart two visits are in space and, where their windows force it, in time.</summary>
    private int Apart(int node, int other)
    {
        var least = Never;
        for (var day = 0; day < (tables.AlikeDays ? 1 : problem.Days); day++)
        {
            ref readonly var here = ref tables.Times(day, node);
            ref readonly var there = ref tables.Times(day, other);
            if (here.Closes < here.Opens || there.Closes < there.Opens) continue;
            least = Math.Min(least, Math.Min(Wait(here, node, there), Wait(there, other, here)));
        }
        return problem.Travel[(node * problem.Size) + other] + (least / 2);

        // Waiting that cannot be avoided when one follows the other directly; an order that cannot be is no
        // neighbour.
        int Wait(in NodeTimes first, int visited, in NodeTimes second)
        {
            var travel = problem.Travel[(node * problem.Size) + other] + problem.Duration[visited];
            return first.Opens + travel > second.Closes ? Never : Math.Max(0, second.Opens - first.Closes - travel);
        }
    }

    private void Ruin()
    {
        forced = -1;
        cutCount = 0;
        var dice = random.NextFloat();
        if ((dice -= (float)settings.StringShare) < 0 || tours.UnvisitedCount == 0) CutString();
        else if ((dice -= (float)settings.StringsShare) < 0) CutStrings();
        else if (dice < settings.NeighbourShare) CutNeighbours();
        else Force();
    }

    private int RandomDay()
    {
        // A day is drawn by its number of visits, so that each visit is as likely as any other.
        var visits = problem.Nodes - tours.UnvisitedCount;
        if (visits == 0) return -1;
        var draw = random.Below(visits);
        for (var day = 0; ; day++)
        {
            draw -= tours.Length[day];
            if (draw < 0) return day;
        }
    }

    private void CutString()
    {
        var day = RandomDay();
        if (day < 0) return;
        var length = tours.Length[day];
        var count = 1 + random.Below(Math.Min(settings.LongestString, length));
        CutAt(day, random.Below(length - count + 1), count);
    }

    /// <summary>Strings of different days near one place, so that the days may exchange what they have there.</summary>
    private void CutStrings()
    {
        var seed = random.Below(problem.Nodes);
        var strings = 1 + random.Below(Math.Min(problem.Days, settings.MostStrings));
        var longest = Math.Max(1, settings.LongestString / strings);
        if (tours.DayOf[seed] >= 0)
        {
            CutAround(seed, 1 + random.Below(longest));
            strings--;
        }
        foreach (var other in NeighboursOf(seed))
        {
            if (strings <= 0) break;
            if (tours.DayOf[other] < 0 || touched[tours.DayOf[other]]) continue;
            CutAround(other, 1 + random.Below(longest));
            strings--;
        }
    }

    /// <summary>A string of visits with this node somewhere in it.</summary>
    private void CutAround(int node, int count)
    {
        var (day, at) = (tours.DayOf[node], tours.PositionOf(node) - 1);
        count = Math.Min(count, tours.Length[day]);
        var from = Math.Max(0, at - count + 1);
        var to = Math.Min(at, tours.Length[day] - count);
        CutAt(day, from + random.Below(to - from + 1), count);
    }

    private void CutNeighbours()
    {
        var seed = random.Below(problem.Nodes);
        var most = Math.Max(1, Math.Min(settings.LongestString, problem.Nodes - tours.UnvisitedCount));
        var count = 1 + random.Below(most);
        if (tours.DayOf[seed] >= 0)
        {
            CutAt(tours.DayOf[seed], tours.PositionOf(seed) - 1, 1);
            count--;
        }
        foreach (var other in NeighboursOf(seed))
        {
            if (count <= 0) break;
            if (tours.DayOf[other] < 0 || random.Chance(0.2f)) continue;
            CutAt(tours.DayOf[other], tours.PositionOf(other) - 1, 1);
            count--;
        }
    }

    /// <summary>Draws a place that is left out and cuts what is in its way, so that it comes in first.</summary>
    private void Force()
    {
        var node = tours.Unvisited[random.Below(tours.UnvisitedCount)];
        var room = (Day: -1, First: -1, Count: 0, Loss: float.MaxValue);
        if (rules.Allows(node))
            for (var day = 0; day < problem.Days; day++) FindLeastLoss(node, day, ref room);
        if (room.Day < 0)
        {
            CutString();
            return;
        }
        CutAt(room.Day, room.First, room.Count);
        touched[room.Day] = true;
        (forced, forcedDay) = (node, room.Day);
    }

    /// <summary>For every first position the fewest visits whose removal makes room; the least loss wins.</summary>
    private void FindLeastLoss(int node, int day, ref (int Day, int First, int Count, float Loss) room)
    {
        var opens = problem.Opens[day][node];
        var closes = problem.Closes[day][node];
        if (opens > closes) return;
        var (offset, length, size) = (day * tours.Stride, tours.Length[day], problem.Size);
        var travel = tables.Travel;
        for (var first = 0; first <= length; first++)
        {
            var previous = tours.Sequence[offset + first];
            var arrival = tours.Depart[offset + first] + travel[(previous * size) + node];
            if (arrival > closes) break;
            var leave = Math.Max(arrival, opens) + problem.Duration[node];
            var loss = 0f;
            for (var next = first + 1; next <= length + 1; next++)
            {
                var follower = tours.Sequence[offset + next];
                if (leave + travel[(node * size) + follower] <= tours.Latest[offset + next])
                {
                    var noisy = loss * (0.5f + random.NextFloat());
                    if (noisy < room.Loss) room = (day, first, next - first - 1, noisy);
                    break;
                }
                if (next <= length) loss += problem.Score[follower];
                if (loss * 0.5f > room.Loss) break;
            }
        }
    }

    private void CutAt(int day, int position, int count)
    {
        var at = (day * tours.Stride) + position;
        for (var i = 1; i <= count; i++)
        {
            var node = cut[cutCount++] = tours.Sequence[at + i];
            tours.Value -= rules.Remove(day, node, tours.Sequence[at], tours.Sequence[at + i + 1]);
        }
        tours.Cut(day, position, count);
        touched[day] = true;
    }
}

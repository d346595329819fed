namespace Jingdezhen.Tourism.Routes.Planning.Tours;

internal sealed partial class TourSearch<TRules>
{
    private const int MostNeighbours = 40;

    private int[] neighbours = [];
    private int neighbourCount;
    private int forced = -1;

    private void PrepareRuin()
    {
        neighbourCount = Math.Min(MostNeighbours, problem.Nodes - 1);
        neighbours = new int[problem.Nodes * Math.Max(neighbourCount, 0)];
        var keys = new double[problem.Nodes];
        var order = new int[problem.Nodes];
        for (var node = 0; node < problem.Nodes; node++)
        {
            for (var other = 0; other < problem.Nodes; other++)
            {
                order[other] = other;
                keys[other] = other == node ? double.MaxValue : Apart(node, other);
            }
            Array.Sort(keys, order);
            order.AsSpan(0, neighbourCount).CopyTo(neighbours.AsSpan(node * neighbourCount));
        }
    }

    /// <summary>How far apart two visits are in space and, where their windows force it, in time.</summary>
    private double Apart(int node, int other)
    {
        var travel = problem.Travel[(node * problem.Size) + other];
        var least = double.MaxValue;
        for (var day = 0; day < problem.Days; day++)
        {
            var opens = problem.Opens[day];
            var closes = problem.Closes[day];
            if (opens[node] > closes[node] || opens[other] > closes[other]) continue;
            // Waiting that cannot be avoided when one follows the other directly, in the better of both orders.
            var forth = Math.Max(0, opens[other] - closes[node] - problem.Duration[node] - travel);
            var back = Math.Max(0, opens[node] - closes[other] - problem.Duration[other] - travel);
            // An order that cannot be is no neighbour that way.
            if (opens[node] + problem.Duration[node] + travel > closes[other]) forth = int.MaxValue / 4;
            if (opens[other] + problem.Duration[other] + travel > closes[node]) back = int.MaxValue / 4;
            least = Math.Min(least, Math.Min(forth, back));
        }
        return travel + (0.5 * least);
    }

    private void Ruin()
    {
        forced = -1;
        var dice = random.NextFloat();
        if (dice < settings.StringShare || tours.UnvisitedCount == 0) CutString();
        else if (dice < settings.StringShare + settings.NeighbourShare) CutNeighbours();
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

    private void CutNeighbours()
    {
        var seed = random.Below(problem.Nodes);
        var most = Math.Max(1, Math.Min(settings.LongestString, problem.Nodes - tours.UnvisitedCount));
        var count = 1 + random.Below(most);
        if (tours.DayOf[seed] >= 0 && CutAround(seed, 1)) count--;
        for (var i = 0; i < neighbourCount && count > 0; i++)
        {
            var other = neighbours[(seed * neighbourCount) + i];
            if (tours.DayOf[other] < 0 || random.Chance(0.2f)) continue;
            if (CutAround(other, 1)) count--;
        }
    }

    private bool CutAround(int node, int count)
    {
        var day = tours.DayOf[node];
        var position = tours.PositionOf(node) - 1;
        CutAt(day, position, count);
        return true;
    }

    /// <summary>Draws a place that is left out and cuts what is in its way, so that it comes in first.</summary>
    private void Force()
    {
        var node = tours.Unvisited[random.Below(tours.UnvisitedCount)];
        var day = random.Below(problem.Days);
        var opens = problem.Opens[day][node];
        var closes = problem.Closes[day][node];
        if (opens > closes || !rules.Allows(node))
        {
            CutString();
            return;
        }
        var (offset, length, size) = (day * tours.Stride, tours.Length[day], problem.Size);
        var travel = problem.Travel;
        var duration = problem.Duration[node];
        // For every first position the fewest visits whose removal makes room; the least loss wins.
        var (bestFirst, bestCount, bestLoss) = (-1, 0, float.MaxValue);
        for (var first = 0; first <= length; first++)
        {
            var previous = tours.Sequence[offset + first];
            var arrival = tours.Depart[offset + first] + travel[(previous * size) + node];
            if (arrival > closes) break;
            var leave = Math.Max(arrival, opens) + duration;
            var loss = 0f;
            for (var next = first + 1; next <= length + 1; next++)
            {
                var follower = tours.Sequence[offset + next];
                if (leave + travel[(node * size) + follower] <= tours.Latest[offset + next])
                {
                    var noisy = loss * (0.5f + random.NextFloat());
                    if (noisy < bestLoss) (bestFirst, bestCount, bestLoss) = (first, next - first - 1, noisy);
                    break;
                }
                if (next <= length) loss += problem.Score[follower];
                if (loss * 0.5f > bestLoss) break;
            }
        }
        if (bestFirst < 0) return;
        CutAt(day, bestFirst, bestCount);
        touched[day] = true;
        forced = node;
        forcedDay = day;
    }

    private int forcedDay;

    private void CutAt(int day, int position, int count)
    {
        var offset = day * tours.Stride;
        for (var i = 0; i < count; i++)
        {
            var node = tours.Sequence[offset + position + 1];
            tours.Value -= rules.Remove(day, node, tours.Sequence[offset + position],
                tours.Sequence[offset + position + 2]);
            tours.Cut(day, position, 1);
        }
        touched[day] = true;
    }
}

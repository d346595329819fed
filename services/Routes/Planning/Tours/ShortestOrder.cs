namespace Jingdezhen.Tourism.Routes.Planning.Tours;

/// <summary>
/// The order of one day's visits with the least travel that all windows allow: exact by dynamic programming over sets
/// of visits (Held, Karp 1962) with labels of time and travel; a label that cannot beat the given order any more is
/// dropped. Greedy insertion may leave a zig-zag that costs no score; a visitor would see it.
/// </summary>
internal sealed class ShortestOrder
{
    /// <summary>
    /// Beyond this many visits the exact search would take too long; a longer day is improved in windows of so many
    /// consecutive visits, which overlap by half, until none gets shorter.
    /// </summary>
    public const int MostVisits = 10;

    private const int MostRounds = 8;
    private const int None = -1;

    /// <summary>When one leaves the node, the travel so far, the label before, and the next of the same set and
    /// place.</summary>
    private record struct Label(int Leaves, int Travel, int Node, int Before, int Next);

    private readonly TourProblem problem;
    private readonly int day;
    private readonly int[][] variants;
    private readonly int[] rest;
    private readonly int next;
    private readonly int count;
    private readonly int[] first;
    private readonly int[] leastInto;
    private readonly List<Label> labels = [];
    private int least;

    private ShortestOrder(TourProblem problem, int day, int[] order, int from, Func<int, int[]> variantsOf)
    {
        (this.problem, this.day) = (problem, day);
        var visits = order.AsSpan(from, Math.Min(MostVisits, order.Length - from));
        count = visits.Length;
        variants = new int[count][];
        for (var i = 0; i < count; i++) variants[i] = variantsOf(visits[i]);
        rest = order[(from + count)..];
        next = rest.Length > 0 ? rest[0] : problem.EndOf(day);
        first = new int[(1 << count) * count];
        Array.Fill(first, None);

        var (here, leaves) = (problem.StartOf(day), problem.Opens[day][problem.StartOf(day)]);
        foreach (var node in order.AsSpan(0, from)) (here, leaves) = (node, Leave(leaves, here, node));
        labels.Add(new Label(leaves, 0, here, None, None));
        foreach (var node in visits)
        {
            least += Way(here, node);
            here = node;
        }
        least += Way(here, next);
        leastInto = [.. variants.Select((_, i) => variants[i].Min(node => LeastInto(node, i)))];

        int LeastInto(int node, int visit) => variants.Where((_, i) => i != visit).SelectMany(each => each)
            .Append(labels[0].Node).Min(other => Way(other, node));
    }

    /// <summary>
    /// The best order, or null when the given one cannot be improved. Each visit may be made by any of its variants.
    /// </summary>
    public static int[]? Find(TourProblem problem, int day, int[] visits, Func<int, int[]> variantsOf)
    {
        var order = visits.ToArray();
        var improved = false;
        for (var round = 0; round < MostRounds; round++)
        {
            var shorter = false;
            for (var from = 0; from == 0 || from + (MostVisits / 2) < order.Length; from += MostVisits / 2)
            {
                if (order.Length - from < 2) continue;
                if (new ShortestOrder(problem, day, order, from, variantsOf).Search() is not { } found) continue;
                found.CopyTo(order, from);
                shorter = improved = true;
            }
            if (!shorter || order.Length <= MostVisits) break;
        }
        return improved ? order : null;
    }

    private int[]? Search()
    {
        var full = (1 << count) - 1;
        var homeward = variants.SelectMany(each => each).Min(node => Way(node, next));
        var toCome = new int[full + 1];
        for (var set = 0; set <= full; set++)
            toCome[set] = homeward + leastInto.Where((_, i) => (set & (1 << i)) == 0).Sum();
        for (var i = 0; i < count; i++) Extend(0, 0, i, toCome[1 << i]);
        for (var set = 1; set < full; set++)
            for (var at = 0; at < count; at++)
                for (var label = first[(set * count) + at]; label != None; label = labels[label].Next)
                    for (var i = 0; i < count; i++)
                        if ((set & (1 << i)) == 0) Extend(label, set, i, toCome[set | (1 << i)]);

        var best = None;
        for (var at = 0; at < count; at++)
            for (var label = first[(full * count) + at]; label != None; label = labels[label].Next)
            {
                var travel = labels[label].Travel + Way(labels[label].Node, next);
                if (travel >= least || !Holds(labels[label])) continue;
                (best, least) = (label, travel);
            }
        if (best == None) return null;
        var shortest = new int[count];
        for (var (label, i) = (best, count - 1); i >= 0; i--, label = labels[label].Before)
            shortest[i] = labels[label].Node;
        return shortest;
    }

    private void Extend(int before, int set, int visit, int toCome)
    {
        ref var head = ref first[((set | (1 << visit)) * count) + visit];
        foreach (var node in variants[visit])
        {
            var (leaves, here) = (labels[before].Leaves, labels[before].Node);
            var travel = labels[before].Travel + Way(here, node);
            if (travel + toCome >= least) continue;
            if (leaves + Way(here, node) > problem.Closes[day][node]
                || problem.Opens[day][node] > problem.Closes[day][node]) continue;
            leaves = Leave(leaves, here, node);
            if (IsWorse(head, leaves, travel)) continue;
            labels.Add(new Label(leaves, travel, node, before, head));
            head = labels.Count - 1;
        }
    }

    private bool IsWorse(int label, int leaves, int travel)
    {
        for (; label != None; label = labels[label].Next)
            if (labels[label].Leaves <= leaves && labels[label].Travel <= travel) return true;
        return false;
    }

    /// <summary>Whether what follows the window is still in time.</summary>
    private bool Holds(Label label)
    {
        var (here, leaves) = (label.Node, label.Leaves);
        foreach (var node in rest)
        {
            if (leaves + Way(here, node) > problem.Closes[day][node]) return false;
            (here, leaves) = (node, Leave(leaves, here, node));
        }
        return leaves + Way(here, problem.EndOf(day)) <= problem.Closes[day][problem.EndOf(day)];
    }

    private int Way(int from, int to) => problem.Travel[(from * problem.Size) + to];

    private int Leave(int leaves, int from, int to) =>
        Math.Max(leaves + Way(from, to), problem.Opens[day][to]) + problem.Duration[to];
}

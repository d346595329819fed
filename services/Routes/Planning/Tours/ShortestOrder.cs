namespace Jingdezhen.Tourism.Routes.Planning.Tours;

/// <summary>
/// The order of one day's visits with the least travel that all windows allow: exact by dynamic programming over sets of
/// visits (Held, Karp 1962) with labels of time and travel. Greedy insertion may leave a zig-zag that costs no score;
/// a visitor would see it.
/// </summary>
internal static class ShortestOrder
{
    /// <summary>Beyond this many visits the exact search would take milliseconds; such days keep their order.</summary>
    public const int MostVisits = 11;

    private sealed record Label(int Time, int Travel, int Node, Label? Before);

    /// <summary>
    /// The best order, or null when the given one cannot be improved. Each visit may be made by any of its variants.
    /// </summary>
    public static int[]? Find(TourProblem problem, int day, int[] visits, Func<int, int[]> variantsOf)
    {
        if (visits.Length is < 2 or > MostVisits) return null;
        var (count, size) = (visits.Length, problem.Size);
        var variants = visits.Select(variantsOf).ToArray();
        var labels = new List<Label>[(1 << count) * count];
        var full = (1 << count) - 1;
        var start = new Label(problem.Opens[day][problem.StartOf(day)], 0, problem.StartOf(day), null);
        for (var i = 0; i < count; i++) Extend(start, 0, i);
        for (var set = 1; set < full; set++)
            for (var at = 0; at < count; at++)
                foreach (var label in labels[(set * count) + at] ?? [])
                    for (var i = 0; i < count; i++)
                        if ((set & (1 << i)) == 0) Extend(label, set, i);

        Label? best = null;
        var end = problem.EndOf(day);
        for (var at = 0; at < count; at++)
            foreach (var label in labels[(full * count) + at] ?? [])
            {
                var home = problem.Travel[(label.Node * size) + end];
                if (label.Time + problem.Duration[label.Node] + home > problem.Closes[day][end]) continue;
                var total = label with { Travel = label.Travel + home };
                if (best is null || total.Travel < best.Travel) best = total;
            }
        if (best is null || best.Travel >= Travel(problem, day, visits)) return null;
        var order = new int[count];
        for (var (label, i) = (best, count - 1); i >= 0; i--, label = label.Before!) order[i] = label.Node;
        return order;

        void Extend(Label from, int set, int i)
        {
            foreach (var node in variants[i]) ExtendBy(from, set, i, node);
        }

        void ExtendBy(Label from, int set, int i, int node)
        {
            var way = problem.Travel[(from.Node * size) + node];
            var time = Math.Max(from.Time + problem.Duration[from.Node] + way, problem.Opens[day][node]);
            if (time > problem.Closes[day][node]) return;
            var travel = from.Travel + way;
            var slot = ((set | (1 << i)) * count) + i;
            var known = labels[slot] ??= [];
            if (known.Exists(label => Leaves(label) <= time + problem.Duration[node] && label.Travel <= travel)) return;
            known.RemoveAll(label => Leaves(label) >= time + problem.Duration[node] && label.Travel >= travel);
            known.Add(new Label(time, travel, node, from));
        }

        int Leaves(Label label) => label.Time + problem.Duration[label.Node];
    }

    public static int Travel(TourProblem problem, int day, ReadOnlySpan<int> visits)
    {
        var (here, total) = (problem.StartOf(day), 0);
        foreach (var node in visits)
        {
            total += problem.Travel[(here * problem.Size) + node];
            here = node;
        }
        return total + problem.Travel[(here * problem.Size) + problem.EndOf(day)];
    }
}

namespace Jingdezhen.Tourism.Routes.Planning.Tours;

/// <summary>
/// The order of one day's visits with the least travel that all windows allow: exact by dynamic programming over sets
/// of visits (Held, Karp 1962) with labels of time and travel. Greedy insertion may leave a zig-zag that costs no
/// score; a visitor would see it.
/// </summary>
internal static class ShortestOrder
{
    /// <summary>
    /// Beyond this many visits the exact search would take too long; a longer day is improved in windows of so many
    /// consecutive visits, which overlap by half, until none gets shorter.
    /// </summary>
    public const int MostVisits = 10;

    private const int MostRounds = 8;

    private sealed record Label(int Time, int Travel, int Node, Label? Before);

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
                var window = order.AsSpan(from, Math.Min(MostVisits, order.Length - from));
                var found = InWindow(problem, day, order, from, window.ToArray(), variantsOf);
                if (found is null) continue;
                found.CopyTo(window);
                shorter = improved = true;
            }
            if (!shorter || order.Length <= MostVisits) break;
        }
        return improved ? order : null;
    }

    private static int[]? InWindow(
        TourProblem problem, int day, int[] order, int from, int[] visits, Func<int, int[]> variantsOf)
    {
        if (visits.Length < 2) return null;
        var (count, size) = (visits.Length, problem.Size);
        var variants = visits.Select(variantsOf).ToArray();
        var labels = new List<Label>[(1 << count) * count];
        var full = (1 << count) - 1;
        var start = new Label(problem.Opens[day][problem.StartOf(day)], 0, problem.StartOf(day), null);
        foreach (var node in order.AsSpan(0, from)) start = new Label(Arrival(start, node), 0, node, null);
        var given = start;
        foreach (var node in visits) given =
            new Label(Arrival(given, node), given.Travel + Way(given.Node, node), node, null);
        var rest = order.AsSpan(from + count).ToArray();
        var next = rest.Length > 0 ? rest[0] : problem.EndOf(day);
        var least = given.Travel + Way(given.Node, next);

        for (var i = 0; i < count; i++) Extend(start, 0, i);
        for (var set = 1; set < full; set++)
            for (var at = 0; at < count; at++)
                foreach (var label in labels[(set * count) + at] ?? [])
                    for (var i = 0; i < count; i++)
                        if ((set & (1 << i)) == 0) Extend(label, set, i);

        Label? best = null;
        for (var at = 0; at < count; at++)
            foreach (var label in labels[(full * count) + at] ?? [])
            {
                var travel = label.Travel + Way(label.Node, next);
                if (travel >= least || !Holds(label)) continue;
                (best, least) = (label, travel);
            }
        if (best is null) return null;
        var shortest = new int[count];
        for (var (label, i) = (best, count - 1); i >= 0; i--, label = label.Before!) shortest[i] = label.Node;
        return shortest;

        int Way(int here, int there) => problem.Travel[(here * size) + there];

        int Leaves(Label label) => label.Time + problem.Duration[label.Node];

        int Arrival(Label label, int node) => Math.Max(Leaves(label) + Way(label.Node, node), problem.Opens[day][node]);

        bool Holds(Label label)
        {
            foreach (var node in rest)
            {
                label = new Label(Arrival(label, node), 0, node, null);
                if (label.Time > problem.Closes[day][node]) return false;
            }
            return Arrival(label, problem.EndOf(day)) <= problem.Closes[day][problem.EndOf(day)];
        }

        void Extend(Label before, int set, int i)
        {
            foreach (var node in variants[i])
            {
                var time = Arrival(before, node);
                if (time > problem.Closes[day][node]) continue;
                var label = new Label(time, before.Travel + Way(before.Node, node), node, before);
                var known = labels[((set | (1 << i)) * count) + i] ??= [];
                if (known.Exists(other => Leaves(other) <= Leaves(label) && other.Travel <= label.Travel)) continue;
                known.RemoveAll(other => Leaves(other) >= Leaves(label) && other.Travel >= label.Travel);
                known.Add(label);
            }
        }
    }
}

namespace Jingdezhen.Tourism.Routes.Planning.Tours;

internal sealed partial class TourSearch<TRules>
{
    private static readonly float[] ScoreExponents = [0.5f, 1f, 1.5f, 2f, 3f];

    /// <summary>How seldom even days that the ruin left alone are looked at for every place.</summary>
    private const int LookEverywhere = 16;

    private bool everywhere = true;
    private float[][] scorePowers = [];
    private int[] changedFrom = [];
    private int[] changedTo = [];
    private long[] considered = [];
    private long round;
    private GapScan scan = null!;

    private void PrepareRecreate()
    {
        scorePowers = [.. ScoreExponents.Select(exponent => problem.Score
            .Select(score => MathF.Pow((float)(score / meanScore), exponent)).ToArray())];
        changedFrom = new int[problem.Days];
        changedTo = new int[problem.Days];
        considered = new long[problem.Nodes];
        scan = new GapScan(tables);
    }

    /// <summary>
    /// Greedy insertion by score to a random power over the time taken, or at random. A place that fits nowhere now
    /// will fit nowhere after more has been inserted, and known gaps only get dearer, so a candidate is looked at again
    /// when its turn comes and not before (Minoux 1978); only new gaps are offered to all.
    /// </summary>
    private void Recreate()
    {
        var mode = random.Below(8);
        var powers = scorePowers[random.Below(scorePowers.Length)];
        var waitWeight = random.Below(3) * 128;
        var nearby = !everywhere && random.Chance((float)settings.Nearby);
        for (var day = 0; day < problem.Days; day++)
            (changedFrom[day], changedTo[day]) =
                touched[day] ? tours.ChangedGaps(current, day, nearby, settings.Margin) : (0, -1);

        if (forced >= 0 && tours.FindPlace(ref rules, forcedDay, forced, 0, tours.Length[forcedDay], waitWeight, 0,
            random, out var room, out _)) InsertAt(forcedDay, room, forced);

        candidates.Clear(worthByTime: mode < 6);
        if (rules.Additive) ConsiderByGap(waitWeight, mode, powers);
        else if (nearby)
        {
            round++;
            for (var i = 0; i < cutCount; i++) ConsiderAround(cut[i], waitWeight, mode, powers);
            if (forced >= 0) ConsiderAround(forced, waitWeight, mode, powers);
        }
        else
        {
            for (var i = 0; i < tours.UnvisitedCount; i++) Consider(tours.Unvisited[i], waitWeight, mode, powers);
        }
        while (candidates.Count > 0)
        {
            var pick = candidates.First();
            var (node, day, gap) = (candidates.Node[pick], candidates.Day[pick], candidates.Gap[pick]);
            if (!rules.Allows(node) || !rules.Allows(day, node)
                || tours.CostAt(ref rules, day, node, gap, waitWeight) > candidates.Cost[pick])
            {
                if (!Renew(pick, waitWeight)) DropLost(waitWeight);
                continue;
            }
            InsertAt(day, gap, node);
            candidates.RemoveAt(pick);
            candidates.Inserted(tours, ref rules, day, gap, waitWeight);
        }
        everywhere = random.Below(LookEverywhere) == 0;
    }

    /// <summary>All that is left out at once for each gap that changed; what was cut may fit into any other
    /// too.</summary>
    private void ConsiderByGap(int waitWeight, int mode, float[] powers)
    {
        scan.Begin(tours, everywhere ? tours : current);
        for (var day = 0; day < problem.Days; day++)
        {
            var (from, to) = everywhere ? (0, tours.Length[day]) : (changedFrom[day], changedTo[day]);
            for (var gap = from; gap <= to; gap++)
                scan.Look(tours, day, gap, waitWeight, settings.BlinkEvery, random);
        }
        for (var node = 0; (node = scan.Next(node, out var day, out var gap, out var cost)) >= 0; node++)
            candidates.Add(node, Worth(node, mode, powers), day, gap, cost);
        for (var i = 0; i < cutCount && !everywhere; i++)
            if (tours.DayOf[cut[i]] < 0) Consider(cut[i], waitWeight, mode, powers);
    }

    private void ConsiderAround(int centre, int waitWeight, int mode, float[] powers)
    {
        ConsiderOnce(centre);
        var near = NeighboursOf(centre);
        for (var i = 0; i < Math.Min(near.Length, settings.NearbyNodes); i++) ConsiderOnce(near[i]);

        void ConsiderOnce(int node)
        {
            if (considered[node] == round || tours.DayOf[node] >= 0) return;
            considered[node] = round;
            Consider(node, waitWeight, mode, powers);
        }
    }

    private void Consider(int node, int waitWeight, int mode, float[] powers)
    {
        if (rules.Allows(node) && FindBest(node, waitWeight, out var day, out var gap, out var cost))
            candidates.Add(node, Worth(node, mode, powers), day, gap, cost);
    }

    private float Worth(int node, int mode, float[] powers) => mode == 6 ? random.NextFloat()
        : powers[node] * (1f + ((float)settings.Noise * random.NextFloat()));

    /// <summary>Looks for a candidate's best gap anew; without one it is out, and false.</summary>
    private bool Renew(int at, int waitWeight)
    {
        var node = candidates.Node[at];
        if (rules.Allows(node) && FindBest(node, waitWeight, out var day, out var gap, out var cost))
        {
            candidates.Move(at, day, gap, cost);
            return true;
        }
        candidates.RemoveAt(at);
        return false;
    }

    /// <summary>Where one has lost its gap others have too, and each turn costs a look at all.</summary>
    private void DropLost(int waitWeight)
    {
        for (var i = candidates.Count - 1; i >= 0; i--)
            if (tours.CostAt(ref rules, candidates.Day[i], candidates.Node[i], candidates.Gap[i], waitWeight)
                == int.MaxValue) Renew(i, waitWeight);
    }

    private bool FindBest(int node, int waitWeight, out int bestDay, out int bestGap, out int bestCost)
    {
        (bestDay, bestGap, bestCost) = (-1, -1, int.MaxValue);
        var removed = everywhere || current.DayOf[node] >= 0;
        for (var day = 0; day < problem.Days; day++)
        {
            // What time kept out of a day does not fit into a gap that is as it was, blinks aside.
            var (first, last) = removed || !rules.Allowed(day, node) ? (0, tours.Length[day])
                : (changedFrom[day], changedTo[day]);
            if (last < first) continue;
            if (!tours.FindPlace(ref rules, day, node, first, last, waitWeight, settings.BlinkEvery, random,
                out var gap, out var cost) || cost >= bestCost) continue;
            (bestDay, bestGap, bestCost) = (day, gap, cost);
        }
        return bestDay >= 0;
    }

    private void InsertAt(int day, int position, int node)
    {
        var offset = day * tours.Stride;
        tours.Value += rules.Insert(day, node, tours.Sequence[offset + position],
            tours.Sequence[offset + position + 1]);
        tours.Insert(day, position, node);
        touched[day] = true;
        if (position < changedFrom[day]) changedFrom[day]++;
        if (position <= changedTo[day]) changedTo[day]++;
    }
}

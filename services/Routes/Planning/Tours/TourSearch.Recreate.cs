namespace Jingdezhen.Tourism.Routes.Planning.Tours;

internal sealed partial class TourSearch<TRules>
{
    private static readonly float[] ScoreExponents = [0.5f, 1f, 1.5f, 2f, 3f];

    /// <summary>How seldom even days that the ruin left alone are looked at for every place.</summary>
    private const int LookEverywhere = 16;

    private bool everywhere;
    private float[][] scorePowers = [];
    private int[] candidates = [];
    private int[] candidateDay = [];
    private int[] candidatePosition = [];
    private int[] candidateCost = [];
    private float[] candidateKey = [];

    private void PrepareRecreate()
    {
        scorePowers = [.. ScoreExponents.Select(exponent => problem.Score
            .Select(score => MathF.Pow((float)(score / meanScore), exponent)).ToArray())];
        candidates = new int[problem.Nodes];
        candidateDay = new int[problem.Nodes];
        candidatePosition = new int[problem.Nodes];
        candidateCost = new int[problem.Nodes];
        candidateKey = new float[problem.Nodes];
    }

    /// <summary>
    /// Greedy insertion by score to a random power over the time taken, or at random. What does not fit now will not
    /// fit after more has been inserted, so the list of candidates shrinks and only the day that changed is looked at
    /// again.
    /// </summary>
    private void Recreate()
    {
        var mode = random.Below(8);
        var byTime = mode < 6;
        var powers = scorePowers[random.Below(scorePowers.Length)];
        var waitWeight = random.Below(3) * 128;
        var noise = (float)settings.Noise;
        everywhere = !rules.Additive || random.Below(LookEverywhere) == 0;

        if (forced >= 0)
        {
            if (tours.FindPlace(ref rules, forcedDay, forced, waitWeight, 0, random, out var at, out _))
                InsertAt(forcedDay, at, forced);
        }

        var count = 0;
        for (var i = 0; i < tours.UnvisitedCount; i++)
        {
            var node = tours.Unvisited[i];
            if (!rules.Allows(node)) continue;
            if (!FindBest(node, waitWeight, count)) continue;
            candidates[count] = node;
            candidateKey[count] = Key(count, mode, powers, noise);
            count++;
        }
        while (count > 0)
        {
            var pick = 0;
            for (var i = 1; i < count; i++)
                if (candidateKey[i] > candidateKey[pick]) pick = i;
            var (day, position) = (candidateDay[pick], candidatePosition[pick]);
            // What was inserted on another day may have used up a limit that all days share.
            if (!rules.Additive
                && tours.CostAt(ref rules, day, candidates[pick], position, waitWeight) == int.MaxValue)
            {
                if (FindBest(candidates[pick], waitWeight, pick)) candidateKey[pick] = Key(pick, mode, powers, noise);
                else MoveCandidate(--count, pick);
                continue;
            }
            InsertAt(day, position, candidates[pick]);
            MoveCandidate(--count, pick);
            for (var i = count - 1; i >= 0; i--)
            {
                var node = candidates[i];
                if (rules.Allows(node))
                {
                    if (candidateDay[i] != day) continue;
                    if (FindNear(node, waitWeight, i, position) || FindBest(node, waitWeight, i))
                    {
                        if (byTime) candidateKey[i] = Key(i, mode, powers, noise);
                        continue;
                    }
                }
                MoveCandidate(--count, i);
            }
        }
    }

    private float Key(int slot, int mode, float[] powers, float noise)
    {
        if (mode == 6) return random.NextFloat();
        var key = powers[candidates[slot]] * (1f + (noise * random.NextFloat()));
        return mode == 7 ? key : key / (candidateCost[slot] + 1f);
    }

    /// <summary>
    /// After an insertion only two positions are new and the others at best as good as they were: the better of the two
    /// and of the one known is taken. False when none of the three will do and a full search is due.
    /// </summary>
    private bool FindNear(int node, int waitWeight, int slot, int inserted)
    {
        var (day, known) = (candidateDay[slot], candidatePosition[slot]);
        if (!rules.Allows(day, node)) return false;
        var before = tours.CostAt(ref rules, day, node, inserted, waitWeight);
        var behind = tours.CostAt(ref rules, day, node, inserted + 1, waitWeight);
        var (position, cost) = behind < before ? (inserted + 1, behind) : (inserted, before);
        if (known != inserted)
        {
            if (known > inserted) known++;
            var still = tours.CostAt(ref rules, day, node, known, waitWeight);
            if (still == int.MaxValue) return false;
            if (still <= cost) (position, cost) = (known, still);
        }
        if (cost == int.MaxValue) return false;
        candidatePosition[slot] = position;
        candidateCost[slot] = cost;
        return true;
    }

    private bool FindBest(int node, int waitWeight, int slot)
    {
        var bestCost = int.MaxValue;
        for (var day = 0; day < problem.Days; day++)
        {
            // What did not fit into a day before does not fit while nothing is taken out of it, blinks aside.
            if (!everywhere && !touched[day] && current.DayOf[node] < 0) continue;
            if (!tours.FindPlace(ref rules, day, node, waitWeight, settings.Blink, random, out var at, out var cost))
                continue;
            if (cost >= bestCost) continue;
            bestCost = cost;
            candidateDay[slot] = day;
            candidatePosition[slot] = at;
        }
        candidateCost[slot] = bestCost;
        return bestCost < int.MaxValue;
    }

    private void MoveCandidate(int from, int to)
    {
        candidates[to] = candidates[from];
        candidateDay[to] = candidateDay[from];
        candidatePosition[to] = candidatePosition[from];
        candidateCost[to] = candidateCost[from];
        candidateKey[to] = candidateKey[from];
    }

    private void InsertAt(int day, int position, int node)
    {
        var offset = day * tours.Stride;
        tours.Value += rules.Insert(day, node, tours.Sequence[offset + position],
            tours.Sequence[offset + position + 1]);
        tours.Insert(day, position, node);
        touched[day] = true;
    }
}

namespace Jingdezhen.Tourism.Routes.Planning.Tours;

internal sealed partial class TourSearch<TRules>
{
    private const int Recombinations = 20;
    private const int PoolEvery = 8;

    private DayPool? pool;
    private int recombined;
    private int accepted;

    private void PrepareRecombine() => pool = problem.Days > 1 && rules.Additive ? new DayPool(tables) : null;

    private void FillPool(bool always)
    {
        if (pool is null || (!always && ++accepted % PoolEvery != 0)) return;
        for (var day = 0; day < problem.Days; day++) pool.Add(tours, day, problem.Score);
    }

    /// <summary>At even shares of the budget the pool is searched for days that together beat the best; true if
    /// so.</summary>
    private bool Recombine(double progress)
    {
        if (pool is null || progress * Recombinations < recombined + 1) return false;
        recombined++;
        if (!pool.Beats(best.Value)) return false;
        tours.Clear();
        rules.Clear();
        for (var day = 0; day < problem.Days; day++)
        {
            foreach (var node in pool.Day(day)) InsertAt(day, tours.Length[day], node);
            touched[day] = true;
        }
        forced = -1;
        everywhere = true;
        Recreate();
        return true;
    }
}

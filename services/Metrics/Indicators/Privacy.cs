namespace Jingdezhen.Tourism.Metrics.Indicators;

/// <summary>
/// No number of one to four people leaves the house, neither as a cell nor by subtraction (k-anonymity with
/// complementary suppression: Willenborg and de Waal, Elements of Statistical Disclosure Control, chapter 6).
/// </summary>
internal static class Privacy
{
    private const int FewestPeople = 5;

    public static bool IsSafe(Figure figure) => !PeopleOf(figure).Any(IsTooFew);

    /// <summary>
    /// Which cells to hide: those that tell of too few, and then, in every line whose total somebody may know, the
    /// smallest others until what is hidden together is neither one cell nor too few.
    /// </summary>
    /// <param name="cells">Figures by stretch of time and value of a dimension.</param>
    /// <param name="acrossTime">Whether a value's total over time is told as well.</param>
    public static HashSet<Part> Hide(IReadOnlyDictionary<Part, Figure> cells, bool acrossTime)
    {
        var people = cells.ToDictionary(cell => cell.Key, cell => PeopleOf(cell.Value));
        var hidden = people.Where(cell => cell.Value.Any(IsTooFew)).Select(cell => cell.Key).ToHashSet();
        var lines = people.Keys.GroupBy(part => part.Start).Select(line => line.ToList()).ToList();
        if (acrossTime) lines.AddRange(people.Keys.GroupBy(part => part.Key).Select(line => line.ToList()));
        int before;
        do
        {
            before = hidden.Count;
            foreach (var line in lines)
            {
                while (TellsTooFew(line) && Smallest(line) is { } next) hidden.Add(next);
            }
        }
        while (hidden.Count > before);

        return hidden;

        bool TellsTooFew(List<Part> line)
        {
            var dark = line.Where(part => hidden.Contains(part) && people[part][0] > 0).ToList();
            return dark.Count == 1
                || Enumerable.Range(0, 3).Any(which => IsTooFew(dark.Sum(part => people[part][which])));
        }

        Part? Smallest(List<Part> line) =>
            line.Where(part => !hidden.Contains(part) && people[part][0] > 0).MinBy(part => people[part][0]);
    }

    /// <summary>Those behind the figure; of a rate also those who are what it tells, and those who are not.</summary>
    private static long[] PeopleOf(Figure figure) =>
        figure is { IsRate: true, Numerator: { } some, Denominator: { } all }
            ? [figure.N, some, all - some]
            : [figure.N, 0, 0];

    private static bool IsTooFew(long people) => people is > 0 and < FewestPeople;
}

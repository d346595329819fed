namespace Jingdezhen.Tourism.Metrics.Indicators;

/// <summary>How a period is divided in time: not at all, or by day, week (from Monday), month or year.</summary>
internal sealed record Grain(string Name)
{
    public static readonly Grain None = new("");
    public static readonly Grain Month = new("month");
    public static readonly IReadOnlyList<Grain> All = [new("day"), new("week"), Month, new("year")];

    // The names are our own constants: nothing of a request reaches the statement.
    public string Sql(string day) => this == None ? "date '0001-01-01'" : $"date_trunc('{Name}', {day})::date";

    public string NextSql(string begin) =>
        this == None ? "date '9999-01-01'" : $"({begin} + interval '1 {Name}')::date";

    /// <summary>The stretches of a period, the first and the last cut to it.</summary>
    public IEnumerable<Period> Divide(Period period)
    {
        for (var from = period.From; from < period.To;)
        {
            var next = Next(from);
            yield return new(from, next < period.To ? next : period.To);
            from = next;
        }
    }

    private DateOnly Next(DateOnly day) => Name switch
    {
        "day" => day.AddDays(1),
        "week" => day.AddDays(7 - (((int)day.DayOfWeek + 6) % 7)),
        "month" => new DateOnly(day.Year, day.Month, 1).AddMonths(1),
        "year" => new DateOnly(day.Year, 1, 1).AddYears(1),
        _ => DateOnly.MaxValue,
    };
}

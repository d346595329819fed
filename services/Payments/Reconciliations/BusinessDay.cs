namespace Jingdezhen.Tourism.Payments.Reconciliations;

/// <summary>A day as providers count it: China's, without daylight saving.</summary>
internal static class BusinessDay
{
    private static readonly TimeSpan ChinaOffset = TimeSpan.FromHours(8);

    public static DateOnly Of(DateTimeOffset moment) => DateOnly.FromDateTime(moment.ToOffset(ChinaOffset).DateTime);

    public static DateTimeOffset Start(DateOnly day) =>
        new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), ChinaOffset).ToUniversalTime();
}

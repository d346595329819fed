namespace Jingdezhen.Tourism.Metrics.Indicators;

/// <summary>The same words in Chinese and English.</summary>
public sealed record Words(string Zh, string En);

/// <summary>One figure of the platform: what it means, and how it comes from measures.</summary>
/// <param name="Id">Stable, kebab-case; the last part of its URL.</param>
/// <param name="Unit">ratio, bookings, people, fen, seconds, days …</param>
/// <param name="Formula">The definition in one line, for the reader who will not open the code.</param>
/// <param name="Definition">The definition that is computed.</param>
internal sealed record Indicator(string Id, Words Name, Words Description, string Unit, string Formula, Definition Definition);

/// <summary>What came out of a definition over one period.</summary>
/// <param name="Value">Null where there was nothing to divide by.</param>
/// <param name="N">The cases that stand behind the value.</param>
/// <param name="Coverage">Share of the facts that carry the field it needs; null where every fact does.</param>
internal sealed record Figure(double? Value, long? Numerator, long? Denominator, long N, double? Coverage, bool IsRate);

/// <param name="Measures">Everything that <paramref name="Compute"/> asks for.</param>
internal sealed record Definition(IReadOnlyList<string> Measures, Func<Sums, Figure> Compute)
{
    /// <summary>A part of a whole that people could have gone either way on: a rate with an interval.</summary>
    public static Definition Share(string part, string whole) => new([part, whole], sums =>
        Divide(sums[part], sums[whole], n: sums[whole], isRate: true));

    internal static Figure Divide(long numerator, long denominator, long n, bool isRate, double? coverage = null) => new(
        denominator == 0 ? null : (double)numerator / denominator, numerator, denominator, n, coverage, isRate);
}

/// <summary>Sums of measures over one period, for one value of one dimension.</summary>
internal sealed class Sums
{
    private readonly Dictionary<string, long> _values = [];

    public long this[string measure]
    {
        get => _values.GetValueOrDefault(measure);
        set => _values[measure] = value;
    }
}

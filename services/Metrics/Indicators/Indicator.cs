using System.Runtime.InteropServices;
using Jingdezhen.Tourism.Metrics.Rollups;

namespace Jingdezhen.Tourism.Metrics.Indicators;

/// <summary>The same words in Chinese and English.</summary>
public sealed record Words(string Zh, string En);

/// <summary>One figure of the platform: what it means, and how it comes from measures.</summary>
/// <param name="Id">Stable, kebab-case; the last part of its URL.</param>
/// <param name="Unit">ratio, bookings, people, fen, seconds, days …</param>
/// <param name="Formula">The definition in one line, for the reader who will not open the code.</param>
/// <param name="Definition">The definition that is computed.</param>
/// <param name="By">The dimensions by which it can be told apart, besides time.</param>
/// <param name="Personal">It tells of how many people what they are, so even its total is anonymised.</param>
/// <param name="Confidential">It tells what homes earn: by place nothing is told of fewer than five of them.</param>
internal sealed record Indicator(
    string Id, Words Name, Words Description, string Unit, string Formula, Definition Definition,
    IReadOnlyList<string> By, bool Personal = false, bool Confidential = false);

/// <summary>What came out of a definition over one period.</summary>
/// <param name="Value">Null where there was nothing to divide by.</param>
/// <param name="N">The cases that stand behind the value.</param>
/// <param name="Coverage">Share of the facts that carry the field it needs; 1 where every fact does.</param>
/// <param name="IsRate">Whether numerator and denominator count cases, so that an interval can be given.</param>
internal sealed record Figure(double? Value, long? Numerator, long? Denominator, long N, double? Coverage, bool IsRate);

/// <param name="Measures">Everything that <paramref name="Compute"/> asks for.</param>
/// <param name="Standing">Whether it asks for what stands at a moment, and so for all of the past.</param>
/// <param name="Whole">A measure that one dimension cannot divide: a visit has no category of complaint.</param>
internal sealed record Definition(
    IReadOnlyList<string> Measures, Func<Sums, Figure> Compute, bool Standing = false,
    (string Dimension, string Measure)? Whole = null)
{
    public static Definition Count(string measure) =>
        new([measure], sums => new(sums[measure], sums[measure], null, sums[measure], 1, IsRate: false));

    /// <summary>A sum, with the number of cases that it sums.</summary>
    public static Definition Sum(string measure, string cases) =>
        new([measure, cases], sums => new(sums[measure], sums[measure], null, sums[cases], 1, IsRate: false));

    /// <summary>A part of a whole of which every case could have gone either way: a rate with an interval.</summary>
    public static Definition Share(string part, string whole) => new([part, whole], sums =>
        Divide(sums[part], sums[whole], n: sums[whole], isRate: true));

    /// <summary>A share among those of whom the needed field is known; the coverage says how many those are.</summary>
    public static Definition ShareOfKnown(string part, string known, string all) => new([part, known, all], sums =>
        Divide(sums[part], sums[known], n: sums[known], isRate: true, Ratio(sums[known], sums[all])));

    /// <summary>One sum over another, <paramref name="times"/> so much.</summary>
    public static Definition Per(string sum, string per, string? cases = null, double times = 1) =>
        new([sum, per, cases ?? per],
            sums => Divide(sums[sum], sums[per], sums[cases ?? per], isRate: false, 1, times));

    /// <summary>The nearest-rank percentile of a histogram.</summary>
    /// <param name="histogram">What is ranked.</param>
    /// <param name="share">The percentile, 0.5 being the median.</param>
    /// <param name="of">All cases, where not every one has what is ranked.</param>
    public static Definition Percentile(string histogram, double share, string? of = null) =>
        new([histogram, of ?? histogram], sums => new(
            sums.Percentile(histogram, share), null, null, sums[histogram],
            of is null ? 1 : Ratio(sums[histogram], sums[of]), IsRate: false));

    /// <summary>What stands at the end of the period.</summary>
    public static Definition Stand(string measure) => new([measure], sums =>
        new(sums.AtEnd(measure), sums.AtEnd(measure), null, sums.AtEnd(measure), 1, IsRate: false), Standing: true);

    internal static double? Ratio(long part, long whole) => whole == 0 ? null : (double)part / whole;

    internal static Figure Divide(
        long numerator, long denominator, long n, bool isRate, double? coverage = 1, double times = 1) => new(
        denominator == 0 ? null : times * numerator / denominator, numerator, denominator, n, coverage, isRate);
}

/// <summary>Sums of measures over one period, for one value of one dimension.</summary>
internal sealed class Sums(Period period)
{
    private readonly Dictionary<string, long> _flows = [];

    // Few have any of these, and a ranking makes thousands.
    private Dictionary<string, long>? _before;
    private Dictionary<string, long>? _dayWeighted;
    private Dictionary<string, Dictionary<int, long>>? _histograms;

    public Period Period => period;

    /// <summary>What the period's days add up to; of a histogram the number of its cases.</summary>
    public long this[string measure] => _flows.GetValueOrDefault(measure);

    /// <summary>What stood when the period began.</summary>
    public long AtStart(string measure) => _before?.GetValueOrDefault(measure) ?? 0;

    public long AtEnd(string measure) => AtStart(measure) + this[measure];

    /// <summary>What stood on each day, summed over the days: rooms × days.</summary>
    public long Days(string measure) =>
        (AtStart(measure) * period.Days) + (_dayWeighted?.GetValueOrDefault(measure) ?? 0);

    public IReadOnlyDictionary<int, long> Histogram(string measure) =>
        _histograms?.GetValueOrDefault(measure) ?? [];

    /// <summary>Nearest rank: the smallest value that at least this share of the cases does not exceed.</summary>
    public double? Percentile(string histogram, double share)
    {
        var cases = this[histogram];
        if (cases <= 0) return null;

        var rank = (long)Math.Ceiling(share * cases);
        foreach (var (value, count) in Histogram(histogram).OrderBy(bar => bar.Key))
        {
            rank -= count;
            if (rank <= 0) return value;
        }

        return null;
    }

    /// <summary>The sum of a histogram's values.</summary>
    public long Total(string histogram) => Histogram(histogram).Sum(bar => bar.Key * bar.Value);

    internal void Add(string measure, int bucket, long value, long dayWeighted)
    {
        Add(measure, value);
        _dayWeighted ??= [];
        _dayWeighted[measure] = _dayWeighted.GetValueOrDefault(measure) + dayWeighted;
        CollectionsMarshal.GetValueRefOrAddDefault(BarsOf(measure), bucket, out _) += value;
    }

    /// <summary>Adds to what is no histogram and stands for its own days only.</summary>
    internal void Add(string measure, long value) => _flows[measure] = this[measure] + value;

    /// <summary>Adds the durations of a day, as <see cref="DurationDay"/> keeps them.</summary>
    internal void Add(string measure, int[] durations)
    {
        var bars = BarsOf(measure);
        var cases = 0L;
        foreach (var written in durations)
        {
            var (seconds, times) = DurationDay.Read(written);
            CollectionsMarshal.GetValueRefOrAddDefault(bars, seconds, out _) += times;
            cases += times;
        }

        _flows[measure] = this[measure] + cases;
    }

    private Dictionary<int, long> BarsOf(string measure)
    {
        _histograms ??= [];
        if (!_histograms.TryGetValue(measure, out var bars)) _histograms[measure] = bars = [];
        return bars;
    }

    internal void Begin(string measure, long value) => (_before ??= [])[measure] = value;
}

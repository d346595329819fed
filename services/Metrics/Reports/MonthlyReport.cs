using System.Globalization;
using System.Net;
using System.Text;
using Jingdezhen.Tourism.Metrics.Indicators;
using Jingdezhen.Tourism.Metrics.Rollups;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Metrics.Reports;

/// <summary>One month on one page, with its plots drawn into it: a file that can be mailed, printed and kept.</summary>
internal static class MonthlyReport
{
    private static readonly string[] Headlines =
    [
        "bookings", "visits", "revenue", "online-share-bookings", "stay-length", "spend-per-head", "complaints",
        "complaint-rate",
        "satisfaction", "time-to-pay-p95",
    ];

    private static readonly Words ByDay = new("按日", "by day");

    private static readonly (string Id, string By, Words Words)[] Breakdowns =
    [
        ("revenue", Dimensions.Channel, new("按渠道", "by channel")),
        ("visits", Dimensions.County, new("按区县", "by county")),
        ("complaints", Dimensions.Category, new("按类别", "by category")),
    ];

    private static readonly Dictionary<string, Words> Units = new()
    {
        ["fen"] = new("元", "yuan"), ["people"] = new("人次", "people"), ["bookings"] = new("单", "bookings"),
        ["cases"] = new("件", "cases"),
    };

    public static void MapReports(this IEndpointRouteBuilder v1) =>
        v1.MapGet("/reports/monthly", Handle).RequireAuthorization(Roles.Admin).WithTags("Reports")
            .WithName("ReadMonthlyReport");

    private static async Task<Results<ContentHttpResult, ProblemHttpResult>> Handle(
        string month, HttpRequest request, IndicatorReader reader, CancellationToken cancellation)
    {
        if (!DateOnly.TryParseExact($"{month}-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None,
            out var first)
            || new Period(first, first.AddMonths(1)).Fault is not null) return Problems.Invalid("month",
                "A month like 2025-10.");

        var chinese = request.PrefersChinese();
        var period = new Period(first, first.AddMonths(1));
        var compared = await Compared.ReadAsync(reader, IndicatorCatalogue.All, period, null, cancellation);
        var figures = IndicatorCatalogue.All.Select(compared.Of).ToList();
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $"""
            <!doctype html><html lang="{(chinese ? "zh" : "en")}"><head><meta charset="utf-8">
            <title>{Say("景德镇旅游月报", "Jingdezhen tourism, monthly report")} {month}</title>
            <style>{Style}</style></head><body>
            <h1>{Say("景德镇旅游月报", "Jingdezhen tourism, monthly report")} <small>{month}</small></h1>
            """);
        if (figures.Any(figure => figure.Simulated || figure.LastYear is { Simulated: true }))
        {
            html.Append(CultureInfo.InvariantCulture, $"<p class=simulated>{Say(
                "本期含模拟数据，不能作为任何结论的依据。", "This period contains simulated facts: nothing here proves anything.")}</p>");
        }

        html.Append("<section class=cards>");
        foreach (var figure in Headlines.Select(id => figures.Single(figure => figure.Id == id)))
        {
            html.Append(CultureInfo.InvariantCulture, $"""
                <div class=card><h2>{Text(Word(figure.Name))}</h2><b>{Number(figure.Value, figure.Unit)}</b>
                <p>{Say("上期", "previous")} {Change(figure.Previous)}
                · {Say("去年同期", "last year")} {Change(figure.LastYear)}
                <br>n = {figure.N:N0}{Range(figure.Interval)}</p></div>
                """);
        }

        html.Append("</section>");
        foreach (var id in (string[])["visits", "bookings", "revenue", "complaints"])
        {
            var indicator = IndicatorCatalogue.Find(id)!;
            var parts = await reader.PartsAsync(
                indicator.Definition.Measures, period, Dimensions.Total, Grain.All[0], cancellation);
            var bars = Grain.All[0].Divide(period).Select(day => (
                day.From.Day.ToString(CultureInfo.InvariantCulture),
                parts.TryGetValue(new(day.From, ""), out var sums) ? indicator.Definition.Compute(sums).Value ?? 0 : 0))
                    .ToList();
            html.Append(CultureInfo.InvariantCulture,
                $"<h2>{Title(indicator.Name, ByDay)}</h2>{Plot.Bars(bars, Unit(indicator.Unit))}");
        }

        foreach (var (id, by, words) in Breakdowns) await AppendBreakdownAsync(id, by, words);

        html.Append(CultureInfo.InvariantCulture, $"""
            <h2>{Say("全部指标", "All indicators")}</h2><table><tr><th>{Say("指标", "Indicator")}<th>{Say("数值", "Value")}<th>n
            <th>{Say("覆盖率", "Coverage")}<th>{Say("定义", "Definition")}</tr>
            """);
        foreach (var figure in figures)
        {
            html.Append(CultureInfo.InvariantCulture, $"""
                <tr><td>{Text(Word(figure.Name))}<td class=n>{Number(figure.Value, figure.Unit)}
                <td class=n>{figure.N:N0}<td class=n>{Share(figure.Coverage)}<td>{Text(figure.Formula)}</tr>
                """);
        }

        html.Append("</table></body></html>");
        return TypedResults.Content(html.ToString(), "text/html; charset=utf-8");

        string Say(string zh, string en) => chinese ? zh : en;
        string Word(Words words) => chinese ? words.Zh : words.En;
        string Title(Words name, Words by) => Text(Say($"{name.Zh}，{by.Zh}", $"{name.En}, {by.En}"));
        string Unit(string unit) => Units.TryGetValue(unit, out var words) ? Word(words) : unit;

        async Task AppendBreakdownAsync(string id, string by, Words words)
        {
            var indicator = IndicatorCatalogue.Find(id)!;
            var breakdown = new Breakdown(Grain.None, by);
            var parts = await reader.TellAsync(indicator, period, breakdown, cancellation);
            if (parts.Count == 0) return;
            var bars = parts.Where(part => !part.Suppressed)
                .Select(part => (part.Key, part.Value ?? 0)).OrderByDescending(bar => bar.Item2).Take(12).ToList();
            html.Append(CultureInfo.InvariantCulture,
                $"<h2>{Title(indicator.Name, words)}</h2>{Plot.Bars(bars, Unit(indicator.Unit))}");
        }
    }

    private static string Change(ComparisonResponse? comparison) => comparison?.Change is { } change
        ? change.ToString("+0.0 %;−0.0 %;0 %", CultureInfo.InvariantCulture)
        : "–";

    private static string Range(Interval? interval) => interval is { } range
        ? string.Create(CultureInfo.InvariantCulture, $" · 95 % {range.Low:P1}–{range.High:P1}")
        : "";

    private static string Share(double? share) => share?.ToString("P0", CultureInfo.InvariantCulture) ?? "–";

    internal static string Number(double? value, string unit) => value is not { } number ? "–" : unit switch
    {
        "ratio" => number.ToString("P1", CultureInfo.InvariantCulture),
        "fen" => "¥ " + (number / 100).ToString("N0", CultureInfo.InvariantCulture),
        "seconds" => TimeSpan.FromSeconds(number).ToString("c", CultureInfo.InvariantCulture),
        _ => number.ToString("#,0.##", CultureInfo.InvariantCulture),
    };

    internal static string Text(string words) => WebUtility.HtmlEncode(words);

    private const string Style = """
        body{font:14px/1.5 "Noto Sans CJK SC","Noto Sans SC",system-ui,sans-serif;max-width:60rem;margin:2rem auto;
        color:#1d2b36}
        h1{border-bottom:3px solid #1f5f8b;padding-bottom:.3rem}h1 small{color:#1f5f8b;font-weight:400}
        h2{font-size:1rem;margin:1.4rem 0 .3rem}
        .cards{display:grid;grid-template-columns:repeat(5,1fr);gap:.6rem}
        .card{border:1px solid #d5dee5;border-radius:.4rem;padding:.6rem}
        .card h2{margin:0;font-size:.8rem;color:#51636f}.card b{font-size:1.3rem}
        .card p{margin:0;font-size:.7rem;color:#51636f}
        .simulated{background:#fff3cd;border:1px solid #e0b100;padding:.5rem;font-weight:600}
        table{border-collapse:collapse;width:100%}
        td,th{border-bottom:1px solid #e3e9ee;padding:.2rem .4rem;text-align:left;font-size:.8rem}
        .n{text-align:right;white-space:nowrap}
        svg{width:100%;height:auto}@media print{.card,tr,svg{break-inside:avoid}}
        """;
}

using System.Globalization;
using System.Net;
using System.Text;
using Jingdezhen.Tourism.Routes.Places;
using Jingdezhen.Tourism.Routes.Plans;

namespace Jingdezhen.Tourism.Routes.Itineraries;

/// <summary>The itinerary as one page for the printer: the drawing, then a table a day. No script, no outside
/// resource.</summary>
internal static class PrintablePage
{
    public static string Write(string name, PlanResponse plan)
    {
        var page = new StringBuilder();
        Add($$$"""
            <!doctype html><html lang="zh"><head><meta charset="utf-8"><title>{{{Text(name)}}}</title>
            <style>body{font-family:'Noto Sans CJK SC','Noto Sans SC','PingFang SC','Microsoft YaHei',sans-serif;
            margin:2em;color:#222}table{border-collapse:collapse;width:100%;margin-bottom:1.5em}
            th,td{border-bottom:1px solid #ccc;padding:.35em .6em;text-align:left;vertical-align:top}
            td small{color:#666}svg{max-width:100%;height:auto}@media print{h2{break-before:page}}</style></head><body>
            <h1>{{{Text(name)}}}</h1>
            """);
        Add(MapPicture.Draw(name, plan));
        foreach (var (index, day) in plan.Days.Index())
        {
            Add($"<h2>第{index + 1}天 Day {index + 1} · {day.Date:yyyy-MM-dd}</h2>");
            Add("<table><thead><tr><th>时间 Time</th><th>地点 Place</th><th>前往 Getting there</th><th>费用 Fare</th><th>理由 "
                + "Why</th></tr></thead><tbody>");
            foreach (var stop in day.Stops) Add(Row(stop));
            Add(Row(Clock(day.Home.Arrive), day.End, "", Leg(day.Home), "", "") + "</tbody></table>");
        }

        var costs = plan.Costs;
        Add(string.Create(CultureInfo.InvariantCulture,
            $"<p>门票 Fares ¥{costs.FaresFen / 100.0:0.##}{(costs.FaresComplete ? "" : " +")} · 出租车 Taxi "
                + $"¥{costs.TaxiFen / 100.0:0.##} · 电动车 E-bike ¥{costs.EbikeFen / 100.0:0.##} · 合计 Total "
                + $"¥{costs.TotalFen / 100.0:0.##}</p></body></html>"));
        return page.ToString();

        void Add(string line) => page.Append(line).Append('\n');
    }

    private static string Row(PlanStopResponse stop)
    {
        var pause = stop.Break is { } rest
            ? $"<br><small>{Text(rest.Name)} {Clock(rest.From)}–{Clock(rest.To)}</small>" : "";
        var fare = stop.FareFen > 0 ? string.Create(CultureInfo.InvariantCulture, $"¥{stop.FareFen / 100.0:0.##}")
            : stop.FareKnown ? "" : "?";
        var why = string.Join("，", stop.Reasons.Take(3).Select(reason => Text(reason.Zh)));
        return Row($"{Clock(stop.Start)}–{Clock(stop.End)}", stop.Place, pause, Leg(stop.Leg), fare, why);
    }

    private static string Row(
        string time, PlanPointResponse place, string pause, string leg, string fare, string why) =>
        $"<tr><td>{time}</td><td>{Text(place.NameZh)}<br><small>{Text(place.NameEn)}</small>{pause}</td>"
            + $"<td>{leg}</td><td>{fare}</td><td>{why}</td></tr>";

    private static string Leg(PlanLegResponse leg) => string.Create(
        CultureInfo.InvariantCulture,
            $"{Exports.ModeZh(leg.Mode)} "
                + $"{Clock(leg.Depart)}–{Clock(leg.Arrive)}<br><small>{leg.Meters / 1000.0:0.0} km</small>");

    private static string Clock(DateTimeOffset time) =>
        Geo.InShanghai(time).ToString("HH:mm", CultureInfo.InvariantCulture);

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}

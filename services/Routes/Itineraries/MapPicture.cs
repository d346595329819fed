using System.Globalization;
using System.Net;
using System.Text;
using Jingdezhen.Tourism.Routes.Places;
using Jingdezhen.Tourism.Routes.Plans;

namespace Jingdezhen.Tourism.Routes.Itineraries;

/// <summary>
/// The plan as a drawing (SVG): a panel a day, stops numbered at their places, legs by mode, and a list with times and
/// both
/// names. No map tiles, so it needs nobody's server and prints well; north is up.
/// </summary>
internal static class MapPicture
{
    private const int Head = 106, Panel = 460, Row = 40, Margin = 34, ListTop = 44, Columns = 2;
    private static readonly string[] Colours = ["#1d4e89", "#b5452c", "#2f6f4f", "#7a4b94", "#9a6b15", "#146c7a",
        "#8c2f5b"];

    public static string Draw(string name, PlanResponse plan)
    {
        var columns = Math.Min(Columns, plan.Days.Count);
        var heights = plan.Days.Chunk(columns).Select(row => row.Max(Height)).ToArray();
        var (width, height) = ((columns * (Panel + Margin)) + Margin, heights.Sum() + (heights.Length * Margin) + Head);
        var svg = new StringBuilder();
        Add($"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"
            font-family="'Noto Sans CJK SC','Noto Sans SC','PingFang SC','Microsoft YaHei',sans-serif" role="img">
            """);
        Add($"""<title>{Text(name)}</title><rect width="{width}" height="{height}" fill="#fbfaf6"/>""");
        Add($"""<text x="{Margin}" y="42" font-size="22" font-weight="700" fill="#222">{Text(name)}</text>""");
        Add($"""<text x="{Margin}" y="66" font-size="13" fill="#666">{Summary(plan)}</text>""");
        Legend(Add, Margin);
        var top = Head;
        foreach (var (row, days) in plan.Days.Chunk(columns).Index())
        {
            foreach (var (column, day) in days.Index())
            {
                Add($"""<g transform="translate({Margin + (column * (Panel + Margin))} {top})">""");
                Day(Add, day, (row * columns) + column, heights[row]);
                Add("</g>");
            }

            top += heights[row] + Margin;
        }

        Add("</svg>");
        return svg.ToString();

        void Add(string line) => svg.Append(line).Append('\n');
    }

    private static int Height(PlanDayResponse day) => Panel - 100 + ListTop + (day.Stops.Count * Row) + 30;

    private static string Summary(PlanResponse plan) => string.Create(
        CultureInfo.InvariantCulture,
        $"{plan.Days.Count} 天 days · {Exports.Visits(plan).Count()} 站 stops · ¥{plan.Costs.TotalFen / 100.0:0.##} "
            + $"· {Text(string.Join(", ", plan.Counties ?? []))}");

    // A row of its own: beside the summary there is no room for it over a single day.
    private static void Legend(Action<string> add, int left)
    {
        foreach (var (index, (mode, label)) in new[] { ("walk", "步行 walk"), ("ebike", "电动车 e-bike"),
            ("taxi", "出租车 taxi") }.Index())
        {
            var x = left + (index * 112);
            add($"""
                <line x1="{x}" y1="86" x2="{x + 26}" y2="86" stroke="#444" stroke-width="2.5" {Dash(mode)}/><text
                x="{x + 31}" y="90" font-size="12" fill="#444">{label}</text>
                """);
        }
    }

    private static void Day(Action<string> add, PlanDayResponse day, int index, int height)
    {
        var colour = Colours[index % Colours.Length];
        var mapHeight = Panel - 140;
        add($"""<rect width="{Panel}" height="{height}" rx="10" fill="#fff" stroke="#ddd8cc"/>""");
        add($"""
            <text x="16" y="26" font-size="15" font-weight="700" fill="{colour}">第{index + 1}天 Day {index + 1} ·
            {day.Date:yyyy-MM-dd}</text>
            """);
        add($"""
            <text x="{Panel - 16}" y="26" font-size="12" text-anchor="end" fill="#777">步行 walk
            {day.WalkMeters / 1000.0:0.0} km</text>
            """);

        var points = day.Stops.Select(stop => stop.Place).Prepend(day.Start).Append(day.End).ToArray();
        var place = Projection(points, mapHeight);
        var at = place(day.Start);
        foreach (var (stop, leg) in day.Stops.Select(stop => (stop.Place, stop.Leg)).Append((day.End, day.Home)))
        {
            var to = place(stop);
            add(Line(at, to, leg.Mode, colour));
            at = to;
        }

        Marker(add, place(day.Start), "#333");
        Marker(add, place(day.End), "#333");
        var visits = day.Stops.Where(stop => stop.Kind == "visit").ToArray();
        var circles = Apart([.. visits.Select(stop => place(stop.Place))]);
        for (var visit = 0; visit < visits.Length; visit++)
        {
            var (x, y) = circles[visit];
            add(Invariant(
                $"""
                    <circle cx="{x:F1}" cy="{y:F1}" r="10" fill="{colour}" stroke="#fff" stroke-width="2"/><text
                    x="{x:F1}" y="{y + 4:F1}" font-size="11" font-weight="700" text-anchor="middle"
                    fill="#fff">{visit + 1}</text>
                    """));
        }

        var number = 0;
        foreach (var (row, stop) in day.Stops.Index())
        {
            List(add, stop, stop.Kind == "visit" ? ++number : 0, mapHeight + ListTop + (row * Row), colour);
        }

        var last = mapHeight + ListTop + (day.Stops.Count * Row);
        add($"""
            <text x="40" y="{last + 2}" font-size="12" fill="#777">{Clock(day.Home.Arrive)}
            {Exports.ModeZh(day.Home.Mode)} → {Text(day.End.NameZh)} {Text(day.End.NameEn)}</text>
            """);
    }

    private static void List(Action<string> add, PlanStopResponse stop, int number, int y, string colour)
    {
        if (number > 0)
        {
            add($"""
                <circle cx="24" cy="{y - 2}" r="9" fill="{colour}"/><text x="24" y="{y + 2}" font-size="10"
                font-weight="700" text-anchor="middle" fill="#fff">{number}</text>
                """);
        }

        var (zh, en) = number > 0 ? (stop.Place.NameZh, stop.Place.NameEn)
            : (BreakZh(stop.Break?.Name), "at " + stop.Place.NameEn);
        add($"""
            <text x="40" y="{y - 4}" font-size="13"
            fill="#222">{Clock(stop.Start)}–{Clock(stop.End)}　{Text(Short(zh, 22))}</text>
            """);
        var pause = number > 0 && stop.Break is { } rest ? $" · {BreakZh(rest.Name)} {Clock(rest.From)}" : "";
        var fare = stop.FareFen > 0 ? Invariant($" · ¥{stop.FareFen / 100.0:0.##}") : "";
        add($"""
            <text x="40" y="{y + 12}" font-size="11" fill="#777">{Text(Short(en, 44))} · {Exports.ModeZh(stop.Leg.Mode)}
            {(int)(stop.Leg.Arrive - stop.Leg.Depart).TotalMinutes} min{Text(pause)}{fare}</text>
            """);
    }

    private static string BreakZh(string? name) =>
        name switch { "lunch" => "午餐 lunch", "dinner" => "晚餐 dinner", "rest" => "休息 rest", _ => name ?? "" };

    // A degree of longitude is shorter than one of latitude; at 29° north by an eighth. A day in one lane is not blown
    // up.
    private static Func<PlanPointResponse, (double X, double Y)> Projection(PlanPointResponse[] points, int height)
    {
        const double Pad = 30, Least = 0.012;
        var (south, north) = (points.Min(point => point.Lat), points.Max(point => point.Lat));
        var (west, east) = (points.Min(point => point.Lon), points.Max(point => point.Lon));
        var shrink = Math.Cos(double.DegreesToRadians((south + north) / 2));
        var (wide, high) = (Math.Max((east - west) * shrink, Least), Math.Max(north - south, Least));
        var scale = Math.Min((Panel - (2 * Pad)) / wide, (height - (2 * Pad) - 20) / high);
        var (middle, centre) = ((west + east) / 2, (south + north) / 2);
        return point => ((Panel / 2.0) + ((point.Lon - middle) * shrink * scale),
            (height / 2.0) + 16 - ((point.Lat - centre) * scale));
    }

    // Places inside others share a point almost: circles that overlap move apart a little, so that every number is
    // read.
    private static (double X, double Y)[] Apart((double X, double Y)[] points)
    {
        const double Least = 21;
        for (var round = 0; round < 60; round++)
        {
            for (var left = 0; left < points.Length; left++)
            {
                for (var right = left + 1; right < points.Length; right++)
                {
                    var (x, y) = (points[right].X - points[left].X, points[right].Y - points[left].Y);
                    var distance = Math.Sqrt((x * x) + (y * y));
                    if (distance >= Least) continue;
                    if (distance < 0.01) (x, y, distance) = (Math.Cos(left + right), Math.Sin(left + right), 1);
                    var push = (Least - Math.Min(distance, Least)) / 2 / distance;
                    points[left] = (points[left].X - (x * push), points[left].Y - (y * push));
                    points[right] = (points[right].X + (x * push), points[right].Y + (y * push));
                }
            }
        }

        return points;
    }

    private static string Line((double X, double Y) from, (double X, double Y) to, string mode, string colour) =>
        Invariant(
        $"""
            <line x1="{from.X:F1}" y1="{from.Y:F1}" x2="{to.X:F1}" y2="{to.Y:F1}" stroke="{colour}" stroke-width="2.2"
            stroke-opacity="0.65" {Dash(mode)}/>
            """);

    private static string Dash(string mode) => mode switch
    {
        "walk" => "stroke-dasharray=\"2 5\" stroke-linecap=\"round\"", "ebike" => "stroke-dasharray=\"9 5\"", _ => "",
    };

    private static void Marker(Action<string> add, (double X, double Y) at, string colour) => add(Invariant(
        $"""
            <rect x="{at.X - 5:F1}" y="{at.Y - 5:F1}" width="10" height="10" fill="{colour}" stroke="#fff"
            stroke-width="1.5"/>
            """));

    private static string Clock(DateTimeOffset time) =>
        Geo.InShanghai(time).ToString("HH:mm", CultureInfo.InvariantCulture);

    private static string Short(string text, int longest) =>
        text.Length <= longest ? text : text[..(longest - 1)] + "…";

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}

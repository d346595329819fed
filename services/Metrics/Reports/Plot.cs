using System.Globalization;
using System.Text;

namespace Jingdezhen.Tourism.Metrics.Reports;

/// <summary>Bar charts as SVG, readable without a script or a stylesheet.</summary>
internal static class Plot
{
    private const int Width = 900;
    private const int Height = 180;
    private const int Left = 70;
    private const int WidestBar = 90;
    private const int Bottom = 24;

    public static string Bars(IReadOnlyList<(string Name, double Value)> bars, string unit)
    {
        var scale = unit is "yuan" or "元" ? 100 : 1;
        var top = Ceiling(bars.Select(bar => bar.Value / scale).DefaultIfEmpty(0).Max());
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture,
            $"<svg viewBox=\"0 0 {Width} {Height}\" role=img font-size=10 font-family=sans-serif fill=\"#51636f\">");
        foreach (var line in (double[])[0, 0.5, 1])
        {
            var y = Y(line * top);
            svg.Append(CultureInfo.InvariantCulture, $"""
                <line x1="{Left}" x2="{Width}" y1="{y:0.#}" y2="{y:0.#}" stroke="#d5dee5"/>
                <text x="{Left - 6}" y="{y + 3:0.#}" text-anchor="end">{line * top:#,0.##}</text>
                """);
        }

        var step = (Width - Left) / (double)Math.Max(1, bars.Count);
        foreach (var (index, (name, value)) in bars.Index())
        {
            var (y, middle, wide) =
                (Y(Math.Max(0, value / scale)), Left + ((index + 0.5) * step), Math.Min(WidestBar, step * 0.76));
            svg.Append(CultureInfo.InvariantCulture, $"""
                <rect x="{middle - (wide / 2):0.#}" y="{y:0.#}" width="{wide:0.#}"
                    height="{Y(0) - y:0.#}" fill="#1f5f8b"/>
                <text x="{middle:0.#}" y="{Height - 8}"
                    text-anchor="middle">{MonthlyReport.Text(name)}</text>
                """);
        }

        return svg.Append(CultureInfo.InvariantCulture,
            $"<text x=\"2\" y=\"10\">{MonthlyReport.Text(unit)}</text></svg>").ToString();

        double Y(double value) => 14 + ((Height - Bottom - 14) * (1 - (top == 0 ? 0 : value / top)));
    }

    /// <summary>The next number like 1, 2, 2.5 or 5 times a power of ten, so that the axis has round marks.</summary>
    private static double Ceiling(double value)
    {
        if (value <= 0) return 1;
        var power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return ((double[])[1, 2, 2.5, 5, 10]).First(step => value <= step * power * 1.0000001) * power;
    }
}

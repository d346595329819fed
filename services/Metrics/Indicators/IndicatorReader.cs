using Jingdezhen.Tourism.Metrics.Rollups;
using Jingdezhen.Tourism.Metrics.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Metrics.Indicators;

/// <summary>Computes indicators from the cells.</summary>
internal sealed class IndicatorReader(MetricsDb db)
{
    public async Task<Sums> TotalsAsync(Period period, CancellationToken cancellation)
    {
        var rows = await db.Cells
            .Where(cell => cell.Dimension == Dimensions.Total && cell.Day >= period.From && cell.Day < period.To)
            .GroupBy(cell => cell.Measure).Select(cells => new { Measure = cells.Key, Value = cells.Sum(cell => cell.Value) })
            .ToListAsync(cancellation);
        var sums = new Sums();
        foreach (var row in rows) sums[row.Measure] = row.Value;
        return sums;
    }
}

using System.Diagnostics.CodeAnalysis;
using Jingdezhen.Tourism.Metrics.Storage;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Jingdezhen.Tourism.Metrics.Rollups;

/// <summary>Changes of one family's rows, written by one statement that names only the columns that change.</summary>
internal sealed class FamilyRows(Family family)
{
    private readonly List<((string Dimension, string Key, DateOnly Day) At, long[] Values)> _rows = [];

    /// <param name="at">No two rows are alike.</param>
    /// <param name="values">By the places of the family's measures.</param>
    public void Add((string Dimension, string Key, DateOnly Day) at, long[] values)
    {
        if (values.AsSpan().ContainsAnyExcept(0L)) _rows.Add((at, values));
    }

    public async Task WriteAsync(MetricsDb db, CancellationToken cancellation)
    {
        foreach (var rows in _rows.Chunk(Rollup.MostRows)) await WriteAsync(db, rows, cancellation);
    }

    [SuppressMessage("Security", "EF1002", Justification = "What is interpolated are names of our own tables.")]
    private async Task WriteAsync(
        MetricsDb db, ((string Dimension, string Key, DateOnly Day) At, long[] Values)[] rows,
        CancellationToken cancellation)
    {
        var changed = family.Measures
            .Select((measure, index) => (
                Name: Family.ColumnOf(measure), Values: Array.ConvertAll(rows, row => row.Values[index])))
            .Where(column => column.Values.AsSpan().ContainsAnyExcept(0L)).ToList();
        var names = string.Join(", ", changed.Select(column => column.Name));
        var arrays = string.Join(", ", changed.Select((_, index) => $"@v{index}::bigint[]"));
        var sums = string.Join(", ", changed.Select(column =>
            $"{column.Name} = {family.Table}.{column.Name} + excluded.{column.Name}"));
        await db.Database.ExecuteSqlRawAsync(
            $"""
            INSERT INTO {family.Table} (dimension, key, day, {names})
            SELECT * FROM unnest(@dimensions::text[], @keys::text[], @days::date[], {arrays})
            ON CONFLICT (dimension, key, day) DO UPDATE SET {sums}
            """,
            [
                new NpgsqlParameter("dimensions", Array.ConvertAll(rows, row => row.At.Dimension)),
                new NpgsqlParameter("keys", Array.ConvertAll(rows, row => row.At.Key)),
                new NpgsqlParameter("days", Array.ConvertAll(rows, row => row.At.Day)),
                .. changed.Select((column, index) => new NpgsqlParameter($"v{index}", column.Values)),
            ],
            cancellation);
    }
}

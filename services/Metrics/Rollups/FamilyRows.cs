using System.Diagnostics.CodeAnalysis;
using Jingdezhen.Tourism.Metrics.Storage;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Jingdezhen.Tourism.Metrics.Rollups;

/// <summary>Changes of one family's rows, written by one statement that names only the columns that change.</summary>
internal sealed class FamilyRows(Family family)
{
    private readonly List<(string Dimension, string Key, DateOnly Day)> _rows = [];
    private readonly List<long>?[] _columns = new List<long>?[family.Measures.Count];

    /// <summary>Calls for one row follow each other.</summary>
    public void Add((string Dimension, string Key, DateOnly Day) at, int measure, long value)
    {
        if (_rows.Count == 0 || _rows[^1] != at) _rows.Add(at);

        var column = _columns[measure] ??= [];
        while (column.Count < _rows.Count) column.Add(0);
        column[^1] = value;
    }

    [SuppressMessage("Security", "EF1002", Justification = "What is interpolated are names of our own tables.")]
    public async Task WriteAsync(MetricsDb db, CancellationToken cancellation)
    {
        if (_rows.Count == 0) return;

        var changed = family.Measures
            .Select((measure, index) => (Name: Family.ColumnOf(measure), Values: _columns[index]))
            .Where(column => column.Values is not null).ToList();
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
                new NpgsqlParameter("dimensions", _rows.ConvertAll(row => row.Dimension).ToArray()),
                new NpgsqlParameter("keys", _rows.ConvertAll(row => row.Key).ToArray()),
                new NpgsqlParameter("days", _rows.ConvertAll(row => row.Day).ToArray()),
                .. changed.Select((column, index) => new NpgsqlParameter($"v{index}", ValuesOf(column.Values!))),
            ],
            cancellation);
    }

    private long[] ValuesOf(List<long> column)
    {
        var values = new long[_rows.Count];
        column.CopyTo(values);
        return values;
    }
}

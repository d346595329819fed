using System.Globalization;
using Jingdezhen.Tourism.Benchmarks.Homestays;
using Jingdezhen.Tourism.Testing;
using Npgsql;

namespace Jingdezhen.Tourism.Benchmarks.Orders;

/// <summary>
/// What orders cost, by part: seconds of CPU, and the transactions and messages that are the reason for them.
/// </summary>
internal sealed class OrderCosts(
    IReadOnlyList<(string Name, ServiceProcess Process, string Owner)> services) : IAsyncDisposable
{
    private readonly NpgsqlDataSource[] _databases =
        [.. services.Select(service => NpgsqlDataSource.Create(service.Owner))];

    internal sealed record Reading(double[] Services, CpuTimes Rest, long[] Commits, long[] Messages)
    {
        public double Total => Services.Sum() + Rest.Database + Rest.Broker + Rest.Load;
    }

    public async Task<Reading> ReadAsync()
    {
        var cpu = services.Select(service => CpuTimes.Read(service.Process.Id)).ToList();
        var (commits, messages) = (new long[_databases.Length], new long[_databases.Length]);
        for (var i = 0; i < _databases.Length; i++)
        {
            await using var read = _databases[i].CreateCommand(
                """
                SELECT xact_commit, (SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'outbox')
                FROM pg_stat_database WHERE datname = current_database()
                """);
            await using var row = await read.ExecuteReaderAsync();
            await row.ReadAsync();
            (commits[i], messages[i]) = (row.GetInt64(0), row.GetInt64(1));
        }

        return new([.. cpu.Select(times => times.Service)], cpu[0], commits, messages);
    }

    /// <summary>Milliseconds of a core, transactions and messages for each order.</summary>
    public string Each(Reading before, Reading after, int orders)
    {
        string Number(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
        string Cpu(double seconds) => Number(seconds * 1000 / orders);
        var rest = after.Rest.Since(before.Rest);
        var parts = services.Select((service, i) =>
            $"{service.Name} {Cpu(after.Services[i] - before.Services[i])} "
            + $"({Number((after.Commits[i] - before.Commits[i]) / (double)orders)} transactions, "
            + $"{Number((after.Messages[i] - before.Messages[i]) / (double)orders)} messages)");
        return $"{Cpu(after.Total - before.Total)} ms of CPU an order: {string.Join(", ", parts)}, "
            + $"PostgreSQL {Cpu(rest.Database)}, broker {Cpu(rest.Broker)}, load {Cpu(rest.Load)}";
    }

    /// <summary>
    /// Where the time from the provider's word to the confirmation goes, as medians in milliseconds since the word.
    /// </summary>
    public async Task<string> WayAsync(IReadOnlyCollection<Guid> orders)
    {
        var ids = orders.ToArray();
        var marks = new Dictionary<Guid, List<(string What, double At)>>();
        await ReadAsync("payments", "taken by Payments",
            "SELECT p.subject_id, min(received_at) FROM payments p JOIN provider_events e ON e.subject_id = p.id "
            + "WHERE p.subject_id = ANY($1) GROUP BY 1");
        foreach (var (what, pick) in new[]
        {
            ("payment-captured", "min"), ("nights-confirmed", "min"), ("nights-confirmed", "max"), ("confirmed", "max"),
        })
        {
            await ReadAsync("bookings", $"{what} ({pick})",
                $"SELECT order_id, {pick}(at) FROM order_steps "
                + $"WHERE order_id = ANY($1) AND what = '{what}' GROUP BY 1");
        }

        var words = await TimesAsync("payments",
            "SELECT subject_id, done_at FROM payments p JOIN sandbox_charges c ON c.id = p.id "
            + "WHERE p.subject_id = ANY($1) AND done_at IS NOT NULL");
        var since = marks.Where(order => words.ContainsKey(order.Key))
            .SelectMany(order => order.Value.Select(mark => (mark.What, After: mark.At - words[order.Key])))
            .GroupBy(mark => mark.What, mark => mark.After);
        return string.Join(", ", since.Select(mark => $"{mark.Key} {mark.Order().ElementAt(mark.Count() / 2):F0}"));

        async Task ReadAsync(string service, string what, string sql)
        {
            foreach (var (order, at) in await TimesAsync(service, sql))
            {
                if (!marks.TryGetValue(order, out var list)) list = marks[order] = [];
                list.Add((what, at));
            }
        }

        async Task<Dictionary<Guid, double>> TimesAsync(string service, string sql)
        {
            var at = services.Select((known, i) => (known.Name, i)).First(known => known.Name == service).i;
            await using var command = _databases[at].CreateCommand(sql);
            command.Parameters.Add(new() { Value = ids });
            await using var rows = await command.ExecuteReaderAsync();
            var times = new Dictionary<Guid, double>();
            while (await rows.ReadAsync())
            {
                times[rows.GetGuid(0)] =
                    rows.GetFieldValue<DateTimeOffset>(1).Subtract(DateTimeOffset.UnixEpoch).TotalMilliseconds;
            }

            return times;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var database in _databases) await database.DisposeAsync();
    }
}

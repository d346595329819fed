using System.Globalization;
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

    /// <summary>Where the time goes, as medians and 99th percentiles in milliseconds: from the order's row to all held,
    /// and from the provider's word to the confirmation.</summary>
    public async Task<string> WayAsync(IReadOnlyCollection<Guid> orders)
    {
        var placed = await StepsAsync("placed", "min");
        var words = await TimesAsync("payments",
            "SELECT subject_id, done_at FROM payments p JOIN sandbox_charges c ON c.id = p.id "
            + "WHERE p.subject_id = ANY($1) AND done_at IS NOT NULL");
        var taken = await TimesAsync("payments",
            "SELECT p.subject_id, min(received_at) FROM payments p JOIN provider_events e ON e.subject_id = p.id "
            + "WHERE p.subject_id = ANY($1) GROUP BY 1");
        string[] way =
        [
            Since(placed, "first night held", await StepsAsync("nights-held", "min")),
            Since(placed, "all held", await StepsAsync("all-held", "min")),
            Since(words, "word taken", taken), Since(words, "order knows", await StepsAsync("payment-captured", "min")),
            Since(words, "first night sold", await StepsAsync("nights-confirmed", "min")),
            Since(words, "confirmed", await StepsAsync("confirmed", "min")),
        ];
        return string.Join(", ", way);

        Task<Dictionary<Guid, double>> StepsAsync(string what, string pick) => TimesAsync("bookings",
            $"SELECT order_id, {pick}(at) FROM order_steps WHERE order_id = ANY($1) AND what = '{what}' GROUP BY 1");

        async Task<Dictionary<Guid, double>> TimesAsync(string service, string sql)
        {
            var at = services.Select((known, i) => (known.Name, i)).First(known => known.Name == service).i;
            await using var command = _databases[at].CreateCommand(sql);
            command.Parameters.Add(new() { Value = orders.ToArray() });
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

    private static string Since(Dictionary<Guid, double> from, string what, Dictionary<Guid, double> to)
    {
        var took = to.Where(at => from.ContainsKey(at.Key)).Select(at => at.Value - from[at.Key]).Order().ToList();
        return took.Count == 0 ? $"{what} never" : $"{what} {took[took.Count / 2]:F0}/{took[took.Count * 99 / 100]:F0}";
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var database in _databases) await database.DisposeAsync();
    }
}

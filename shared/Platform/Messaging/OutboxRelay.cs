using System.Diagnostics;
using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace Jingdezhen.Tourism.Platform.Messaging;

/// <summary>
/// Moves committed outbox rows to the broker, at least once. Every replica runs one: SKIP LOCKED shares the rows out,
/// the signal of a commit in this process makes it prompt, and the poll makes it certain.
/// </summary>
internal sealed partial class OutboxRelay(
    NpgsqlDataSource database, IBusControl bus, ContractTypes contracts, OutboxSignal signal, MessagingMeter meter,
    TimeProvider clock, ILogger<OutboxRelay> logger)
    : BackgroundService
{
    internal const int BatchSize = 500;

    // Hundreds of publishes in one go would keep this process's threads from the requests for tens of milliseconds.
    private const int AtOnce = 25;
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRush = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);
    private const int RowsOfATrickle = 1000; // a second
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(20);

    private static readonly ActivitySource Tracing = new("Jingdezhen.Tourism.Outbox");

    /// <summary>How relays share the rows out; empty only in the control test that shows what it prevents.</summary>
    internal string Claim { get; init; } = "FOR UPDATE SKIP LOCKED";

    /// <summary>While the broker is away a publish can wait for minutes, and the row locks would wait with it; none only
    /// in the control test.</summary>
    internal TimeSpan PublishLimit { get; init; } = TimeSpan.FromSeconds(10);

    private DateTimeOffset _oldest;

    private sealed record Row(
        Guid Id, string Contract, string Body, DateTimeOffset OccurredAt, string? TraceParent);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        // Not before this service's own queues are bound: what is published earlier reaches nobody, and nobody knows.
        await bus.WaitForHealthStatus(BusHealthStatus.Healthy, stopping);
        var (since, rows, rush) = (Stopwatch.GetTimestamp(), 0, false);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var started = Stopwatch.GetTimestamp();
                var moved = await RelayBatchAsync(stopping);

                var took = Stopwatch.GetElapsedTime(started);

                // Over a while: two commits that happen to meet are no rush.
                rows += moved;
                if (Stopwatch.GetElapsedTime(since) is var looked && looked > Look)
                {
                    rush = rows > RowsOfATrickle * looked.TotalSeconds;
                    (since, rows) = (Stopwatch.GetTimestamp(), 0);
                }

                var behind = moved == BatchSize;
                var more = await signal.WaitAsync(behind ? TimeSpan.Zero : PollInterval, stopping);
                if (more && moved > 0) await Task.Delay(rush ? PauseAfter(took, behind) : GatherAfter(took), stopping);
            }
            catch (Exception fault)
            {
                if (stopping.IsCancellationRequested) return;

                LogFault(logger, fault);
                await Task.Delay(PollInterval, stopping);
            }
        }
    }

    private static TimeSpan GatherAfter(TimeSpan took) =>
        took <= Gather ? Gather : took < LongestPause ? took : LongestPause;

    // A lone message is passed on at once, those that follow within milliseconds share a transaction. In a rush the
    // requests that fill the outbox come first: the relay takes a fifth of this loop's time, so that a few dozen
    // commits share one of its transactions. Where the oldest message has waited long it is no rush any more, and the
    // relay takes half.
    private TimeSpan PauseAfter(TimeSpan took, bool behind)
    {
        if (!behind) return took * 4 < LongestPause ? took * 4 : LongestPause;

        return clock.GetUtcNow() - _oldest < LongestRush ? took * 4 : took;
    }

    internal async Task<int> RelayBatchAsync(CancellationToken stopping)
    {
        await using var connection = await database.OpenConnectionAsync(stopping);
        await using var transaction = await connection.BeginTransactionAsync(stopping);
        var batch = await TakeAsync(connection, stopping);
        if (batch.Count == 0) return 0;

        _oldest = batch[0].OccurredAt;
        using (var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping))
        {
            limit.CancelAfter(PublishLimit);
            foreach (var few in batch.Chunk(AtOnce))
            {
                // Not even a publish that never hears of its limit holds the relay up.
                var parked = await Task.WhenAll(few.Select(row => PublishAsync(row, limit.Token)))
                    .WaitAsync(limit.Token);
                foreach (var (id, because) in parked.OfType<(Guid, string)>())
                {
                    await ParkAsync(connection, id, because, stopping);
                }
            }
        }

        await using var delete = new NpgsqlCommand(
            "DELETE FROM outbox WHERE id = ANY($1) AND parked_because IS NULL", connection);
        delete.Parameters.Add(
            new() { Value = batch.ConvertAll(row => row.Id), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
        await delete.ExecuteNonQueryAsync(stopping);
        await transaction.CommitAsync(stopping);
        meter.Relayed(batch.Count);
        return batch.Count;
    }

    private async Task<List<Row>> TakeAsync(NpgsqlConnection connection, CancellationToken stopping)
    {
        // By the index even where statistics were made of an empty table, because a rush fills it between two of their
        // looks; and planned once for batches of all sizes. The commit does not wait for the disk: a delete that is
        // lost publishes its message again under the same id, which every inbox expects.
        await using var take = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new(
                    """
                    SELECT set_config('enable_seqscan', 'off', true),
                        set_config('plan_cache_mode', 'force_generic_plan', true),
                        set_config('synchronous_commit', 'off', true)
                    """),
                new(
                    $"""
                    SELECT id, contract, body, occurred_at, trace_parent FROM outbox
                    WHERE parked_because IS NULL ORDER BY sequence LIMIT $1 {Claim}
                    """)
                {
                    Parameters = { new() { Value = BatchSize } },
                },
            },
        };
        await using var reader = await take.ExecuteReaderAsync(stopping);
        await reader.NextResultAsync(stopping);
        var rows = new List<Row>();
        while (await reader.ReadAsync(stopping))
        {
            rows.Add(new(
                reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3),
                await reader.IsDBNullAsync(4, stopping) ? null : reader.GetString(4)));
        }

        return rows;
    }

    private async Task<(Guid Id, string Because)?> PublishAsync(Row row, CancellationToken limit)
    {
        if (contracts.Find(row.Contract) is not { } type) return (row.Id, "unknown contract");

        object contract;
        try
        {
            contract = JsonSerializer.Deserialize(row.Body, type, JsonSerializerOptions.Web)
                ?? throw new JsonException("The body is null.");
        }
        catch (Exception fault)
        {
            // Whatever a body does to its reader concerns this row only; the others must not wait behind it.
            return (row.Id, fault.Message);
        }

        using var activity = Tracing.StartActivity("outbox relay", ActivityKind.Producer, row.TraceParent);
        await bus.Publish(
            contract, type,
            context =>
            {
                context.MessageId = row.Id;
                context.Headers.Set(MessageHeaders.OccurredAt, row.OccurredAt);
            },
            limit);
        return null;
    }

    private static async Task ParkAsync(
        NpgsqlConnection connection, Guid id, string because, CancellationToken stopping)
    {
        await using var park = new NpgsqlCommand("UPDATE outbox SET parked_because = $2 WHERE id = $1", connection);
        park.Parameters.Add(new() { Value = id });
        park.Parameters.Add(new() { Value = because });
        await park.ExecuteNonQueryAsync(stopping);
    }

    [LoggerMessage(LogLevel.Warning, "Outbox relay interrupted; it will try again")]
    private static partial void LogFault(ILogger logger, Exception fault);
}

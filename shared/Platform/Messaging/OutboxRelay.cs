using System.Diagnostics;
using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Jingdezhen.Tourism.Platform.Messaging;

/// <summary>
/// Moves committed outbox rows to the broker, at least once. Every replica runs one: SKIP LOCKED shares the rows out,
/// the signal of a commit in this process makes it prompt, and the poll makes it certain.
/// </summary>
internal sealed partial class OutboxRelay(
    NpgsqlDataSource database, IBusControl bus, OutboxPublisher publisher, ContractTypes contracts,
    OutboxSignal signal, MessagingMeter meter, TimeProvider clock, ILogger<OutboxRelay> logger)
    : BackgroundService
{
    internal const int BatchSize = 500;

    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRush = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);
    private const int RowsOfATrickle = 1000; // a second
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(20);

    /// <summary>How relays share the rows out; empty only in the control test that shows what it prevents.</summary>
    internal string Claim { get; init; } = "FOR UPDATE SKIP LOCKED";

    /// <summary>What the broker has not confirmed by then is published again later, and its rows are let go; none only
    /// in the control test.</summary>
    internal TimeSpan PublishLimit { get; init; } = TimeSpan.FromSeconds(10);

    private DateTimeOffset _oldest;
    private string? _told;

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        // Not before this service's own queues are bound: what is published earlier reaches nobody, and nobody knows.
        try
        {
            await bus.WaitForHealthStatus(BusHealthStatus.Healthy, stopping);
        }
        catch (OperationCanceledException)
        {
            return; // Stopped before the broker answered: no fault of a background service.
        }

        var (since, rows, rush) = (Stopwatch.GetTimestamp(), 0, false);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var started = Stopwatch.GetTimestamp();
                var moved = await RelayBatchAsync(stopping);
                var took = Stopwatch.GetElapsedTime(started);

                if (moved > 0) _told = null;

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

                // An outage is told once, not every second.
                var words = fault.GetBaseException().Message;
                if (words != _told) LogFault(logger, fault);
                _told = words;
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

    /// <summary>Moves the oldest rows and tells how many; those that the broker did not take stay.</summary>
    /// <exception cref="InvalidOperationException">The broker did not take all of them.</exception>
    internal async Task<int> RelayBatchAsync(CancellationToken stopping)
    {
        await using var connection = await database.OpenConnectionAsync(stopping);
        await using var transaction = await connection.BeginTransactionAsync(stopping);
        var (rows, parked) = await TakeAsync(connection, stopping);
        if (rows.Count + parked.Count == 0) return 0;

        foreach (var (id, because) in parked) await ParkAsync(connection, id, because, stopping);
        var (taken, fault) = await PublishAsync(rows, stopping);
        await using var delete = new NpgsqlCommand("DELETE FROM outbox WHERE id = ANY($1)", connection);
        var moved = rows.Where((_, index) => taken[index]).Select(row => row.Id).ToArray();
        delete.Parameters.Add(new() { Value = moved });

        // What is out is out, also when the process is stopping.
        await delete.ExecuteNonQueryAsync(CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
        meter.Relayed(moved.Length);
        return moved.Length == rows.Count ? rows.Count + parked.Count
            : throw new InvalidOperationException(
                $"The broker took {moved.Length} of {rows.Count} messages; the others are published again.", fault);
    }

    private async Task<(bool[] Taken, Exception? Fault)> PublishAsync(
        List<OutboxRow> rows, CancellationToken stopping)
    {
        if (rows.Count == 0) return ([], null);

        _oldest = rows[0].OccurredAt;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        limit.CancelAfter(PublishLimit);
        return await publisher.PublishAsync(rows, limit.Token);
    }

    private async Task<(List<OutboxRow> Rows, List<(Guid Id, string Because)> Parked)> TakeAsync(
        NpgsqlConnection connection, CancellationToken stopping)
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
        var (rows, parked) = (new List<OutboxRow>(), new List<(Guid, string)>());
        while (await reader.ReadAsync(stopping))
        {
            var (id, body) = (reader.GetGuid(0), reader.GetFieldValue<byte[]>(2));
            if (contracts.Find(reader.GetString(1)) is not { } contract) parked.Add((id, "unknown contract"));
            else if (FaultOf(body) is { } fault) parked.Add((id, fault));
            else
            {
                rows.Add(new(
                    id, contract, body, reader.GetFieldValue<DateTimeOffset>(3),
                    await reader.IsDBNullAsync(4, stopping) ? null : reader.GetString(4)));
            }
        }

        return (rows, parked);
    }

    // It would spoil the envelope that it is put into; the others must not wait behind it.
    private static string? FaultOf(ReadOnlySpan<byte> body)
    {
        try
        {
            var json = new Utf8JsonReader(body);
            json.Read();
            if (json.TokenType != JsonTokenType.StartObject) return "The body is no JSON object.";

            json.Skip();
            return json.Read() ? "The body is more than a JSON object." : null;
        }
        catch (JsonException fault)
        {
            return fault.Message;
        }
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

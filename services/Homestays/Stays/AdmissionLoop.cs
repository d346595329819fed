using System.Data;
using System.Diagnostics;
using System.Threading.Channels;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Messaging;
using Npgsql;

namespace Jingdezhen.Tourism.Homestays.Stays;

/// <summary>
/// Wishes that arrive while a commit is in flight are decided together by the next one, so the flush of the log is paid
/// once for many. Two loops take turns, so that one decides while the other waits for its flush; they meet in the room
/// locks, as two processes do.
/// </summary>
internal sealed partial class AdmissionLoop(
    NpgsqlDataSource database, Admission door, OutboxSignal signal, IConfiguration configuration,
    ILogger<AdmissionLoop> logger) : BackgroundService
{
    private const int LargestBatch = 256, LongestQueue = 4096;

    private static readonly Refusal Overloaded = new("overloaded", "Too many holds are waiting; please try again.");

    private readonly Channel<Waiting> _queue = Channel.CreateBounded<Waiting>(LongestQueue);
    private readonly int _loops = configuration.GetValue("Admission:Loops", 2);
    private int _atWork;

    private sealed record Waiting(Wish Wish, WishKey? Key, TaskCompletionSource<Admitted> Answer);

    public Task<Admitted> AskAsync(Wish wish, WishKey key)
    {
        var waiting = new Waiting(wish, key, new(TaskCreationOptions.RunContinuationsAsynchronously));
        return _queue.Writer.TryWrite(waiting)
            ? waiting.Answer.Task
            : Task.FromResult(Admitted.No(Overloaded, StatusCodes.Status503ServiceUnavailable));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.WhenAll(Enumerable.Range(0, _loops).Select(_ => LoopAsync(stoppingToken)));
        }
        finally
        {
            _queue.Writer.TryComplete();
            while (_queue.Reader.TryRead(out var late)) late.Answer.TrySetCanceled(stoppingToken);
        }
    }

    private async Task LoopAsync(CancellationToken stopping)
    {
        await using var own = new OwnConnection(database);
        var batch = new List<Waiting>(LargestBatch);
        while (await _queue.Reader.WaitToReadAsync(stopping))
        {
            // No more than its share of those that are here: with all of them in one batch everybody waits for it, and
            // then it for everybody.
            var inside = _queue.Reader.Count + Volatile.Read(ref _atWork);
            var share = Math.Clamp((inside + _loops - 1) / _loops, 1, LargestBatch);
            batch.Clear();
            while (batch.Count < share && _queue.Reader.TryRead(out var next)) batch.Add(next);
            if (batch.Count == 0) continue;

            Interlocked.Add(ref _atWork, batch.Count);
            await AdmitAsync(batch, own, stopping);
            Interlocked.Add(ref _atWork, -batch.Count);
        }
    }

    private async Task AdmitAsync(List<Waiting> batch, OwnConnection own, CancellationToken stopping)
    {
        try
        {
            var answers = await CommitAsync(batch, own, stopping);
            signal.Raise();
            for (var i = 0; i < batch.Count; i++) batch[i].Answer.TrySetResult(answers[i]);
        }
        catch (Exception fault)
        {
            // Whoever waits gets the fault as a 500 and may ask again with the same key; the loop goes on.
            LogFault(logger, batch.Count, fault);
            await own.DisposeAsync();
            foreach (var waiting in batch) waiting.Answer.TrySetException(fault);
        }
    }

    private async Task<Admitted[]> CommitAsync(List<Waiting> batch, OwnConnection own, CancellationToken stopping)
    {
        try
        {
            return await CommitAsync(batch, own, clashThrows: true, stopping);
        }
        catch (PostgresException clash) when (
            clash.SqlState is PostgresErrorCodes.ExclusionViolation or PostgresErrorCodes.DeadlockDetected)
        {
            // Somebody who had no lock was there first: decided again, each for itself.
            return await CommitAsync(batch, own, clashThrows: false, stopping);
        }
    }

    private async Task<Admitted[]> CommitAsync(
        List<Waiting> batch, OwnConnection own, bool clashThrows, CancellationToken stopping)
    {
        var connection = await own.OpenAsync(stopping);
        await using var transaction = await connection.BeginTransactionAsync(stopping);
        var answers = await door.AdmitAsync(
            connection, batch.ConvertAll(waiting => (waiting.Wish, waiting.Key)), clashThrows, stopping);
        await transaction.CommitAsync(stopping);
        return answers;
    }

    [LoggerMessage(LogLevel.Error, "A batch of {Count} holds failed")]
    private static partial void LogFault(ILogger logger, int count, Exception fault);

    /// <summary>
    /// The pool would hand round another connection at each turn, and every one of them would have to parse and plan
    /// the same statements first.
    /// </summary>
    private sealed class OwnConnection(NpgsqlDataSource database) : IAsyncDisposable
    {
        private static readonly TimeSpan PlansLast = TimeSpan.FromSeconds(2);

        private NpgsqlConnection? _connection;
        private long _planned;

        public async Task<NpgsqlConnection> OpenAsync(CancellationToken stopping)
        {
            if (_connection is { State: ConnectionState.Open })
            {
                // A table grows from nothing to many thousands of rows in a rush. The plan that was best for the empty
                // one reads all of it, and nothing would replace it until the statistics are made again.
                if (Stopwatch.GetElapsedTime(_planned) > PlansLast) await SetAsync("DISCARD PLANS", stopping);
                return _connection;
            }

            await DisposeAsync();
            _connection = await database.OpenConnectionAsync(stopping);

            // The arrays of a batch have another length each time; to plan anew for it costs more than it saves.
            await SetAsync("SET plan_cache_mode = force_generic_plan", stopping);
            return _connection;
        }

        private async Task SetAsync(string what, CancellationToken stopping)
        {
            await using var set = new NpgsqlCommand(what, _connection);
            await set.ExecuteNonQueryAsync(stopping);
            _planned = Stopwatch.GetTimestamp();
        }

        public async ValueTask DisposeAsync()
        {
            // The pool hands a session on as it is.
            if (_connection is { State: ConnectionState.Open }) await SetAsync(
                "RESET plan_cache_mode", CancellationToken.None);
            if (_connection is { } connection) await connection.DisposeAsync();
            _connection = null;
        }
    }
}

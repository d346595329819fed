using System.Data;
using System.Threading.Channels;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Messaging;
using Npgsql;

namespace Jingdezhen.Tourism.Homestays.Stays;

/// <summary>
/// One loop a process: wishes that arrive while a commit is in flight are decided together by the next one, so the
/// flush of the log is paid once for many. It keeps one connection to itself: the pool would hand round another at each
/// turn, and every one of them would have to parse and plan the same ten statements first.
/// </summary>
internal sealed partial class AdmissionLoop(
    NpgsqlDataSource database, Admission door, OutboxSignal signal, ILogger<AdmissionLoop> logger) : BackgroundService
{
    private const int LargestBatch = 256, LongestQueue = 4096;

    private static readonly Refusal Overloaded = new("overloaded", "Too many holds are waiting; please try again.");

    private readonly Channel<Waiting> _queue = Channel.CreateBounded<Waiting>(new BoundedChannelOptions(LongestQueue)
    {
        SingleReader = true,
    });

    private NpgsqlConnection? _connection;

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
        var batch = new List<Waiting>(LargestBatch);
        try
        {
            while (await _queue.Reader.WaitToReadAsync(stoppingToken))
            {
                batch.Clear();
                while (batch.Count < LargestBatch && _queue.Reader.TryRead(out var next)) batch.Add(next);
                await AdmitAsync(batch, stoppingToken);
            }
        }
        finally
        {
            await CloseAsync();
            _queue.Writer.TryComplete();
            while (_queue.Reader.TryRead(out var late)) late.Answer.TrySetCanceled(stoppingToken);
        }
    }

    private async Task AdmitAsync(List<Waiting> batch, CancellationToken stopping)
    {
        try
        {
            var connection = await ConnectionAsync(stopping);
            await using var transaction = await connection.BeginTransactionAsync(stopping);
            var answers = await door.AdmitAsync(connection, batch.ConvertAll(waiting => (waiting.Wish, waiting.Key)),
                stopping);
            await transaction.CommitAsync(stopping);
            signal.Raise();
            for (var i = 0; i < batch.Count; i++) batch[i].Answer.TrySetResult(answers[i]);
        }
        catch (Exception fault)
        {
            // Whoever waits gets the fault as a 500 and may ask again with the same key; the loop goes on.
            LogFault(logger, batch.Count, fault);
            await CloseAsync();
            foreach (var waiting in batch) waiting.Answer.TrySetException(fault);
        }
    }

    private async Task<NpgsqlConnection> ConnectionAsync(CancellationToken stopping)
    {
        if (_connection is { State: ConnectionState.Open }) return _connection;

        await CloseAsync();
        _connection = await database.OpenConnectionAsync(stopping);

        // The arrays of a batch have another length each time; to plan anew for it costs more than a better plan saves.
        await using var set = new NpgsqlCommand("SET plan_cache_mode = force_generic_plan", _connection);
        await set.ExecuteNonQueryAsync(stopping);
        return _connection;
    }

    private async Task CloseAsync()
    {
        if (_connection is { } connection) await connection.DisposeAsync();
        _connection = null;
    }

    [LoggerMessage(LogLevel.Error, "A batch of {Count} holds failed")]
    private static partial void LogFault(ILogger logger, int count, Exception fault);
}

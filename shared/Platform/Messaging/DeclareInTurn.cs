using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Jingdezhen.Tourism.Platform.Messaging;

/// <summary>
/// Replicas that start together declare their queues one after another. RabbitMQ 3.10 answers INTERNAL_ERROR and closes
/// the connection of whoever declares a quorum queue whose leader another connection is just starting; MassTransit then
/// begins all of its endpoints again, ten seconds later at best.
/// </summary>
internal sealed partial class DeclareInTurn(
    NpgsqlDataSource database, IConfiguration configuration, ILogger<DeclareInTurn> logger) : IBusObserver
{
    internal const string Lock = "hashtext('queues')";

    // A replica that does not reach the broker keeps its turn no longer than this, and one that waits waits no longer.
    private static readonly TimeSpan LongestTurn = TimeSpan.FromSeconds(20);

    private NpgsqlConnection? _turn;

    public async Task PreStart(IBus bus)
    {
        if (!configuration.GetValue("Guards:DeclareInTurn", true)) return;
        try
        {
            _turn = await database.OpenConnectionAsync();
            await _turn.BeginTransactionAsync();
            await using var take = new NpgsqlCommand(
                $"SET LOCAL lock_timeout = {(int)LongestTurn.TotalMilliseconds};"
                + $"SELECT pg_advisory_xact_lock({Lock})", _turn);
            await take.ExecuteNonQueryAsync();
        }
        catch (NpgsqlException fault)
        {
            LogWithoutTurn(logger, fault);
            await EndTurnAsync();
        }
    }

    public Task PostStart(IBus bus, Task<BusReady> busReady)
    {
        _ = EndTurnWhenAsync(busReady);
        return Task.CompletedTask;
    }

    public Task StartFaulted(IBus bus, Exception exception) => EndTurnAsync();

    public void PostCreate(IBus bus)
    {
    }

    public void CreateFaulted(Exception exception)
    {
    }

    public Task PreStop(IBus bus) => EndTurnAsync();

    public Task PostStop(IBus bus) => Task.CompletedTask;

    public Task StopFaulted(IBus bus, Exception exception) => Task.CompletedTask;

    private async Task EndTurnWhenAsync(Task ready)
    {
        await ready.WaitAsync(LongestTurn).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await EndTurnAsync();
    }

    // The lock goes with the transaction, which goes with the connection.
    private async Task EndTurnAsync()
    {
        if (Interlocked.Exchange(ref _turn, null) is { } turn) await turn.DisposeAsync();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Queues are declared without waiting for a turn.")]
    private static partial void LogWithoutTurn(ILogger logger, Exception fault);
}

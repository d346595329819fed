using RabbitMQ.Client;

namespace Jingdezhen.Tourism.Platform.Messaging;

/// <summary>
/// One plain connection to the broker, for what MassTransit does not reach: error queues and their return.
/// </summary>
internal sealed class BrokerConnection(Uri address) : IAsyncDisposable
{
    private readonly SemaphoreSlim _opening = new(1, 1);
    private IConnection? _connection;

    public Uri Address => address;

    public async Task<IConnection> OpenAsync(CancellationToken cancellation)
    {
        await _opening.WaitAsync(cancellation);
        try
        {
            if (_connection is { IsOpen: true }) return _connection;

            if (_connection is not null) await _connection.DisposeAsync();
            var factory = new ConnectionFactory { Uri = address, AutomaticRecoveryEnabled = false };
            return _connection = await factory.CreateConnectionAsync(cancellation);
        }
        finally
        {
            _opening.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null) await _connection.DisposeAsync();
        _opening.Dispose();
    }
}

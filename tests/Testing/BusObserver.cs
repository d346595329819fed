using System.Collections.Concurrent;
using MassTransit;

namespace Jingdezhen.Tourism.Testing;

/// <summary>What a service under test published, and which deliveries it has settled.</summary>
internal sealed class BusObserver : IPublishObserver, IReceiveObserver
{
    private readonly ConcurrentQueue<object> _published = new();
    private readonly ConcurrentDictionary<Guid, int> _settled = new();

    public IEnumerable<object> Published => _published;

    public int SettledCopies(Guid messageId) => _settled.GetValueOrDefault(messageId);

    public Task PrePublish<T>(PublishContext<T> context) where T : class => Task.CompletedTask;

    public Task PostPublish<T>(PublishContext<T> context) where T : class
    {
        _published.Enqueue(context.Message);
        return Task.CompletedTask;
    }

    public Task PublishFault<T>(PublishContext<T> context, Exception exception) where T : class => Task.CompletedTask;

    public Task PreReceive(ReceiveContext context) => Task.CompletedTask;

    public Task PostReceive(ReceiveContext context) => Settle(context);

    public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType) where T : class =>
        Task.CompletedTask;

    public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
        where T : class => Task.CompletedTask;

    public Task ReceiveFault(ReceiveContext context, Exception exception) => Settle(context);

    private Task Settle(ReceiveContext context)
    {
        if (context.GetMessageId() is { } id) _settled.AddOrUpdate(id, 1, (_, settled) => settled + 1);
        return Task.CompletedTask;
    }
}

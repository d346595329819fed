using System.Reflection;
using Jingdezhen.Tourism.Platform.Hosting;

namespace Jingdezhen.Tourism.Platform.Messaging;

/// <summary>
/// A consumer that most messages of a kind do not concern. What does not is passed by before a transaction is begun and
/// without a mark: nothing was done that must not be done twice.
/// </summary>
public interface ISelective<in TMessage>
{
    /// <summary>By the message alone.</summary>
    static abstract bool Concerns(TMessage message);
}

/// <summary>What each selective consumer's queue is concerned with.</summary>
internal sealed class Selections(string service, IEnumerable<Type> consumers)
{
    private readonly Dictionary<(string Queue, Type Message), Func<object, bool>> _concerns = consumers
        .SelectMany(consumer => consumer.GetInterfaces()
            .Where(made => made.IsGenericType && made.GetGenericTypeDefinition() == typeof(ISelective<>))
            .Select(made => (Consumer: consumer, Message: made.GetGenericArguments()[0])))
        .ToDictionary(
            selective => (Bus.QueueOf(service, selective.Consumer), selective.Message),
            selective => (Func<object, bool>)typeof(Selections)
                .GetMethod(nameof(Of), BindingFlags.NonPublic | BindingFlags.Static)!
                .MakeGenericMethod(selective.Consumer, selective.Message).Invoke(null, null)!);

    public bool Concerns<TMessage>(string queue, TMessage message) where TMessage : class =>
        !_concerns.TryGetValue((queue, typeof(TMessage)), out var concerns) || concerns(message);

    private static Func<object, bool> Of<TConsumer, TMessage>() where TConsumer : ISelective<TMessage> =>
        message => TConsumer.Concerns((TMessage)message);
}

using MassTransit;

namespace Jingdezhen.Tourism.Platform.Messaging;

/// <summary>
/// How messages are gathered for an <c>IConsumer&lt;Batch&lt;T&gt;&gt;</c>. The defaults (10 messages, one second)
/// would be slow twice over: a full queue is drained in large batches, a lone message waits hardly at all.
/// </summary>
internal sealed class BatchDefinition<TConsumer> : ConsumerDefinition<TConsumer> where TConsumer : class, IConsumer
{
    private const int LargestBatch = 3000;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(100);

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<TConsumer> consumerConfigurator,
        IRegistrationContext context) =>
        consumerConfigurator.Options<BatchOptions>(batch => batch
            .SetMessageLimit(LargestBatch).SetTimeLimit(LongestWait).SetConcurrencyLimit(1));
}

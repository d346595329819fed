using System.Reflection;
using Jingdezhen.Tourism.Platform.Messaging;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;

namespace Jingdezhen.Tourism.Platform.Hosting;

/// <summary>
/// MassTransit over RabbitMQ: one quorum queue a consumer, the inbox around each, the outbox behind all.
/// </summary>
internal static class Bus
{
    // Debian's RabbitMQ 3.10 has no default limit: a message that kills its consumer would come back for ever.
    private const int DeliveryLimit = 20;
    private const int ConcurrentMessages = 8;
    private const int Prefetch = 64;
    private const int BatchPrefetch = 6000;
    private const int GroupPrefetch = 256;

    public static void AddPlatformBus(
        this WebApplicationBuilder builder, Type anchor, string service, Assembly contracts, Uri broker)
    {
        var consumers = anchor.Assembly.GetTypes()
            .Where(type => type is { IsAbstract: false } && type.IsAssignableTo(typeof(IConsumer))).ToArray();
        var batching = consumers.Where(TakesBatches).Select(type => QueueOf(service, type)).ToHashSet();
        var grouped = consumers.Where(type => type.IsAssignableTo(typeof(IGroupedConsumer)))
            .Select(type => QueueOf(service, type)).ToHashSet();

        builder.Services.AddSingleton(new ContractTypes(contracts));
        builder.Services.AddSingleton(new BrokerConnection(broker));
        builder.Services.TryAddSingleton(
            services => new OutboxPublisher(broker, services.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton(new Selections(service, consumers));
        builder.Services.AddSingleton(new ConsumedQueues([.. consumers.Select(type => QueueOf(service, type))]));
        builder.Services.AddSingleton<OutboxSignal>();
        builder.Services.AddSingleton<OutboxSignalInterceptor>();
        builder.Services.AddSingleton(new InboxSwitch { IsOn = builder.Configuration.GetValue("Guards:Inbox", true) });
        builder.Services.AddSingleton<MessagingMeter>();
        builder.Services.AddSingleton<BrokerCheck>();
        builder.Services.AddHealthChecks()
            .AddCheck<BrokerCheck>("broker", tags: ["ready"])
            .AddCheck<ParkedRowsCheck>("outbox", tags: ["ready"]);
        builder.Services.AddMassTransit(bus =>
        {
            bus.AddBusObserver<DeclareInTurn>();

            // MassTransit's own check would take every replica out of service with the broker; BrokerCheck stands in.
            bus.ConfigureHealthCheckOptions(check => check.Tags.Add("bus"));
            bus.SetEndpointNameFormatter(new KebabCaseEndpointNameFormatter(service, includeNamespace: false));
            foreach (var consumer in consumers)
            {
                var definition = TakesBatches(consumer) ? typeof(BatchDefinition<>).MakeGenericType(consumer) : null;
                bus.AddConsumer(consumer, definition);
            }

            bus.AddConfigureEndpointsCallback((context, queue, endpoint) =>
            {
                if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbit)
                {
                    rabbit.SetQuorumQueue();
                    rabbit.SetQueueArgument("x-delivery-limit", DeliveryLimit);
                }

                endpoint.PrefetchCount =
                    batching.Contains(queue) ? BatchPrefetch : grouped.Contains(queue) ? GroupPrefetch : Prefetch;
                if (!batching.Contains(queue) && !grouped.Contains(queue))
                {
                    endpoint.ConcurrentMessageLimit = ConcurrentMessages;
                }

                // A database that restarts is waited for; a fault of ours fails at once and fails again.
                endpoint.UseMessageRetry(retry =>
                {
                    retry.Handle<Exception>(IsTransient);
                    retry.Exponential(
                        12, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(200));
                });
                endpoint.UseMessageRetry(retry =>
                {
                    retry.Ignore<Exception>(IsTransient);
                    retry.Intervals(50, 200, 1000);
                });

                // Retry sits outside the filter: every attempt has a fresh scope and a fresh DbContext.
                if (batching.Contains(queue) || grouped.Contains(queue)) return;
                endpoint.UseConsumeFilter(typeof(InboxFilter<>), context);
            });
            bus.UsingRabbitMq((context, rabbit) =>
            {
                rabbit.Host(broker);
                rabbit.ConfigureEndpoints(context);
            });
        });
        builder.Services.AddHostedService<OutboxRelay>();
        builder.Services.AddHostedService<CollectFailedMessagesJob>();
        builder.Services.AddHostedService<SweepInboxJob>();
        builder.Services.AddHostedService<MeasureMessagesJob>();
    }

    /// <summary>The queue of a consumer: service and what the consumer does, <c>metrics-count-held-seats</c>.</summary>
    internal static string QueueOf(string service, Type consumer) =>
        (string)typeof(IEndpointNameFormatter).GetMethod(nameof(IEndpointNameFormatter.Consumer))!
            .MakeGenericMethod(consumer)
            .Invoke(new KebabCaseEndpointNameFormatter(service, includeNamespace: false), null)!;

    // EF Core wraps what Npgsql threw, and wraps it again in a hint that retrying could be turned on.
    internal static bool IsTransient(Exception fault) =>
        fault is NpgsqlException { IsTransient: true } or TimeoutException
        || (fault.InnerException is { } inner && IsTransient(inner));

    private static bool TakesBatches(Type consumer) => consumer.GetInterfaces().Any(made =>
        made.IsGenericType && made.GetGenericTypeDefinition() == typeof(IConsumer<>)
        && made.GetGenericArguments()[0] is { IsGenericType: true } message
        && message.GetGenericTypeDefinition() == typeof(Batch<>));
}

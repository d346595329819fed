using Jingdezhen.Tourism.Contracts.Identity.V1;
using MassTransit;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Architecture.Tests.Broken;

// What the rules must object to; nothing here is used for anything else.

[Index(nameof(Id))]
internal sealed class EntityWithAnAttribute
{
    public Guid Id { get; init; }
}

internal sealed class EntityThatReadsARequest
{
    public static string Read(object request) => ((HttpRequest)request).Path;
}

internal sealed class EntityThatMakesAContract
{
    public static object Tell() => new AccountDeleted(Guid.Empty);
}

internal sealed class EntityThatSaysItLazily
{
    public static IEnumerable<object> Tell()
    {
        yield return new AccountDeleted(Guid.Empty);
    }
}

internal sealed class EntityWithASetter
{
    public int Seats { get; set; }
}

internal sealed record EntityAsARecord(int Seats);

public sealed class PublicConsumer : IConsumer<AccountDeleted>
{
    public Task Consume(ConsumeContext<AccountDeleted> context) => Task.CompletedTask;
}

internal sealed class MixedConsumer : IConsumer<AccountDeleted>, IConsumer<Batch<MerchantJoined>>
{
    public Task Consume(ConsumeContext<AccountDeleted> context) => Task.CompletedTask;
    public Task Consume(ConsumeContext<Batch<MerchantJoined>> context) => Task.CompletedTask;
}

internal static class PublishesByItself
{
    public static Task Publish(IServiceProvider services) =>
        ((IPublishEndpoint)services.GetService(typeof(IPublishEndpoint))!).Publish(new AccountDeleted(Guid.Empty));
}

internal enum ContractAsAnEnum
{
    One,
}

internal record ContractBase(Guid Id);

internal sealed record ContractWithABase(Guid Id) : ContractBase(Id);

internal sealed record ContractWithAnEnum(IReadOnlyList<ContractAsAnEnum> Kinds);

internal sealed record ContractWithAPhone(string ContactPhone);

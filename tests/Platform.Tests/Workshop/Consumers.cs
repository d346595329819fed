using System.Collections.Concurrent;
using Jingdezhen.Tourism.Platform.Messaging;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Jingdezhen.Tourism.Platform.Tests.Workshop;

internal sealed class CountPotsConsumer(WorkshopDb db) : IConsumer<PotFired>
{
    public static readonly ConcurrentDictionary<Guid, DateTimeOffset> FiredAt = new();

    public Task Consume(ConsumeContext<PotFired> context)
    {
        FiredAt[context.Message.PotId] = context.WhenOccurred();
        return Tallying.AddAsync(db, "pots", 1, context.CancellationToken);
    }
}

/// <summary>Writes, publishes, and only then fails: what a failed attempt leaves behind would be seen.</summary>
internal sealed class MendPotConsumer(WorkshopDb db) : IConsumer<PotCracked>
{
    public static readonly ConcurrentDictionary<Guid, List<(DbContextId Context, int Tracked)>> Attempts = new();

    public async Task Consume(ConsumeContext<PotCracked> context)
    {
        var (pot, failingAttempts, transient) = context.Message;
        var attempts = Attempts.GetOrAdd(pot, _ => []);
        attempts.Add((db.ContextId, db.ChangeTracker.Entries().Count()));
        db.History.Add(new() { Id = Guid.CreateVersion7(), PotId = pot });
        db.Publish(new PotMended(pot));
        await db.SaveChangesAsync(context.CancellationToken);
        if (attempts.Count > failingAttempts) return;

        // As EF Core throws it when the server went away under a SaveChanges.
        throw transient
            ? new InvalidOperationException("Likely due to a transient failure.", new DbUpdateException(
                "An error occurred while saving.", new NpgsqlException("The connection broke.", new IOException())))
            : new InvalidOperationException("The glue has not dried.");
    }
}

internal sealed class FindPotConsumer(WorkshopDb db) : IConsumer<PotLost>
{
    public static readonly ConcurrentDictionary<Guid, bool> Found = new();

    public Task Consume(ConsumeContext<PotLost> context) => Found.ContainsKey(context.Message.PotId)
        ? Tallying.AddAsync(db, $"found {context.Message.PotId}", 1, context.CancellationToken)
        : throw new InvalidOperationException("Nobody has seen this pot.");
}

internal sealed class CountGlazedPotsConsumer(WorkshopDb db, TimeProvider clock, InboxSwitch inbox)
    : IConsumer<Batch<PotGlazed>>
{
    public async Task Consume(ConsumeContext<Batch<PotGlazed>> context)
    {
        var ids = context.Message.Select(message => message.MessageId!.Value).ToArray();
        await using var transaction = await db.Database.BeginTransactionAsync(context.CancellationToken);
        var fresh = await Inbox.MarkAsync(db, ids, "count-glazed-pots", clock.GetUtcNow(), context.CancellationToken);
        await Tallying.AddAsync(db, "glazed", inbox.IsOn ? fresh.Count : ids.Length, context.CancellationToken);
        await transaction.CommitAsync(context.CancellationToken);
    }
}

internal sealed class PackPotsConsumer(InboxGroup<PotPacked> group) : IGroupedConsumer, IConsumer<PotPacked>
{
    public static readonly ConcurrentBag<int> Groups = [];

    public Task Consume(ConsumeContext<PotPacked> context) => group.HandleAsync(context, context.Message);

    public static async Task PackAsync(
        IServiceProvider services, IReadOnlyList<Letter<PotPacked>> pots, CancellationToken cancellation)
    {
        var db = services.GetRequiredService<WorkshopDb>();
        foreach (var (pot, _) in pots) db.Publish(new PotMended(pot.PotId));
        await db.SaveChangesAsync(cancellation);
        await Tallying.AddAsync(db, "packed", pots.Count, cancellation);
        if (pots.Any(letter => letter.Item.Broken)) throw new InvalidOperationException("It fell apart.");

        Groups.Add(pots.Count);
    }
}

internal sealed class ShelvePotsConsumer(WorkshopDb db) : IConsumer<PotSent>, ISelective<PotSent>
{
    public static bool Concerns(PotSent message) => message.ToShop;

    public Task Consume(ConsumeContext<PotSent> context) =>
        Tallying.AddAsync(db, "shelved", 1, context.CancellationToken);
}

internal static class Tallying
{
    public static Task AddAsync(WorkshopDb db, string name, int count, CancellationToken cancellation) =>
        db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO tallies (name, count) VALUES ({name}, {count})
            ON CONFLICT (name) DO UPDATE SET count = tallies.count + excluded.count
            """, cancellation);
}

using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Platform.Messaging;
using Jingdezhen.Tourism.Routes.Storage;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Routes.Crowds;

/// <summary>
/// Keeps the copy of Bookings' slots. Set-based, because a busy slot changes with every hold; the version decides,
/// since
/// messages come twice and out of order.
/// </summary>
internal sealed class FollowAvailabilityConsumer(RoutesDb db, TimeProvider clock)
    : IConsumer<Batch<AvailabilityChanged>>
{
    public async Task Consume(ConsumeContext<Batch<AvailabilityChanged>> context)
    {
        var cancellation = context.CancellationToken;
        var consumer = context.ReceiveContext.InputAddress.Segments[^1];
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var fresh = await Inbox.MarkAsync(
            db, [.. context.Message.Select(message => message.MessageId!.Value)], consumer, clock.GetUtcNow(),
                cancellation);

        // One row a slot, its newest, in the order of ids: two batches at once never wait for each other crosswise.
        var newest = context.Message.Where(message => fresh.Contains(message.MessageId!.Value))
            .Select(message => message.Message)
            .GroupBy(change => change.AvailabilityId).Select(same => same.MaxBy(change => change.Version)!)
            .OrderBy(change => change.AvailabilityId).ToArray();
        if (newest.Length > 0)
        {
            await db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO slots (availability_id, product_id, option_id, venue_id, starts_at, ends_at, status,
                    capacity, vacancies, version)
                SELECT * FROM unnest(
                    {newest.Select(each => each.AvailabilityId).ToArray()},
                    {newest.Select(each => each.ProductId).ToArray()},
                    {newest.Select(each => each.OptionId).ToArray()}, {newest.Select(each => each.VenueId).ToArray()},
                    {newest.Select(each => each.StartsAt.ToUniversalTime()).ToArray()},
                    {newest.Select(each => each.EndsAt.ToUniversalTime()).ToArray()},
                    {newest.Select(each => each.Status).ToArray()}, {newest.Select(each => each.Capacity).ToArray()},
                    {newest.Select(each => each.Vacancies).ToArray()}, {newest.Select(each => each.Version).ToArray()})
                ON CONFLICT (availability_id) DO UPDATE SET
                    starts_at = excluded.starts_at, ends_at = excluded.ends_at, status = excluded.status,
                    capacity = excluded.capacity, vacancies = excluded.vacancies, version = excluded.version
                WHERE slots.version < excluded.version
                """, cancellation);
        }

        await transaction.CommitAsync(cancellation);
    }
}

using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Metrics.Storage;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Metrics.Rollups;

/// <summary>Keeps the capacity of every slot. The version makes repetition and order harmless, so no marks are needed.</summary>
internal sealed class KeepSlotsConsumer(MetricsDb db) : IConsumer<Batch<AvailabilityChanged>>
{
    public async Task Consume(ConsumeContext<Batch<AvailabilityChanged>> context)
    {
        var cancellation = context.CancellationToken;
        var latest = context.Message.Select(message => message.Message)
            .GroupBy(changed => changed.AvailabilityId, (_, changes) => changes.MaxBy(changed => changed.Version)!).ToList();
        var ids = latest.ConvertAll(changed => changed.AvailabilityId);

        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await Rollup.LockAsync(db, cancellation);
        var known = await db.Slots.Where(slot => ids.Contains(slot.Id)).AsNoTracking().ToDictionaryAsync(slot => slot.Id, cancellation);
        var tally = new Tally();
        foreach (var changed in latest)
        {
            var before = known.GetValueOrDefault(changed.AvailabilityId);
            if (before?.Version >= changed.Version) continue;

            var now = new Slot
            {
                Id = changed.AvailabilityId, Version = changed.Version, ProductId = changed.ProductId,
                MerchantId = changed.MerchantId, VenueId = changed.VenueId, StartsAt = changed.StartsAt.ToUniversalTime(),
                Capacity = changed.Capacity,
            };
            db.Entry(now).State = before is null ? EntityState.Added : EntityState.Modified;
            tally.Sign = -1;
            if (before is not null) Counting.CountSlot(tally, before);
            tally.Sign = 1;
            Counting.CountSlot(tally, now);
        }

        await db.SaveChangesAsync(cancellation);
        await Rollup.ApplyAsync(db, tally, cancellation);
        await transaction.CommitAsync(cancellation);
    }
}

using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Metrics.Facts;
using Jingdezhen.Tourism.Metrics.Storage;
using MassTransit;

namespace Jingdezhen.Tourism.Metrics.Rollups;

internal sealed class KeepSlotsConsumer(MetricsDb db) : IConsumer<Batch<AvailabilityChanged>>
{
    public async Task Consume(ConsumeContext<Batch<AvailabilityChanged>> context)
    {
        await using var turn = await WriterTurn.TakeAsync(db, context.CancellationToken);
        var told = context.Message
            .Select(message => new ToldAvailability(message.Message, FactBook.OriginOf(message).OccurredAt)).ToList();
        await SlotBook.KeepAsync(db, told, context.CancellationToken);
        await turn.CommitAsync(context.CancellationToken);
    }
}

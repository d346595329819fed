using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Contracts.Complaints.V1;
using MassTransit;

namespace Jingdezhen.Tourism.Bookings.Suppliers;

/// <summary>Stops a supplier's sales at once, and lets them begin again; what is sold stays sold.</summary>
internal sealed class SuspendSupplierConsumer(BookingsDb db, CatalogueCache catalogues)
    : IConsumer<MerchantSuspended>, IConsumer<MerchantReinstated>
{
    public Task Consume(ConsumeContext<MerchantSuspended> context) =>
        SuspendAsync(context.Message.MerchantId, suspended: true, context.Message.Version, context.CancellationToken);

    public Task Consume(ConsumeContext<MerchantReinstated> context) =>
        SuspendAsync(context.Message.MerchantId, suspended: false, context.Message.Version, context.CancellationToken);

    private async Task SuspendAsync(Guid merchant, bool suspended, long version, CancellationToken cancellation)
    {
        // A host, or nobody of ours.
        if (await db.Suppliers.FindAsync([merchant], cancellation) is not { } supplier) return;

        if (!supplier.Suspend(suspended, version)) return;

        // The version is what every selling transaction compares with, in every process.
        await db.SaveChangesAsync(cancellation);
        await db.ChangeCatalogueAsync(cancellation);
        catalogues.Expire();
    }
}

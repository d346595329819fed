using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Contracts.Identity.V1;
using MassTransit;

namespace Jingdezhen.Tourism.Bookings.Suppliers;

/// <summary>Keeps suppliers as their merchants describe themselves in Identity; hosts are no matter of
/// Bookings.</summary>
internal sealed class FollowMerchantConsumer(BookingsDb db, CatalogueCache catalogues)
    : IConsumer<MerchantJoined>, IConsumer<MerchantChanged>
{
    public Task Consume(ConsumeContext<MerchantJoined> context) => FollowAsync(
        context.Message.MerchantId, context.Message.Kind, context.Message.Name, context.Message.County,
        context.Message.Version, context.CancellationToken);

    public Task Consume(ConsumeContext<MerchantChanged> context) => FollowAsync(
        context.Message.MerchantId, context.Message.Kind, context.Message.Name, context.Message.County,
        context.Message.Version, context.CancellationToken);

    private async Task FollowAsync(
        Guid id, string kind, string name, string county, long version, CancellationToken cancellation)
    {
        if (kind != "supplier") return;

        var supplier = await db.Suppliers.FindAsync([id], cancellation)
            ?? db.Suppliers.Add(new Supplier { Id = id, NameZh = name, NameEn = name, County = county }).Entity;
        if (!supplier.Describe(name, county, version)) return;

        await db.SaveChangesAsync(cancellation);
        await db.ChangeCatalogueAsync(cancellation);
        catalogues.Expire();
    }
}

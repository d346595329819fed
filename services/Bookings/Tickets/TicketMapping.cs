using Jingdezhen.Tourism.Platform.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Bookings.Tickets;

internal sealed class TicketMapping : IEntityTypeConfiguration<TicketKey>, IEntityTypeConfiguration<Redemption>
{
    public void Configure(EntityTypeBuilder<TicketKey> key) => key.ToTable("ticket_keys");

    public void Configure(EntityTypeBuilder<Redemption> redemption)
    {
        redemption.ToTable("redemptions");
        redemption.HasKey(r => new { r.MerchantId, r.Nonce });
        redemption.HasIndex(r => r.BookingId);
        redemption.IsAppendOnly();
    }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Homestays.Hosts;

internal sealed class HostMapping :
    IEntityTypeConfiguration<Host>, IEntityTypeConfiguration<Household>, IEntityTypeConfiguration<Suspension>
{
    public void Configure(EntityTypeBuilder<Host> host)
    {
        host.Property(h => h.Id).ValueGeneratedNever();
        host.HasOne<Household>().WithMany().HasForeignKey(h => h.HouseholdId);
    }

    public void Configure(EntityTypeBuilder<Household> household) =>
        household.Property(h => h.Id).ValueGeneratedNever();

    public void Configure(EntityTypeBuilder<Suspension> suspension) => suspension.HasKey(s => s.MerchantId);
}

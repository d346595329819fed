using Jingdezhen.Tourism.Homestays.Stays;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Homestays.Guests;

internal sealed class RegisteredGuestMapping : IEntityTypeConfiguration<RegisteredGuest>
{
    public void Configure(EntityTypeBuilder<RegisteredGuest> guest)
    {
        guest.Property(g => g.Id).ValueGeneratedNever();
        guest.HasOne<Stay>().WithMany().HasForeignKey(g => g.StayId);
        guest.HasIndex(g => new { g.StayId, g.DocumentHash }).IsUnique();
        guest.ToTable(table => table.HasCheckConstraint(
            "guardian_consents",
            "NOT under_fourteen OR (guardian_cipher IS NOT NULL AND guardian_consent_at IS NOT NULL)"));
    }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Identity.SigningKeys;

internal sealed class SigningKeyMapping : IEntityTypeConfiguration<SigningKey>
{
    public void Configure(EntityTypeBuilder<SigningKey> key)
    {
        key.ToTable("signing_keys");
        key.Property(row => row.CreatedAt).HasDefaultValueSql("now()");
        key.Ignore(row => row.IsNext).Ignore(row => row.IsCurrent);

        // Whatever two replicas do at once: one key signs, one is next.
        key.HasIndex(row => row.RetiredAt).IsUnique().AreNullsDistinct(false)
            .HasFilter("activated_at IS NOT NULL AND retired_at IS NULL").HasDatabaseName("one_current_signing_key");
        key.HasIndex(row => row.ActivatedAt).IsUnique().AreNullsDistinct(false)
            .HasFilter("activated_at IS NULL").HasDatabaseName("one_next_signing_key");
    }
}

using Jingdezhen.Tourism.Platform.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Identity.Accounts;

internal sealed class AccountMapping : IEntityTypeConfiguration<Account>
{
    public void Configure(EntityTypeBuilder<Account> account)
    {
        account.ToTable("accounts");
        account.Property<uint>("Version").HasColumnName("xmin").IsRowVersion();
        account.Property(row => row.CreatedAt).HasDefaultValueSql("now()");
        account.Property(row => row.Name).HasMaxLength(100);
        account.HasIndex(row => row.EmailHash).IsUnique();
        account.HasIndex(row => row.PhoneHash).IsUnique();
        account.HasIndex(row => row.MerchantId);
    }
}

internal sealed class RoleChangeMapping : IEntityTypeConfiguration<RoleChange>
{
    public void Configure(EntityTypeBuilder<RoleChange> change)
    {
        change.ToTable("role_changes");
        change.Property(row => row.ChangedAt).HasDefaultValueSql("now()");
        change.HasIndex(row => row.AccountId);
        change.IsAppendOnly();
    }
}

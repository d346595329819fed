using Jingdezhen.Tourism.Identity.Accounts;
using Jingdezhen.Tourism.Identity.Merchants;
using Jingdezhen.Tourism.Identity.SigningKeys;
using Jingdezhen.Tourism.Identity.SignUps;
using Jingdezhen.Tourism.Platform.Hosting;
using Microsoft.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;

namespace Jingdezhen.Tourism.Identity.Storage;

/// <summary>What Identity stores.</summary>
public sealed class IdentityDb(DbContextOptions<IdentityDb> options) : DbContext(options)
{
    internal DbSet<Account> Accounts => Set<Account>();
    internal DbSet<RoleChange> RoleChanges => Set<RoleChange>();
    internal DbSet<SignUp> SignUps => Set<SignUp>();
    internal DbSet<Merchant> Merchants => Set<Merchant>();
    internal DbSet<SigningKey> SigningKeys => Set<SigningKey>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.AddPlatformTables();
        modelBuilder.UseOpenIddict<Guid>();
        modelBuilder.Entity<OpenIddictEntityFrameworkCoreApplication<Guid>>().ToTable("oauth_clients");
        modelBuilder.Entity<OpenIddictEntityFrameworkCoreAuthorization<Guid>>().ToTable("oauth_authorizations");
        modelBuilder.Entity<OpenIddictEntityFrameworkCoreScope<Guid>>().ToTable("oauth_scopes");
        modelBuilder.Entity<OpenIddictEntityFrameworkCoreToken<Guid>>().ToTable("oauth_tokens");
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(IdentityDb).Assembly);
    }
}

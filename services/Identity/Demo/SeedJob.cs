using Jingdezhen.Tourism.Identity.Accounts;
using Jingdezhen.Tourism.Identity.Clients;
using Jingdezhen.Tourism.Identity.Merchants;
using Jingdezhen.Tourism.Identity.Secrets;
using Jingdezhen.Tourism.Identity.Storage;
using Jingdezhen.Tourism.Platform.Hosting;
using Jingdezhen.Tourism.Platform.Messaging;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Jingdezhen.Tourism.Identity.Demo;

/// <summary>
/// Brings the first-party clients, the first admin and (where Demo is true) the demo's people up to the configuration.
/// Every replica runs it at its start, one after the other; the second finds nothing to do. It tries again until the
/// database is there.
/// </summary>
internal sealed class SeedJob(IServiceScopeFactory scopes, ILogger<SeedJob> logger, SeedJob.Progress progress)
    : RecurringJob(scopes, logger, TimeSpan.FromSeconds(2))
{
    private const long LockKey = 0x6A64_7A73_6565; // "jdzsee"

    public sealed class Progress
    {
        public bool IsDone { get; set; }
    }

    public override async Task RunOnceAsync(IServiceProvider services, CancellationToken stopping)
    {
        if (progress.IsDone) return;

        var db = services.GetRequiredService<IdentityDb>();
        var configuration = services.GetRequiredService<IConfiguration>();
        await using var transaction = await db.Database.BeginTransactionAsync(stopping);
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({LockKey})", stopping);
        await SeedClientsAsync(services, configuration, stopping);
        await SeedFirstAdminAsync(services, db, configuration, stopping);
        if (configuration.GetValue("Demo", false)) await SeedDemoAsync(services, db, configuration, stopping);
        await db.SaveChangesAsync(stopping);
        await transaction.CommitAsync(stopping);
        progress.IsDone = true;
    }

    /// <summary>Clients of our own, from <c>Clients:ID:RedirectUris</c>; with a secret they are confidential.</summary>
    private static async Task SeedClientsAsync(
        IServiceProvider services, IConfiguration configuration, CancellationToken cancellation)
    {
        foreach (var wanted in configuration.GetSection("Clients").GetChildren())
        {
            var secret = wanted["Secret"];
            var client = new OpenIddictApplicationDescriptor
            {
                ClientId = wanted.Key,
                ClientSecret = string.IsNullOrEmpty(secret) ? null : secret,
                ClientType = string.IsNullOrEmpty(secret) ? ClientTypes.Public : ClientTypes.Confidential,
                ApplicationType = wanted["Type"] ?? ApplicationTypes.Web,
                ConsentType = ConsentTypes.Implicit,
                DisplayName = wanted["Name"] ?? wanted.Key,
                Permissions =
                {
                    Permissions.Endpoints.Authorization, Permissions.Endpoints.Token, Permissions.Endpoints.Revocation,
                    Permissions.Endpoints.EndSession, Permissions.GrantTypes.AuthorizationCode,
                    Permissions.GrantTypes.RefreshToken, Permissions.ResponseTypes.Code, Permissions.Scopes.Profile,
                },
                Requirements = { Requirements.Features.ProofKeyForCodeExchange },
            };
            client.RedirectUris.UnionWith(Uris(wanted, "RedirectUris"));
            client.PostLogoutRedirectUris.UnionWith(Uris(wanted, "PostLogoutRedirectUris"));
            await PutAsync(services, client, cancellation);
        }
    }

    private static IEnumerable<Uri> Uris(IConfigurationSection client, string name) =>
        (client.GetSection(name).Get<string[]>() ?? []).Select(uri => new Uri(uri));

    /// <summary>
    /// Somebody must be able to make others admin: <c>Identity:FirstAdmin:Email</c> and <c>:Password</c>, read while
    /// there is no admin.
    /// </summary>
    private static async Task SeedFirstAdminAsync(
        IServiceProvider services, IdentityDb db, IConfiguration configuration, CancellationToken cancellation)
    {
        if (Address.Parse(configuration["Identity:FirstAdmin:Email"]) is not { IsEmail: true } address
            || configuration["Identity:FirstAdmin:Password"] is not { Length: > 0 } password
            || await db.Accounts.AnyAsync(
                account => !account.IsDemo && account.Roles.Contains("admin"), cancellation))
        {
            return;
        }

        var account = new Account { Id = Guid.CreateVersion7(), Name = "Admin", Language = "zh" };
        account.Grant(["admin"]);
        account.SetPassword(services.GetRequiredService<IPasswordHasher<Account>>().HashPassword(account, password));
        address.PutOn(account, services.GetRequiredService<Vault>());
        db.Add(account);
    }

    private static async Task SeedDemoAsync(
        IServiceProvider services, IdentityDb db, IConfiguration configuration, CancellationToken cancellation)
    {
        var password = configuration["Demo:Password"]
            ?? throw new InvalidOperationException("Demo is true, but Demo:Password is not configured.");
        var passwords = services.GetRequiredService<IPasswordHasher<Account>>();
        var vault = services.GetRequiredService<Vault>();
        var known = await db.Accounts
            .Where(account => account.IsDemo).ToDictionaryAsync(account => account.Id, cancellation);
        foreach (var person in DemoData.People)
        {
            if (!known.TryGetValue(person.Id, out var account))
            {
                account = new Account { Id = person.Id, Name = person.Name, Language = "zh", IsDemo = true };
                account.Grant(person.Roles.Intersect(Account.GrantableRoles).ToList());
                if (person.Merchant is { } merchant) account.ActFor(merchant, person.Roles[0]);
                new Address($"{person.LocalPart}@demo.jingdezhen.example", IsEmail: true).PutOn(account, vault);
                db.Add(account);
            }

            if (account.PasswordHash is null
                || passwords.VerifyHashedPassword(account, account.PasswordHash, password)
                    == PasswordVerificationResult.Failed)
            {
                account.SetPassword(passwords.HashPassword(account, password));
            }
        }

        if (!known.ContainsKey(DemoData.ResellerId))
        {
            var reseller = new Account { Id = DemoData.ResellerId, Name = "演示分销商", Language = "zh", IsDemo = true };
            reseller.ActFor(DemoData.ResellerId, "reseller");
            db.Add(reseller);
        }

        await SeedBusinessesAsync(services, db, cancellation);
        await PutAsync(services, DemoClient(), cancellation);
        await PutAsync(services, DemoReseller(password), cancellation);
    }

    private static async Task SeedBusinessesAsync(
        IServiceProvider services, IdentityDb db, CancellationToken cancellation)
    {
        var known = await db.Merchants.Select(merchant => merchant.Id).Where(
            id => DemoData.Businesses.Select(business => business.Id).Contains(id)).ToListAsync(cancellation);
        foreach (var business in DemoData.Businesses.Where(business => !known.Contains(business.Id)))
        {
            var merchant = new Merchant
            {
                Id = business.Id, Kind = business.Kind, Name = business.Name, County = business.County,
                LicenceNumber = business.Licence,
            };
            merchant.OwnedBy(business.Owner);
            merchant.Consent(business.Patterns.Length > 0, business.Patterns);
            merchant.Approve(services.GetRequiredService<TimeProvider>().GetUtcNow());
            db.Add(merchant);
            db.Publish(merchant.Joined());
        }
    }

    private static OpenIddictApplicationDescriptor DemoClient()
    {
        var client = new OpenIddictApplicationDescriptor
        {
            ClientId = DemoData.Client,
            ClientType = ClientTypes.Public,
            DisplayName = "Demo",
            Permissions =
            {
                Permissions.Endpoints.Token, Permissions.Endpoints.Revocation, Permissions.GrantTypes.Password,
                Permissions.GrantTypes.RefreshToken, Permissions.Scopes.Profile,
            },
        };
        client.IsForDemo();
        return client;
    }

    private static OpenIddictApplicationDescriptor DemoReseller(string secret)
    {
        var client = MachineClient.Describe(DemoData.ResellerClient, "演示分销商", secret, DemoData.ResellerId);
        client.IsForDemo();
        return client;
    }

    private static async Task PutAsync(
        IServiceProvider services, OpenIddictApplicationDescriptor wanted, CancellationToken cancellation)
    {
        var clients = services.GetRequiredService<IOpenIddictApplicationManager>();
        if (await clients.FindByClientIdAsync(wanted.ClientId!, cancellation) is { } known)
        {
            await clients.UpdateAsync(known, wanted, cancellation);
        }
        else
        {
            await clients.CreateAsync(wanted, cancellation);
        }
    }
}

internal static class SeedExtensions
{
    public static WebApplicationBuilder AddSeeding(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<SeedJob.Progress>();
        builder.Services.AddHostedService<SeedJob>();
        builder.Services.AddHealthChecks().AddCheck<SeedIsDone>("seed", tags: ["ready"]);
        return builder;
    }

    private sealed class SeedIsDone(SeedJob.Progress progress) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(
            HealthCheckContext context, CancellationToken cancellationToken) =>
            Task.FromResult(progress.IsDone
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy("Clients and accounts have not been seeded yet."));
    }
}

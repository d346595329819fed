using System.Text.Json;
using Jingdezhen.Tourism.Identity.Accounts;
using Jingdezhen.Tourism.Identity.Storage;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;

namespace Jingdezhen.Tourism.Identity.Clients;

/// <summary>
/// What we keep with an OAuth client besides what OpenIddict keeps: its account, and whether the demo made it.
/// </summary>
internal static class ClientData
{
    private const string AccountProperty = "account_id";
    private const string DemoProperty = "demo";

    public static void BelongsTo(this OpenIddictApplicationDescriptor client, Guid account) =>
        client.Properties[AccountProperty] = JsonSerializer.SerializeToElement(account);

    public static void IsForDemo(this OpenIddictApplicationDescriptor client) =>
        client.Properties[DemoProperty] = JsonSerializer.SerializeToElement(true);

    /// <summary>A database that once served a demo must not let its clients in when it serves people.</summary>
    public static async ValueTask<bool> MayBeUsedAsync(
        IOpenIddictApplicationManager clients, object client, IConfiguration configuration,
        CancellationToken cancellation) =>
        configuration.GetValue("Demo", false)
        || !(await clients.GetPropertiesAsync(client, cancellation)).ContainsKey(DemoProperty);

    public static async ValueTask<Guid?> AccountIdOfAsync(
        IOpenIddictApplicationManager clients, object client, CancellationToken cancellation) =>
        (await clients.GetPropertiesAsync(client, cancellation)).TryGetValue(AccountProperty, out var id)
            ? id.GetGuid()
            : null;

    public static async Task<Account?> AccountOfAsync(
        IOpenIddictApplicationManager clients, object client, IdentityDb db, CancellationToken cancellation) =>
        await AccountIdOfAsync(clients, client, cancellation) is { } id
            ? await db.Accounts.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellation)
            : null;
}

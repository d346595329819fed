using Jingdezhen.Tourism.Identity.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;

namespace Jingdezhen.Tourism.Identity.Clients;

public sealed record ClientResponse(string ClientId, string? Name, string Type);

internal static class FindClients
{
    /// <param name="after">The last client id of the page before.</param>
    /// <param name="limit">At most 100.</param>
    /// <param name="db">The database.</param>
    /// <param name="cancellation">The request's.</param>
    public static async Task<Ok<List<ClientResponse>>> Handle(
        string? after, int? limit, IdentityDb db, CancellationToken cancellation) =>
        TypedResults.Ok(await db.Set<OpenIddictEntityFrameworkCoreApplication<Guid>>().AsNoTracking()
            .Where(row => after == null || row.ClientId!.CompareTo(after) > 0)
            .OrderBy(row => row.ClientId).Take(Math.Clamp(limit ?? 50, 1, 100))
            .Select(row => new ClientResponse(row.ClientId!, row.DisplayName, row.ClientType!))
            .ToListAsync(cancellation));
}

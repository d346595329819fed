using Jingdezhen.Tourism.Identity.Secrets;
using Jingdezhen.Tourism.Identity.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Identity.Merchants;

internal static class FindMerchants
{
    /// <summary>With their contacts: an admin calls applicants up.</summary>
    public static async Task<Ok<List<MerchantResponse>>> Handle(
        string? state, int? limit, Guid? after, IdentityDb db, Vault vault, CancellationToken cancellation)
    {
        var rows = await db.Merchants.AsNoTracking()
            .Where(row => state == null || row.State == state)
            .Where(row => after == null || row.Id > after)
            .OrderBy(row => row.Id).Take(Math.Clamp(limit ?? 50, 1, 100)).ToListAsync(cancellation);
        return TypedResults.Ok(rows.ConvertAll(row => MerchantResponse.Of(row, vault)));
    }
}

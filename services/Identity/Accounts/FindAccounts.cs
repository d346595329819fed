using Jingdezhen.Tourism.Identity.Secrets;
using Jingdezhen.Tourism.Identity.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Identity.Accounts;

/// <summary>An account as an admin sees it: the address only masked.</summary>
public sealed record AccountResponse(
    Guid Id, string Name, string? Email, string? Phone, IReadOnlyList<string> Roles, Guid? MerchantId,
    DateTimeOffset CreatedAt)
{
    internal static AccountResponse Of(Account account, Vault vault) => new(
        account.Id, account.Name, Address.OpenEmail(vault, account.EmailSealed)?.Masked,
        Address.OpenPhone(vault, account.PhoneSealed)?.Masked, account.Roles, account.MerchantId, account.CreatedAt);
}

internal static class FindAccounts
{
    /// <summary>
    /// By <c>address</c> (whole; it is matched by its hash), by <c>role</c>, or all of them page by page.
    /// </summary>
    public static async Task<Ok<List<AccountResponse>>> Handle(
        string? address, string? role, int? limit, Guid? after, IdentityDb db, Vault vault,
        CancellationToken cancellation)
    {
        var wanted = db.Accounts.AsNoTracking().Where(row => after == null || row.Id > after);
        if (address is not null)
        {
            var hash = Address.Parse(address)?.HashedBy(vault) ?? [];
            wanted = wanted.Where(row => row.EmailHash == hash || row.PhoneHash == hash);
        }

        if (role is not null) wanted = wanted.Where(row => row.Roles.Contains(role));
        var rows = await wanted.OrderBy(row => row.Id).Take(Math.Clamp(limit ?? 50, 1, 100)).ToListAsync(cancellation);
        return TypedResults.Ok(rows.ConvertAll(row => AccountResponse.Of(row, vault)));
    }
}

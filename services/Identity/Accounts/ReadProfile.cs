using System.Security.Claims;
using Jingdezhen.Tourism.Identity.Secrets;
using Jingdezhen.Tourism.Identity.Storage;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Identity.Accounts;

public sealed record ProfileResponse(
    Guid Id, string Name, string Language, string? Email, string? Phone, IReadOnlyList<string> Roles, Guid? MerchantId,
    DateTimeOffset CreatedAt)
{
    /// <summary>One's own address unmasked; only the account itself is shown this.</summary>
    internal static ProfileResponse Of(Account account, Vault vault) => new(
        account.Id, account.Name, account.Language, Address.OpenEmail(vault, account.EmailSealed)?.Text,
        Address.OpenPhone(vault, account.PhoneSealed)?.Text, account.Roles, account.MerchantId, account.CreatedAt);
}

internal static class ReadProfile
{
    public static async Task<Results<Ok<ProfileResponse>, NotFound>> Handle(
        ClaimsPrincipal user, IdentityDb db, Vault vault, CancellationToken cancellation)
    {
        var id = user.AccountId();
        return await db.Accounts.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellation) is { } account
            ? TypedResults.Ok(ProfileResponse.Of(account, vault))
            : TypedResults.NotFound();
    }
}

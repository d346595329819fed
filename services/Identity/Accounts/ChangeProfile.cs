using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Jingdezhen.Tourism.Identity.Secrets;
using Jingdezhen.Tourism.Identity.Storage;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Identity.Accounts;

/// <summary>What is left out stays as it is.</summary>
public sealed record ChangeProfileRequest(
    [StringLength(100, MinimumLength = 1)] string? Name, [RegularExpression("^(zh|en)$")] string? Language);

internal static class ChangeProfile
{
    public static async Task<Results<Ok<ProfileResponse>, NotFound>> Handle(
        ChangeProfileRequest request, ClaimsPrincipal user, IdentityDb db, Vault vault, CancellationToken cancellation)
    {
        var id = user.AccountId();
        if (await db.Accounts.SingleOrDefaultAsync(row => row.Id == id, cancellation) is not { } account)
        {
            return TypedResults.NotFound();
        }

        account.Name = request.Name ?? account.Name;
        account.Language = request.Language ?? account.Language;
        await db.SaveChangesAsync(cancellation);
        return TypedResults.Ok(ProfileResponse.Of(account, vault));
    }
}

using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Jingdezhen.Tourism.Identity.SignIns;
using Jingdezhen.Tourism.Identity.Storage;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Identity.Accounts;

public sealed record ChangePasswordRequest(
    [Required, StringLength(200)] string Current, [Required, StringLength(200, MinimumLength = 10)] string New);

internal static class ChangePassword
{
    /// <summary>
    /// Ends every sign-in of the account: the stamp in their refresh tokens is no longer the account's.
    /// </summary>
    public static async Task<Results<NoContent, NotFound, ProblemHttpResult>> Handle(
        ChangePasswordRequest request, ClaimsPrincipal user, IdentityDb db, PasswordCheck check,
        IPasswordHasher<Account> passwords, CancellationToken cancellation)
    {
        var id = user.AccountId();
        if (await db.Accounts.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellation) is not { } known)
        {
            return TypedResults.NotFound();
        }

        var checkedAccount = await check.CheckAsync(known, request.Current, cancellation);
        if (checkedAccount.IsRefused) return checkedAccount.Refusal.AsProblem();

        var account = await db.Accounts.SingleAsync(row => row.Id == id, cancellation);
        account.SetPassword(passwords.HashPassword(account, request.New));
        await db.SaveChangesAsync(cancellation);
        return TypedResults.NoContent();
    }
}

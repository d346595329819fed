using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Jingdezhen.Tourism.Identity.Secrets;
using Jingdezhen.Tourism.Identity.Storage;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Identity.Accounts;

/// <param name="Roles">The whole new set out of tourist, operator and admin.</param>
public sealed record GrantRolesRequest([Required, MaxLength(3)] IReadOnlyList<string> Roles);

internal static class GrantRoles
{
    // An admin who locks everybody out cannot let anybody in again.
    private static readonly Refusal OwnAdmin =
        new("own-admin-role", "Another admin must take your admin role from you.");

    public static async Task<Results<Ok<AccountResponse>, NotFound, ProblemHttpResult>> Handle(
        Guid accountId, GrantRolesRequest request, ClaimsPrincipal user, IdentityDb db, Vault vault,
        CancellationToken cancellation)
    {
        if (accountId == user.AccountId() && !request.Roles.Contains("admin")) return OwnAdmin.AsProblem();
        if (await db.Accounts.SingleOrDefaultAsync(row => row.Id == accountId, cancellation) is not { } account)
        {
            return TypedResults.NotFound();
        }

        if (account.Grant(request.Roles) is { } refusal) return refusal.AsProblem();

        db.Add(new RoleChange
        {
            Id = Guid.CreateVersion7(), AccountId = accountId, ChangedBy = user.AccountId(), Roles = account.Roles,
        });
        await db.SaveChangesAsync(cancellation);
        return TypedResults.Ok(AccountResponse.Of(account, vault));
    }
}

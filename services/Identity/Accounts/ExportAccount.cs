using System.Security.Claims;
using Jingdezhen.Tourism.Identity.Merchants;
using Jingdezhen.Tourism.Identity.Secrets;
using Jingdezhen.Tourism.Identity.Storage;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;

namespace Jingdezhen.Tourism.Identity.Accounts;

public sealed record SignInRecord(string Client, DateTimeOffset? At, string State);

public sealed record RoleChangeRecord(IReadOnlyList<string> Roles, DateTimeOffset ChangedAt);

public sealed record AccountExportResponse(
    ProfileResponse Profile, MerchantResponse? Merchant, IReadOnlyList<SignInRecord> SignIns,
    IReadOnlyList<RoleChangeRecord> RoleChanges);

/// <summary>
/// Everything that Identity holds of a person (PIPL art. 45); the other services export what they hold.
/// </summary>
internal static class ExportAccount
{
    private const int MostRows = 1000;

    public static async Task<Results<Ok<AccountExportResponse>, NotFound>> Handle(
        ClaimsPrincipal user, IdentityDb db, Vault vault, CancellationToken cancellation)
    {
        var id = user.AccountId();
        if (await db.Accounts.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellation) is not { } account)
        {
            return TypedResults.NotFound();
        }

        var subject = id.ToString();
        var merchant = await db.Merchants.AsNoTracking()
            .Where(row => row.OwnerId == id).OrderByDescending(row => row.AppliedAt).FirstOrDefaultAsync(cancellation);
        var signIns = await db.Set<OpenIddictEntityFrameworkCoreAuthorization<Guid>>().AsNoTracking()
            .Where(row => row.Subject == subject).OrderByDescending(row => row.CreationDate).Take(MostRows)
            .Select(row => new SignInRecord(row.Application!.ClientId!, row.CreationDate, row.Status!))
            .ToListAsync(cancellation);
        var roleChanges = await db.RoleChanges.AsNoTracking()
            .Where(row => row.AccountId == id).OrderByDescending(row => row.ChangedAt).Take(MostRows)
            .Select(row => new RoleChangeRecord(row.Roles, row.ChangedAt)).ToListAsync(cancellation);
        return TypedResults.Ok(new AccountExportResponse(
            ProfileResponse.Of(account, vault), merchant is null ? null : MerchantResponse.Of(merchant, vault),
            signIns, roleChanges));
    }
}

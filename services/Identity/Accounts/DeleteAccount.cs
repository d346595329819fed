using System.Security.Claims;
using Jingdezhen.Tourism.Contracts.Identity.V1;
using Jingdezhen.Tourism.Identity.Merchants;
using Jingdezhen.Tourism.Identity.Storage;
using Jingdezhen.Tourism.Platform.Http;
using Jingdezhen.Tourism.Platform.Messaging;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;

namespace Jingdezhen.Tourism.Identity.Accounts;

/// <summary>
/// The account, its addresses and its sign-ins are erased, and every service is told. Access tokens already out run
/// for at most five minutes more.
/// </summary>
internal static class DeleteAccount
{
    public static async Task<Results<NoContent, NotFound>> Handle(
        ClaimsPrincipal user, IdentityDb db, CancellationToken cancellation)
    {
        var id = user.AccountId();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);

        // Who deletes twice at once is told once, and so are the services.
        var deleted = await db.Accounts.Where(row => row.Id == id).ExecuteDeleteAsync(cancellation);
        if (deleted == 0) return TypedResults.NotFound();

        var subject = id.ToString();
        await db.Set<OpenIddictEntityFrameworkCoreToken<Guid>>()
            .Where(row => row.Subject == subject).ExecuteDeleteAsync(cancellation);
        await db.Set<OpenIddictEntityFrameworkCoreAuthorization<Guid>>()
            .Where(row => row.Subject == subject).ExecuteDeleteAsync(cancellation);
        foreach (var merchant in await db.Merchants.Where(row => row.OwnerId == id).ToListAsync(cancellation))
        {
            merchant.ForgetOwner();
            if (merchant.State != Merchant.Approved) continue;
            merchant.Changed();
            db.Publish(merchant.AsChanged());
        }

        db.Publish(new AccountDeleted(id));
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return TypedResults.NoContent();
    }
}

using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using System.Security.Cryptography;
using Jingdezhen.Tourism.Identity.Accounts;
using Jingdezhen.Tourism.Identity.Merchants;
using Jingdezhen.Tourism.Identity.Storage;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Http;
using Jingdezhen.Tourism.Platform.Messaging;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;

namespace Jingdezhen.Tourism.Identity.Clients;

/// <param name="ClientId">Lower-case letters, digits and hyphens.</param>
/// <param name="Kind">reseller (an OTA, joining as a merchant) or service (a machine of the platform's
/// operator).</param>
/// <param name="LicenceNumber">A reseller's travel-agency licence.</param>
/// <param name="County">Where a reseller is at home; Zhushan when left out.</param>
public sealed record CreateClientRequest(
    [Required, RegularExpression("^[a-z][a-z0-9-]{2,59}$")] string ClientId,
    [Required, StringLength(100, MinimumLength = 1)] string Name,
    [Required, RegularExpression("^(reseller|service)$")] string Kind,
    [RegularExpression("^[0-9A-Z-]{8,30}$")] string? LicenceNumber,
    string? County);

/// <param name="Secret">Shown this once; only its hash is kept.</param>
public sealed record ClientSecretResponse(string ClientId, Guid AccountId, string Secret);

internal static class CreateClient
{
    private static readonly Refusal ClientExists = new("client-exists", "There is a client with this id.");

    private static readonly Refusal LicenceTaken =
        new("licence-taken", "Another merchant joined under this licence number.");

    public static async Task<Results<Created<ClientSecretResponse>, ProblemHttpResult>> Handle(
        CreateClientRequest request, ClaimsPrincipal user, IdentityDb db, IOpenIddictApplicationManager clients,
        TimeProvider clock, CancellationToken cancellation)
    {
        var isReseller = request.Kind == Merchant.Reseller;
        if (isReseller && request.LicenceNumber is null)
        {
            return Problems.Invalid("licenceNumber", "A reseller has a licence.");
        }

        if (MerchantRules.Against(request.County, patterns: null) is { } invalid) return invalid;

        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtext('merchants'))", cancellation);
        var known = await clients.FindByClientIdAsync(request.ClientId, cancellation);
        if (known is not null) return ClientExists.AsProblem();

        var account = new Account { Id = Guid.CreateVersion7(), Name = request.Name, Language = "zh" };
        db.Add(account);
        if (isReseller)
        {
            if (await db.Merchants.AnyAsync(
                row => row.LicenceNumber == request.LicenceNumber && row.State != Merchant.Rejected, cancellation))
            {
                return LicenceTaken.AsProblem();
            }

            // A reseller's merchant has the account's own id: it sells on account, and the account is all it is.
            var reseller = new Merchant
            {
                Id = account.Id, Kind = Merchant.Reseller, Name = request.Name,
                County = request.County ?? Merchant.Counties[0], LicenceNumber = request.LicenceNumber!,
            };
            reseller.OwnedBy(account.Id);
            reseller.Approve(clock.GetUtcNow());
            db.Add(reseller);
            db.Publish(reseller.Joined());
            account.ActFor(reseller.Id, reseller.Role);
        }
        else
        {
            account.Grant(["operator"]);
        }

        db.Add(new RoleChange
        {
            Id = Guid.CreateVersion7(), AccountId = account.Id, ChangedBy = user.AccountId(), Roles = account.Roles,
        });
        await db.SaveChangesAsync(cancellation);
        var secret = NewSecret();
        await clients.CreateAsync(
            MachineClient.Describe(request.ClientId, request.Name, secret, account.Id), cancellation);
        await transaction.CommitAsync(cancellation);
        return TypedResults.Created(
            $"/v1/admin/identity/clients/{request.ClientId}",
            new ClientSecretResponse(request.ClientId, account.Id, secret));
    }

    /// <summary>256 bits: nobody guesses it, so nobody needs to be slowed down.</summary>
    public static string NewSecret() => WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));
}

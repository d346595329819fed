using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Jingdezhen.Tourism.Identity.Secrets;
using Jingdezhen.Tourism.Identity.Storage;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Identity.Merchants;

public sealed record ContactDetails(
    [property: Required, StringLength(100, MinimumLength = 1)] string Name,
    [property: Required, RegularExpression(@"^\+?[0-9 ()-]{7,20}$")] string Phone,
    [property: EmailAddress, StringLength(254)] string? Email);

/// <param name="Kind">supplier or host; resellers are made by an admin, together with their client.</param>
/// <param name="County">Zhushan, Changjiang, Fuliang, Leping or Changnan New Area.</param>
/// <param name="StandingConsent">To be compensated for at once in clear cases, and to pay it back.</param>
/// <param name="ConsentPatterns">The patterns of evidence that the consent covers, in kebab-case.</param>
public sealed record ApplyAsMerchantRequest(
    [Required, RegularExpression("^(supplier|host)$")] string Kind,
    [Required, StringLength(100, MinimumLength = 1)] string Name,
    [Required] string County,
    [Required, RegularExpression("^[0-9A-Z-]{8,30}$")] string LicenceNumber,
    [Required] ContactDetails Contact,
    bool StandingConsent,
    [MaxLength(20)] IReadOnlyList<string>? ConsentPatterns);

internal static class ApplyAsMerchant
{
    private static readonly Refusal MerchantExists =
        new("merchant-exists", "This account already has a merchant or an application.");

    private static readonly Refusal LicenceTaken =
        new("licence-taken", "Another merchant joined under this licence number.");

    public static async Task<Results<Created<MerchantResponse>, NotFound, ProblemHttpResult>> Handle(
        ApplyAsMerchantRequest request, ClaimsPrincipal user, IdentityDb db, Vault vault,
        CancellationToken cancellation)
    {
        if (MerchantRules.Against(request.County, request.ConsentPatterns) is { } invalid) return invalid;

        var owner = user.AccountId();
        if (!await db.Accounts.AnyAsync(row => row.Id == owner, cancellation)) return TypedResults.NotFound();

        // Applications queue behind one lock: they are rare, and two of one account or licence must see each other.
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtext('merchants'))", cancellation);
        var live = db.Merchants.Where(row => row.State != Merchant.Rejected);
        if (await live.AnyAsync(row => row.OwnerId == owner, cancellation)) return MerchantExists.AsProblem();
        if (await live.AnyAsync(row => row.LicenceNumber == request.LicenceNumber, cancellation))
        {
            return LicenceTaken.AsProblem();
        }

        var merchant = new Merchant
        {
            Id = Guid.CreateVersion7(), Kind = request.Kind, Name = request.Name, County = request.County,
            LicenceNumber = request.LicenceNumber, ContactSealed = MerchantResponse.Seal(request.Contact, vault),
        };
        merchant.OwnedBy(owner);
        merchant.Consent(request.StandingConsent, request.ConsentPatterns ?? []);
        db.Add(merchant);
        await db.SaveChangesAsync(cancellation);
        return TypedResults.Created("/v1/merchants/me", MerchantResponse.Of(merchant, vault) with { Contact = null });
    }
}

using System.Security.Claims;
using System.Text.Json;
using Jingdezhen.Tourism.Identity.Secrets;
using Jingdezhen.Tourism.Identity.Storage;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Identity.Merchants;

/// <param name="State">applied, approved or rejected.</param>
/// <param name="Version">Grows with every change that was published.</param>
public sealed record MerchantResponse(
    Guid Id, string Kind, string Name, string County, string LicenceNumber, ContactDetails? Contact,
    bool StandingConsent, IReadOnlyList<string> ConsentPatterns, string State, string? RejectedBecause, long Version,
    DateTimeOffset AppliedAt)
{
    private const string Purpose = "merchant-contact";

    internal static MerchantResponse Of(Merchant merchant, Vault vault) => new(
        merchant.Id, merchant.Kind, merchant.Name, merchant.County, merchant.LicenceNumber,
        merchant.ContactSealed is null
            ? null
            : JsonSerializer.Deserialize<ContactDetails>(vault.Open(Purpose, merchant.ContactSealed)),
        merchant.StandingConsent, merchant.ConsentPatterns, merchant.State, merchant.RejectedBecause, merchant.Version,
        merchant.AppliedAt);

    internal static byte[] Seal(ContactDetails contact, Vault vault) =>
        vault.Seal(Purpose, JsonSerializer.SerializeToUtf8Bytes(contact));
}

internal static class ReadMerchant
{
    public static async Task<Results<Ok<MerchantResponse>, NotFound>> Handle(
        ClaimsPrincipal user, IdentityDb db, Vault vault, CancellationToken cancellation) =>
        await OwnedBy(user, db.Merchants.AsNoTracking()).FirstOrDefaultAsync(cancellation) is { } merchant
            ? TypedResults.Ok(MerchantResponse.Of(merchant, vault))
            : TypedResults.NotFound();

    /// <summary>
    /// By owner, not by the token's merchant_id: an applicant's token has none, and an old one not yet.
    /// </summary>
    public static IQueryable<Merchant> OwnedBy(ClaimsPrincipal user, IQueryable<Merchant> merchants)
    {
        var id = user.AccountId();
        return merchants.Where(row => row.OwnerId == id).OrderByDescending(row => row.AppliedAt);
    }
}

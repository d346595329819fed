using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Jingdezhen.Tourism.Identity.Secrets;
using Jingdezhen.Tourism.Identity.Storage;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Http;
using Jingdezhen.Tourism.Platform.Messaging;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Identity.Merchants;

/// <summary>
/// What is left out stays as it is. The licence is what was checked on joining, so it cannot be changed here.
/// </summary>
public sealed record ChangeMerchantRequest(
    [StringLength(100, MinimumLength = 1)] string? Name, string? County, ContactDetails? Contact, bool? StandingConsent,
    [MaxLength(20)] IReadOnlyList<string>? ConsentPatterns);

internal static class ChangeMerchant
{
    private static readonly Refusal ChangedMeanwhile =
        new("changed-meanwhile", "Somebody else changed this merchant; read it again.");

    public static async Task<Results<Ok<MerchantResponse>, NotFound, ProblemHttpResult>> Handle(
        ChangeMerchantRequest request, ClaimsPrincipal user, IdentityDb db, Vault vault, CancellationToken cancellation)
    {
        if (MerchantRules.Against(request.County, request.ConsentPatterns) is { } invalid) return invalid;
        if (await ReadMerchant.OwnedBy(user, db.Merchants).FirstOrDefaultAsync(cancellation) is not { } merchant)
        {
            return TypedResults.NotFound();
        }

        merchant.Name = request.Name ?? merchant.Name;
        merchant.County = request.County ?? merchant.County;
        merchant.Consent(
            request.StandingConsent ?? merchant.StandingConsent, request.ConsentPatterns ?? merchant.ConsentPatterns);

        // Only what others may know is worth an event; a new phone number is not.
        var told = db.Entry(merchant).Properties.Any(property => property.IsModified);
        if (told && merchant.State == Merchant.Approved)
        {
            merchant.Changed();
            db.Publish(merchant.AsChanged());
        }

        if (request.Contact is not null) merchant.ContactSealed = MerchantResponse.Seal(request.Contact, vault);
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateConcurrencyException)
        {
            return ChangedMeanwhile.AsProblem();
        }

        return TypedResults.Ok(MerchantResponse.Of(merchant, vault));
    }
}

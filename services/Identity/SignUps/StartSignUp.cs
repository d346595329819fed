using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Security.Cryptography;
using Jingdezhen.Tourism.Identity.Accounts;
using Jingdezhen.Tourism.Identity.Secrets;
using Jingdezhen.Tourism.Identity.Storage;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Identity.SignUps;

/// <param name="Address">E-mail address or phone number; mainland mobile numbers with or without +86.</param>
/// <param name="Language">zh or en, of what is sent.</param>
public sealed record StartSignUpRequest(
    [Required, StringLength(254)] string Address, [RegularExpression("^(zh|en)$")] string? Language);

/// <param name="SentTo">The address, masked.</param>
public sealed record SignUpResponse(Guid Id, string SentTo, int ExpiresInSeconds, int ResendAfterSeconds);

internal static class StartSignUp
{
    private static readonly Refusal TooManyCodes = new(
        "too-many-codes", $"At most {SignUp.MostCodesPerHour} codes an hour go to one address.");

    /// <summary>
    /// Answers alike whether or not the address has an account: that is learnt by whoever holds the code.
    /// </summary>
    public static async Task<Results<Accepted<SignUpResponse>, ProblemHttpResult>> Handle(
        StartSignUpRequest request, IdentityDb db, Vault vault, ICodeSender sender, HttpResponse response,
        CancellationToken cancellation)
    {
        if (Address.Parse(request.Address) is not { } address)
        {
            return Problems.Invalid("address", "Neither an e-mail address nor a phone number.");
        }

        var hash = address.HashedBy(vault);
        var code = NewCode();
        var id = Guid.CreateVersion7();
        await using (var transaction = await db.Database.BeginTransactionAsync(cancellation))
        {
            // Requests for one address queue here, so that none of them overlooks another's code.
            await db.Database.ExecuteSqlAsync(
                $"SELECT pg_advisory_xact_lock(hashtextextended({Convert.ToHexString(hash)}, 0))", cancellation);
            var codes = await db.Database.SqlQuery<int>(
                $"""
                SELECT coalesce(sum(sendings), 0)::int AS "Value" FROM sign_ups
                WHERE address_hash = {hash} AND created_at > now() - interval '1 hour'
                """).SingleAsync(cancellation);
            if (codes >= SignUp.MostCodesPerHour)
            {
                response.Headers.RetryAfter = "3600";
                return TooManyCodes.AsProblem(StatusCodes.Status429TooManyRequests);
            }

            db.Add(new SignUp
            {
                Id = id, AddressHash = hash, AddressSealed = address.SealedBy(vault), IsEmail = address.IsEmail,
                Language = request.Language ?? "zh", CodeHash = HashOf(vault, id, code),
            });
            await db.SaveChangesAsync(cancellation);
            await transaction.CommitAsync(cancellation);
        }

        // After the commit: a provider that takes its time holds no lock.
        await sender.SendAsync(address, code, request.Language ?? "zh", cancellation);
        return TypedResults.Accepted((string?)null, Response(id, address));
    }

    public static string NewCode() =>
        RandomNumberGenerator.GetInt32(1_000_000).ToString("D6", CultureInfo.InvariantCulture);

    /// <summary>Keyed, and bound to its sign-up: six digits under a bare hash would be guessed in a blink.</summary>
    public static byte[] HashOf(Vault vault, Guid signUp, string code) =>
        vault.Hash("sign-up-code", $"{signUp}:{code}");

    public static SignUpResponse Response(Guid id, Address address) => new(
        id, address.Masked, (int)SignUp.CodeLifetime.TotalSeconds, (int)SignUp.ResendPause.TotalSeconds);
}

using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using Jingdezhen.Tourism.Identity.Accounts;
using Jingdezhen.Tourism.Identity.Secrets;
using Jingdezhen.Tourism.Identity.Storage;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Identity.SignUps;

public sealed record ConfirmSignUpRequest(
    [Required, RegularExpression("^[0-9]{6}$")] string Code, [Required,
        StringLength(100, MinimumLength = 1)] string Name,
    [Required, StringLength(200, MinimumLength = 10)] string Password);

internal static class ConfirmSignUp
{
    private static readonly Refusal WrongCode = new(
        "wrong-code", $"The code is wrong, has run out, or was tried {SignUp.MostAttempts} times.");

    private static readonly Refusal AddressTaken =
        new("address-taken", "There is an account with this address: sign in.");

    /// <summary>
    /// Wrong, expired and unknown answer alike. The account is a tourist's; other roles are given, not taken.
    /// </summary>
    public static async Task<Results<Created<ProfileResponse>, ProblemHttpResult>> Handle(
        Guid signUpId, ConfirmSignUpRequest request, IdentityDb db, Vault vault, IPasswordHasher<Account> passwords,
        CancellationToken cancellation)
    {
        // The attempt is counted by a statement of its own before the code is looked at, so that guesses sent at once
        // are all counted and none is given back.
        var counted = await db.Database.ExecuteSqlAsync(
            $"""
            UPDATE sign_ups SET attempts = attempts + 1
            WHERE id = {signUpId} AND attempts < {SignUp.MostAttempts} AND expires_at > now()
            """, cancellation);
        if (counted == 0) return WrongCode.AsProblem();

        var signUp = await db.SignUps.AsNoTracking().SingleOrDefaultAsync(row => row.Id == signUpId, cancellation);
        if (signUp is null
            || !CryptographicOperations.FixedTimeEquals(signUp.CodeHash,
                StartSignUp.HashOf(vault, signUpId, request.Code)))
        {
            return WrongCode.AsProblem();
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);

        // The code is spent by deleting it: of two requests with the right code one goes on.
        if (await db.SignUps.Where(row => row.Id == signUpId && row.CodeHash == signUp.CodeHash)
            .ExecuteDeleteAsync(cancellation) == 0)
        {
            return WrongCode.AsProblem();
        }

        await db.Database.ExecuteSqlAsync(
            $"SELECT pg_advisory_xact_lock(hashtextextended({Convert.ToHexString(signUp.AddressHash)}, 0))",
                cancellation);
        if (await db.Accounts.AnyAsync(
            row => row.EmailHash == signUp.AddressHash || row.PhoneHash == signUp.AddressHash, cancellation))
        {
            await transaction.CommitAsync(cancellation);
            return AddressTaken.AsProblem();
        }

        var account = new Account { Id = Guid.CreateVersion7(), Name = request.Name, Language = signUp.Language };
        account.Grant(["tourist"]);
        account.SetPassword(passwords.HashPassword(account, request.Password));
        if (signUp.IsEmail) account.SetEmail(signUp.AddressHash, signUp.AddressSealed);
        else account.SetPhone(signUp.AddressHash, signUp.AddressSealed);
        db.Add(account);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return TypedResults.Created("/v1/accounts/me", ProfileResponse.Of(account, vault));
    }
}

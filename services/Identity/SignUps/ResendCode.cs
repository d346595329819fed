using Jingdezhen.Tourism.Identity.Accounts;
using Jingdezhen.Tourism.Identity.Secrets;
using Jingdezhen.Tourism.Identity.Storage;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Identity.SignUps;

internal static class ResendCode
{
    private static readonly Refusal NotNow = new(
        "resend-not-now",
        $"A code is sent at most {SignUp.MostSendings} times, {SignUp.ResendPause.TotalSeconds} seconds apart.");

    /// <summary>
    /// A new code in place of the old one. Attempts already made still count: resending buys no guesses.
    /// </summary>
    public static async Task<Results<Accepted<SignUpResponse>, NotFound, ProblemHttpResult>> Handle(
        Guid signUpId, IdentityDb db, Vault vault, ICodeSender sender, HttpResponse response,
            CancellationToken cancellation)
    {
        var code = StartSignUp.NewCode();
        var taken = await db.Database.ExecuteSqlAsync(
            $"""
            UPDATE sign_ups SET code_hash = {StartSignUp.HashOf(vault, signUpId, code)}, sendings = sendings + 1,
                sent_at = now(), expires_at = now() + {SignUp.CodeLifetime}
            WHERE id = {signUpId} AND sendings < {SignUp.MostSendings} AND attempts < {SignUp.MostAttempts}
                AND sent_at <= now() - {SignUp.ResendPause}
            """, cancellation);
        if (await db.SignUps.AsNoTracking().SingleOrDefaultAsync(row => row.Id == signUpId,
            cancellation) is not { } signUp)
        {
            return TypedResults.NotFound();
        }

        if (taken == 0)
        {
            response.Headers.RetryAfter = "60";
            return NotNow.AsProblem(StatusCodes.Status429TooManyRequests);
        }

        var address = (signUp.IsEmail
            ? Address.OpenEmail(vault, signUp.AddressSealed)
            : Address.OpenPhone(vault, signUp.AddressSealed))!;
        await sender.SendAsync(address, code, signUp.Language, cancellation);
        return TypedResults.Accepted((string?)null, StartSignUp.Response(signUpId, address));
    }
}

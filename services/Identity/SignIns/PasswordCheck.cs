using Jingdezhen.Tourism.Identity.Accounts;
using Jingdezhen.Tourism.Identity.Secrets;
using Jingdezhen.Tourism.Identity.Storage;
using Jingdezhen.Tourism.Platform.Domain;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Identity.SignIns;

/// <summary>
/// Whether an address and a password belong together. The hashing is ASP.NET Core Identity's; its UserManager is not
/// used, because it counts failures after the check (a hundred guesses at once would count as one) and keeps addresses
/// in the clear.
/// </summary>
internal sealed class PasswordCheck(IdentityDb db, Vault vault, IPasswordHasher<Account> passwords, IConfiguration configuration)
{
    /// <summary>One answer for unknown, wrong and resting, so that nobody learns which addresses have an account.</summary>
    public static readonly Refusal Wrong = new("wrong-credentials", "The account or the password is wrong, or sign-in rests for a while after too many attempts.");

    // Any well-formed hash will do: an unknown address must take as long as a known one.
    private static readonly string NobodysHash = new PasswordHasher<Account>().HashPassword(null!, Guid.CreateVersion7().ToString());

    public async Task<Decision<Account>> SignInAsync(string? address, string? password, CancellationToken cancellation)
    {
        if (password is null or { Length: > 200 }) return Wrong;

        var hash = Address.Parse(address)?.HashedBy(vault);
        var account = hash is null
            ? null
            : await db.Accounts.SingleOrDefaultAsync(row => row.EmailHash == hash || row.PhoneHash == hash, cancellation);
        if (account is { IsDemo: true } && !configuration.GetValue("Demo", false)) account = null;

        // The attempt is taken before the password is looked at: parallel guesses queue for the row and are all counted.
        var mayTry = account?.PasswordHash is not null && await TakeAttemptAsync(account.Id, cancellation);
        var outcome = passwords.VerifyHashedPassword(account!, mayTry ? account!.PasswordHash! : NobodysHash, password);
        if (!mayTry || outcome == PasswordVerificationResult.Failed) return Wrong;

        if (outcome == PasswordVerificationResult.SuccessRehashNeeded)
        {
            await db.Entry(account!).ReloadAsync(cancellation);
            account!.StrengthenPasswordHash(passwords.HashPassword(account, password));
            await db.SaveChangesAsync(cancellation);
        }

        await db.Accounts.Where(row => row.Id == account!.Id).ExecuteUpdateAsync(
            row => row.SetProperty(to => to.FailedAttempts, 0).SetProperty(to => to.LockedUntil, (DateTimeOffset?)null),
            cancellation);
        return account!;
    }

    private async Task<bool> TakeAttemptAsync(Guid account, CancellationToken cancellation) =>
        await db.Database.ExecuteSqlAsync(
            $"""
            UPDATE accounts SET
                failed_attempts = CASE WHEN locked_until IS NULL THEN failed_attempts ELSE 0 END + 1,
                locked_until = CASE
                    WHEN locked_until IS NULL AND failed_attempts + 1 >= {Account.MostFailedAttempts}
                    THEN now() + {Account.LockLength} END
            WHERE id = {account} AND (locked_until IS NULL OR locked_until <= now())
            """, cancellation) == 1;
}

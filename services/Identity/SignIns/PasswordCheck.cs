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
internal sealed class PasswordCheck(
    IdentityDb db, Vault vault, IPasswordHasher<Account> passwords, IConfiguration configuration)
{
    /// <summary>
    /// One answer for unknown, wrong and resting, so that nobody learns which addresses have an account.
    /// </summary>
    public static readonly Refusal Wrong = new(
        "wrong-credentials",
        "The account or the password is wrong, or sign-in rests for a while after too many attempts.");

    // Any well-formed hash will do: an unknown address must take as long as a known one.
    private static readonly string NobodysHash =
        new PasswordHasher<Account>().HashPassword(null!, Guid.CreateVersion7().ToString());

    public async Task<Decision<Account>> SignInAsync(string? address, string? password, CancellationToken cancellation)
    {
        var hash = Address.Parse(address)?.HashedBy(vault);
        var account = hash is null
            ? null
            : await db.Accounts.AsNoTracking()
                .SingleOrDefaultAsync(row => row.EmailHash == hash || row.PhoneHash == hash, cancellation);
        if (account is { IsDemo: true } && !configuration.GetValue("Demo", false)) account = null;

        return await CheckAsync(account, password, cancellation);
    }

    public async Task<Decision<Account>> CheckAsync(Account? account, string? password, CancellationToken cancellation)
    {
        if (password is null or { Length: > 200 }) return Wrong;

        // The attempt is taken before the password is looked at: parallel guesses queue for the row and are all
        // counted.
        var mayTry = account?.PasswordHash is not null && await TakeAttemptAsync(account.Id, cancellation);
        var outcome = passwords.VerifyHashedPassword(account!, mayTry ? account!.PasswordHash! : NobodysHash, password);
        if (account is null || !mayTry || outcome == PasswordVerificationResult.Failed) return Wrong;

        var stronger = outcome == PasswordVerificationResult.SuccessRehashNeeded
            ? passwords.HashPassword(account, password)
            : account.PasswordHash;

        // A password changed in the meantime stays changed, and the old one no longer opens.
        var stillIts = await db.Accounts
            .Where(row => row.Id == account.Id && row.PasswordHash == account.PasswordHash)
            .ExecuteUpdateAsync(
                row => row.SetProperty(to => to.FailedAttempts, 0)
                    .SetProperty(to => to.LockedUntil, (DateTimeOffset?)null)
                    .SetProperty(to => to.PasswordHash, stronger),
                cancellation);
        return stillIts == 1 ? account : Wrong;
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

using System.Security.Cryptography;
using Jingdezhen.Tourism.Platform.Security;

namespace Jingdezhen.Tourism.Complaints.Cases;

/// <summary>
/// Opens a case to whoever knows its number and the claimant's phone. Wrong guesses are counted by number and by
/// address in the database, so that no replica gives a guesser another round; who guesses waits until the guess before
/// is counted, so that many at once are no more than one after the other. Then right and wrong are answered alike until
/// a while has passed.
/// </summary>
internal sealed class GuessGuard(
    ComplaintsDb db, PersonalDataVault vault, IHttpContextAccessor context, ComplaintsGuards guards)
{
    private const int GuessesForANumber = 5;
    private const int GuessesFromAnAddress = 20;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    private static readonly Refusal TooMany =
        new("too-many-guesses", "Too many wrong answers: try again in a quarter of an hour.");

    /// <summary>In the caller's transaction, which the caller commits whatever comes out: a guess counts.</summary>
    /// <param name="number">As <see cref="CaseNumbers.Read"/> gives it.</param>
    /// <returns>The case; neither case nor refusal where nothing fits.</returns>
    public async Task<(Case? Found, Refusal? Refusal)> OpenAsync(
        string number, string phone, CancellationToken cancellation)
    {
        var http = context.HttpContext!;
        var subjects = new[] { $"number {number}", $"address {http.Connection.RemoteIpAddress}" };
        if (guards.GuessLock)
        {
            foreach (var subject in subjects)
            {
                await db.Database.ExecuteSqlAsync(
                    $"SELECT pg_advisory_xact_lock(hashtextextended({subject}, 0))", cancellation);
            }
        }

        // By the clock on the wall, not the transaction's: it may have waited.
        var since = await db.Database.SqlQuery<DateTimeOffset>($"SELECT clock_timestamp() AS \"Value\"")
            .SingleAsync(cancellation) - Window;
        var guesses = await db.StatusAttempts.Where(row => subjects.Contains(row.Subject) && row.At >= since)
            .GroupBy(row => row.Subject).Select(group => new { group.Key, Count = group.Count() })
            .ToListAsync(cancellation);
        if (guesses.Exists(row => row.Count >= (row.Key == subjects[0] ? GuessesForANumber : GuessesFromAnAddress)))
        {
            http.Response.Headers.RetryAfter = "900";
            return (null, TooMany);
        }

        var found = await db.Cases.AsNoTracking().Include(row => row.Clocks)
            .SingleOrDefaultAsync(row => row.Number == number, cancellation);
        if (found is not null && CryptographicOperations.FixedTimeEquals(found.PhoneHash, vault.GuestKey(phone)))
        {
            return (found, null);
        }

        db.AddRange(subjects.Select(subject =>
            new StatusAttempt { Id = Guid.CreateVersion7(), Subject = subject, At = since + Window }));
        await db.SaveChangesAsync(cancellation);
        return (null, null);
    }
}

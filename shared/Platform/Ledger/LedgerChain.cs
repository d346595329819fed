using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Jingdezhen.Tourism.Platform.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace Jingdezhen.Tourism.Platform.Ledger;

/// <summary>An entry that waits for its place in the chain; the only ledger row that is ever deleted.</summary>
public sealed class UnsealedEntry
{
    public required Guid EntryId { get; init; }
}

/// <summary>An entry's place in the chain. Its hash covers the entry and every entry before it.</summary>
public sealed class LedgerLink
{
    public required long Position { get; init; }
    public required Guid EntryId { get; init; }
    public required byte[] Hash { get; init; }
}

/// <summary>
/// The chain's end on a day, signed: who keeps it can tell later whether anything before it was changed.
/// </summary>
public sealed class LedgerHead
{
    public required DateOnly Day { get; init; }
    public required long Position { get; init; }

    /// <summary>A compact JWS (ES256) over ledger, day, position and hash.</summary>
    public required string Jws { get; init; }
}

/// <summary>The key that signs heads, where the configuration names none.</summary>
public sealed class LedgerKey
{
    public required int Id { get; init; }
    public required string PrivatePem { get; init; }
}

/// <summary>
/// Seals entries into a hash chain after the fact: posting never waits for the chain. Entries of concurrent
/// transactions commit in any order and leave gaps in their sequence, so the chain has positions of its own, without
/// gaps. On one account the order is still that of its balance: who posts second has waited for the lock, and has a
/// later sequence.
/// </summary>
public static class LedgerChain
{
    private const int BatchSize = 1000;

    /// <summary>The text whose SHA-256 is a link's hash.</summary>
    internal static string LinkText(
        byte[] previous, long position, Guid entryId, DateTimeOffset postedAt, byte[] digest) =>
        string.Create(CultureInfo.InvariantCulture,
            $"{Convert.ToHexStringLower(previous)}\n{position}\n{entryId}\n{Instant(postedAt)}\n"
            + $"{Convert.ToHexStringLower(digest)}\n");

    internal static string Instant(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    /// <summary>
    /// Seals up to a batch of what waits, and returns how many; 0 also where another replica is at it.
    /// </summary>
    public static Task<int> SealAsync(DbContext db, CancellationToken cancellation) =>
        SealAsync(db, LedgerGuards.All, cancellation);

    internal static async Task<int> SealAsync(DbContext db, LedgerGuards guards, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var alone = await db.Database.SqlQuery<bool>(
            $"""SELECT pg_try_advisory_xact_lock(hashtext('ledger-chain')) AS "Value" """).SingleAsync(cancellation);
        if (!alone && guards.HasFlag(LedgerGuards.Sealer)) return 0;

        var last = await db.Set<LedgerLink>().OrderByDescending(link => link.Position).AsNoTracking()
            .FirstOrDefaultAsync(cancellation);
        var waiting = await (
            from unsealed in db.Set<UnsealedEntry>()
            join entry in db.Set<LedgerEntry>() on unsealed.EntryId equals entry.Id
            orderby entry.Sequence
            select new { entry.Id, entry.PostedAt, entry.Digest }).AsNoTracking().Take(BatchSize)
                .ToListAsync(cancellation);
        if (waiting.Count == 0) return 0;

        var (position, hash) = (last?.Position ?? 0, last?.Hash ?? new byte[SHA256.HashSizeInBytes]);
        var links = waiting.ConvertAll(entry =>
        {
            hash = SHA256.HashData(
                Encoding.UTF8.GetBytes(LinkText(hash, ++position, entry.Id, entry.PostedAt, entry.Digest)));
            return (Position: position, entry.Id, Hash: hash);
        });
        var (positions, ids, hashes) = (
            links.Select(link => link.Position).ToArray(), links.Select(link => link.Id).ToArray(),
            links.Select(link => link.Hash).ToArray());
        await db.Database.ExecuteSqlAsync(
            $"INSERT INTO ledger_links (position, entry_id, hash) SELECT * FROM unnest({positions}, {ids}, {hashes})",
            cancellation);
        await db.Database.ExecuteSqlAsync($"DELETE FROM ledger_unsealed WHERE entry_id = ANY({ids})", cancellation);
        await transaction.CommitAsync(cancellation);
        return links.Count;
    }

    /// <summary>Signs the chain's end once for a day; the first replica's signature is the one that stays.</summary>
    public static async Task SignHeadAsync(
        DbContext db, string ledger, DateOnly day, ECDsa key, CancellationToken cancellation)
    {
        if (await db.Set<LedgerHead>().AnyAsync(head => head.Day == day, cancellation)) return;

        var last = await db.Set<LedgerLink>().OrderByDescending(link => link.Position).AsNoTracking()
            .FirstOrDefaultAsync(cancellation);
        if (last is null) return;

        var signed = Sign(key, new Dictionary<string, object>
        {
            ["ledger"] = ledger,
            ["day"] = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            ["position"] = last.Position,
            ["hash"] = Convert.ToHexStringLower(last.Hash),
        });
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO ledger_heads (day, position, jws) VALUES ({day}, {last.Position}, {signed})
            ON CONFLICT DO NOTHING
            """, cancellation);
    }

    /// <summary>A compact JWS over what a whole proof says: no link seals floors or the currency.</summary>
    internal static string SignProof(ECDsa key, string ledger, byte[] digest) => Sign(key, new()
    {
        ["ledger"] = ledger, ["sha256"] = Convert.ToHexStringLower(digest),
    });

    /// <summary>The public key as a JSON Web Key.</summary>
    public static Dictionary<string, string> PublicKey(ECDsa key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return new()
        {
            ["kty"] = "EC", ["crv"] = "P-256", ["alg"] = "ES256", ["use"] = "sig",
            ["x"] = Base64UrlEncoder.Encode(point.X), ["y"] = Base64UrlEncoder.Encode(point.Y),
        };
    }

    /// <summary>
    /// The configured key (<c>Ledger:SigningKey</c>, PEM), else one made once and kept in the database.
    /// </summary>
    public static async Task<ECDsa> SigningKeyAsync(
        DbContext db, IConfiguration configuration, CancellationToken cancellation)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = configuration["Ledger:SigningKey"];
        if (pem is null)
        {
            await db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO ledger_keys (id, private_pem) VALUES (1, {key.ExportPkcs8PrivateKeyPem()})
                ON CONFLICT DO NOTHING
                """, cancellation);
            pem = await db.Set<LedgerKey>().Select(row => row.PrivatePem).SingleAsync(cancellation);
        }

        key.ImportFromPem(pem);
        return key;
    }

    private static string Sign(ECDsa key, Dictionary<string, object> payload)
    {
        var header = Base64UrlEncoder.Encode("""{"alg":"ES256"}""");
        var signed = $"{header}.{Base64UrlEncoder.Encode(JsonSerializer.Serialize(payload))}";
        var signature = key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256);
        return $"{signed}.{Base64UrlEncoder.Encode(signature)}";
    }
}

/// <summary>
/// Seals what was posted every few seconds, and signs yesterday's end of the chain after midnight in Jingdezhen.
/// </summary>
public sealed class SealLedgerJob(
    IServiceScopeFactory scopes, IConfiguration configuration, TimeProvider clock, LedgerName ledger,
    ILogger<SealLedgerJob> logger)
    : RecurringJob(scopes, logger, TimeSpan.FromSeconds(5))
{
    private static readonly TimeSpan ChinaOffset = TimeSpan.FromHours(8);

    public override async Task RunOnceAsync(IServiceProvider services, CancellationToken stopping)
    {
        var db = services.GetRequiredService<DbContext>();
        while (await LedgerChain.SealAsync(db, stopping) > 0)
        {
        }

        var yesterday = DateOnly.FromDateTime(clock.GetUtcNow().ToOffset(ChinaOffset).Date).AddDays(-1);
        if (await db.Set<LedgerHead>().AnyAsync(head => head.Day >= yesterday, stopping)) return;

        using var key = await LedgerChain.SigningKeyAsync(db, configuration, stopping);
        await LedgerChain.SignHeadAsync(db, ledger.Value, yesterday, key, stopping);
    }
}

/// <summary>What this service's ledger is called in its heads and proofs.</summary>
public sealed record LedgerName(string Value);

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Jingdezhen.Tourism.Platform.Ledger;

public sealed record LedgerAccountResponse(string Code, long? FloorFen, long BalanceFen);

public sealed record LedgerHeadResponse(DateOnly Day, long Position, string Jws);

/// <summary>What the outside sees of a ledger: heads and key for everyone, accounts and the proof for admins.</summary>
public static class LedgerEndpoints
{
    private const int LargestPage = 100;

    // The proof is for a reader and a hasher alike: Chinese memos stay Chinese.
    private static readonly JsonSerializerOptions ProofJson = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static WebApplicationBuilder AddLedger(this WebApplicationBuilder builder, string name)
    {
        builder.Services.AddSingleton(new LedgerName(name));
        builder.Services.AddHostedService<SealLedgerJob>();
        return builder;
    }

    /// <param name="routes">The service's <c>/v1</c> group.</param>
    /// <param name="prefix">Where the service's ledger stands, for example <c>/payments/ledger</c>.</param>
    /// <param name="openProof">Everyone may take the proof: the ledger's memos and keys name nobody.</param>
    public static void MapLedger(this IEndpointRouteBuilder routes, string prefix, bool openProof = false)
    {
        var ledger = routes.MapGroup(prefix).WithTags("Ledger");
        ledger.MapGet("/heads", FindHeadsAsync).AllowAnonymous().WithName("findLedgerHeads");
        ledger.MapGet("/keys", FindKeysAsync).AllowAnonymous().WithName("findLedgerKeys");
        ledger.MapGet("/accounts", FindAccountsAsync).RequireAuthorization(Roles.Admin).WithName("findLedgerAccounts");
        var proof = ledger.MapGet("/proof", ExportProofAsync).WithName("exportLedgerProof");
        _ = openProof ? proof.AllowAnonymous() : proof.RequireAuthorization(Roles.Admin);
    }

    private static async Task<Ok<List<LedgerHeadResponse>>> FindHeadsAsync(
        DbContext db, CancellationToken cancellation, int limit = 31, DateOnly? after = null) =>
        TypedResults.Ok(
            await db.Set<LedgerHead>().Where(head => after == null || head.Day > after).OrderBy(head => head.Day)
            .Take(Math.Clamp(limit, 1, LargestPage))
            .Select(head => new LedgerHeadResponse(head.Day, head.Position, head.Jws)).ToListAsync(cancellation));

    private static async Task<Ok<Dictionary<string, object>>> FindKeysAsync(
        DbContext db, IConfiguration configuration, CancellationToken cancellation)
    {
        using var key = await LedgerChain.SigningKeyAsync(db, configuration, cancellation);
        return TypedResults.Ok(new Dictionary<string, object> { ["keys"] = new[] { LedgerChain.PublicKey(key) } });
    }

    private static async Task<Ok<List<LedgerAccountResponse>>> FindAccountsAsync(
        DbContext db, CancellationToken cancellation, int limit = 50, string after = "") =>
        TypedResults.Ok(await db.Set<LedgerAccount>().Where(account => account.Code.CompareTo(after) > 0)
            .OrderBy(account => account.Code).Take(Math.Clamp(limit, 1, LargestPage))
            .Select(account => new LedgerAccountResponse(account.Code, account.FloorFen, account.BalanceFen))
            .ToListAsync(cancellation));

    private static async Task ExportProofAsync(
        HttpContext http, DbContext db, IConfiguration configuration, LedgerName ledger, CancellationToken cancellation)
    {
        while (await LedgerChain.SealAsync(db, cancellation) > 0)
        {
        }

        http.Response.ContentType = "application/x-ndjson; charset=utf-8";
        await using var output = new StreamWriter(http.Response.Body, new UTF8Encoding(false), leaveOpen: true);
        await WriteProofAsync(db, configuration, ledger.Value, output, cancellation);
    }

    /// <summary>
    /// Writes the proof, one JSON object a line: the key, the sealed entries in the chain's order, the accounts'
    /// balances, the signed heads; at last the key's signature over all lines before it. All of it from one snapshot.
    /// </summary>
    internal static async Task WriteProofAsync(
        DbContext db, IConfiguration configuration, string ledger, TextWriter output, CancellationToken cancellation)
    {
        using var key = await LedgerChain.SigningKeyAsync(db, configuration, cancellation);
        using var lines = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var snapshot = await db.Database.BeginTransactionAsync(
            System.Data.IsolationLevel.RepeatableRead, cancellation);
        await WriteAsync(new { ledger, currency = "CNY", key = LedgerChain.PublicKey(key) });

        var entries = (
            from link in db.Set<LedgerLink>()
            join entry in db.Set<LedgerEntry>() on link.EntryId equals entry.Id
            orderby link.Position
            select new
            {
                link.Position, link.Hash, entry.Id, entry.Key, entry.Memo, entry.Corrects, entry.PostedAt,
                Postings = db.Set<LedgerPosting>().Where(posting => posting.EntryId == entry.Id)
                    .OrderBy(posting => posting.Line)
                    .Select(posting => new { posting.Account, posting.AmountFen }).ToList(),
            }).AsNoTracking().AsAsyncEnumerable();
        await foreach (var entry in entries.WithCancellation(cancellation))
        {
            await WriteAsync(new
            {
                position = entry.Position, id = entry.Id, key = entry.Key, memo = entry.Memo, corrects = entry.Corrects,
                postedAt = LedgerChain.Instant(entry.PostedAt),
                postings = entry.Postings.Select(posting => new { account = posting.Account, fen = posting.AmountFen }),
                hash = Convert.ToHexStringLower(entry.Hash),
            });
        }

        // What was posted since the last seal is not in the chain yet, so it is taken out of the balances.
        var balances = await db.Database.SqlQuery<AccountBalance>(
            $"""
            SELECT account.code, account.floor_fen, (account.balance_fen - coalesce((
                SELECT sum(posting.amount_fen) FROM ledger_unsealed AS unsealed
                JOIN ledger_postings AS posting ON posting.entry_id = unsealed.entry_id
                WHERE posting.account = account.code), 0))::bigint AS balance_fen
            FROM ledger_accounts AS account ORDER BY account.code COLLATE "C"
            """).ToListAsync(cancellation);
        foreach (var account in balances)
        {
            await WriteAsync(
                new { account = account.Code, floorFen = account.FloorFen, balanceFen = account.BalanceFen });
        }

        var heads = await db.Set<LedgerHead>().OrderBy(head => head.Day).AsNoTracking().ToListAsync(cancellation);
        foreach (var head in heads)
        {
            await WriteAsync(new { day = head.Day.ToString("O", CultureInfo.InvariantCulture), head = head.Jws });
        }

        await WriteAsync(new { proof = LedgerChain.SignProof(key, ledger, lines.GetCurrentHash()) });

        async Task WriteAsync(object line)
        {
            var text = JsonSerializer.Serialize(line, ProofJson) + "\n";
            lines.AppendData(Encoding.UTF8.GetBytes(text));
            await output.WriteAsync(text);
        }
    }

    private sealed record AccountBalance(string Code, long? FloorFen, long BalanceFen);
}

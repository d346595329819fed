using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Jingdezhen.Tourism.Platform.Domain;

namespace Jingdezhen.Tourism.Platform.Ledger;

/// <summary>One pot of money, named by a path such as <c>held:sandbox</c> or <c>receivable:merchant-id</c>.</summary>
public sealed class LedgerAccount
{
    public required string Code { get; init; }

    /// <summary>The balance, in fen, that the account never goes below; null where it may owe without limit.</summary>
    public long? FloorFen { get; init; }

    /// <summary>The sum of the account's postings, in fen; kept by the database itself with every posting.</summary>
    public long BalanceFen { get; private init; }
}

/// <summary>A transfer that has happened: never changed, never deleted, corrected only by another entry.</summary>
public sealed class LedgerEntry
{
    public required Guid Id { get; init; }
    public long Sequence { get; private init; }
    public required string Key { get; init; }
    public required string Memo { get; init; }
    public Guid? Corrects { get; init; }

    /// <summary>SHA-256 of the canonical text: what the key stands for, and what the chain seals.</summary>
    public required byte[] Digest { get; init; }

    public DateTimeOffset PostedAt { get; private init; }
}

/// <summary>One side of an entry; the sides of an entry sum to zero.</summary>
public sealed class LedgerPosting
{
    public required Guid EntryId { get; init; }
    public required short Line { get; init; }
    public required string Account { get; init; }
    public required long AmountFen { get; init; }
}

/// <summary>An account as an asker names it: it is opened with its floor by the first entry that touches it.</summary>
/// <param name="Code">Lower-case words, digits and hyphens, joined by colons.</param>
/// <param name="FloorFen">The lowest balance allowed; null for none. What an open account has stays.</param>
public sealed record Account(string Code, long? FloorFen = null);

/// <summary>Money that comes to an account (positive, fen) or leaves it (negative).</summary>
public sealed record Posting(Account Account, long AmountFen);

/// <summary>What is asked of the ledger, done once for its key.</summary>
/// <param name="Key">The asker's own, unique in this ledger, for example <c>capture:{paymentId}</c>.</param>
/// <param name="Memo">Why, in words that an auditor understands; no personal data.</param>
/// <param name="Postings">At least two sides that sum to zero.</param>
/// <param name="Corrects">The id of the entry that this one puts right.</param>
public sealed partial record Transfer(string Key, string Memo, IReadOnlyList<Posting> Postings, Guid? Corrects = null)
{
    private const int LongestText = 300;
    private const int MostPostings = 100;

    /// <summary>The commonest entry: an amount leaves one account for another.</summary>
    public static Transfer Between(Account from, Account to, long amountFen, string key, string memo) =>
        new(key, memo, [new(from, -amountFen), new(to, amountFen)]);

    /// <summary>The text whose SHA-256 is the entry's digest; the verifier builds the same from a proof.</summary>
    internal string CanonicalText()
    {
        var text = new StringBuilder($"jingdezhen-ledger-entry-1\n{Key}\n{Memo}\n{Corrects?.ToString() ?? "-"}\n");
        foreach (var posting in Postings) text.Append(null, $"{posting.Account.Code} {posting.AmountFen}\n");
        return text.ToString();
    }

    internal byte[] Digest() => SHA256.HashData(Encoding.UTF8.GetBytes(CanonicalText()));

    /// <exception cref="ArgumentException">The asker's fault, not an answer: it could not be true at any
    /// time.</exception>
    internal void Validate()
    {
        if (Postings.Count is < 2 or > MostPostings || Postings.Any(posting => posting.AmountFen == 0))
        {
            throw new ArgumentException($"The entry {Key} needs 2 to {MostPostings} sides, none of them zero.");
        }

        if (Postings.Aggregate((Int128)0, (sum, posting) => sum + posting.AmountFen) != 0)
        {
            throw new ArgumentException($"The entry {Key} does not sum to zero.");
        }

        // A line break could make two different entries one canonical text.
        if (new[] { Key, Memo }.Any(text => text.Length is 0 or > LongestText || text.Any(char.IsControl))
            || Postings.Any(posting => !CodePattern().IsMatch(posting.Account.Code)))
        {
            throw new ArgumentException($"The entry {Key} has a malformed key, memo or account.");
        }
    }

    [GeneratedRegex("^[a-z0-9-]{1,60}(:[a-z0-9-]{1,60}){0,3}$")]
    private static partial Regex CodePattern();
}

/// <summary>What became of a transfer: the entry's id, or why nothing happened.</summary>
/// <param name="EntryId">The entry, also where it had been posted before; null where it was refused.</param>
/// <param name="Fresh">Whether this call made it.</param>
/// <param name="Refusal">account-floor or ledger-key-reused.</param>
public sealed record Posted(Guid? EntryId, bool Fresh, Refusal? Refusal);

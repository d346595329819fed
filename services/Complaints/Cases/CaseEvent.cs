using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Jingdezhen.Tourism.Complaints.Cases;

/// <summary>
/// One line of a case's history: who did what when. Lines are inserted only and chained by hashes; what people wrote is
/// kept beside and only its hash is chained, so that it can be erased and the chain still holds.
/// </summary>
internal sealed class CaseEvent
{
    /// <summary>Seen by operators and admins alone.</summary>
    public const string Internal = "internal";

    /// <summary>Seen by claimant and merchant too.</summary>
    public const string Parties = "parties";

    /// <summary>Seen by the claimant, not by the merchant.</summary>
    public const string Claimant = "claimant";

    /// <summary>Seen by the merchant, not by the claimant.</summary>
    public const string Merchant = "merchant";

    public required Guid CaseId { get; init; }
    public required int Number { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Actor { get; init; }
    public required string What { get; init; }

    /// <summary>Particulars without personal data.</summary>
    public required string Detail { get; init; }

    public required string Audience { get; init; }
    public required byte[]? TextHash { get; init; }
    public required byte[] Hash { get; init; }

    public static byte[] HashOf(
        byte[] previous, Guid caseId, int number, DateTimeOffset at, string actor, string what, string detail,
        string audience, byte[]? textHash) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"""
            jingdezhen-case-event-1
            {Convert.ToHexStringLower(previous)}
            {caseId} {number} {at.UtcTicks / 10}
            {actor}
            {what}
            {detail.ReplaceLineEndings(" ")}
            {audience}
            {(textHash is null ? "-" : Convert.ToHexStringLower(textHash))}
            """)));

    public static byte[] HashOfText(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    /// <summary>Whether the lines, from the first on, are the ones that were written, in their order and
    /// complete.</summary>
    public static bool IsIntact(IReadOnlyList<CaseEvent> lines, int length, byte[] head)
    {
        if (lines.Count != length) return false;

        byte[] previous = [];
        foreach (var (index, line) in lines.Index())
        {
            var hash = HashOf(
                previous, line.CaseId, index + 1, line.At, line.Actor, line.What, line.Detail, line.Audience,
                    line.TextHash);
            if (line.Number != index + 1 || !hash.AsSpan().SequenceEqual(line.Hash)) return false;

            previous = line.Hash;
        }

        return previous.AsSpan().SequenceEqual(head);
    }
}

/// <summary>What somebody wrote in an event; the part of a history that may be erased.</summary>
internal sealed class CaseText
{
    public required Guid CaseId { get; init; }
    public required int Number { get; init; }
    public required string Text { get; init; }
}

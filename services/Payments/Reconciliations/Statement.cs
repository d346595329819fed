using System.Globalization;
using Jingdezhen.Tourism.Platform.Domain;

namespace Jingdezhen.Tourism.Payments.Reconciliations;

/// <summary>One money movement as the provider states it, or as we do.</summary>
/// <param name="Of">payment or refund.</param>
/// <param name="State">done for what has happened; on our side also the state of what has not.</param>
internal sealed record Movement(
    string Of, string Id, string Reference, long AmountFen, string Currency, string State, DateOnly Day);

/// <summary>
/// Compares a statement with our books: a pure function, so that each kind of difference has its test. The statement is
/// CSV with the header <c>type,id,reference,amount_fen,currency,day</c>, or a provider's own bill.
/// </summary>
internal static class Statement
{
    public const string Header = "type,id,reference,amount_fen,currency,day";
    private const int MostLines = 100_000;
    private const int LongestName = 100;

    public static Decision<List<Movement>> Read(string csv)
    {
        var lines = csv.TrimStart('\uFEFF')
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (lines.Length > MostLines) return Unreadable(MostLines, "there are too many lines");
        if (ProviderBills.Read(lines) is { } bill) return bill;
        if (lines.Length == 0 || lines[0] != Header)
        {
            return Unreadable(1, $"the header must be a bill's of WeChat Pay or Alipay, or {Header}");
        }

        var movements = new List<Movement>(lines.Length);
        for (var number = 1; number < lines.Length; number++)
        {
            var fields = lines[number].Split(',');
            if (fields.Length != 6 || fields[0] is not ("payment" or "refund")
                || !IsName(fields[1])
                || !long.TryParse(fields[3], NumberStyles.None, CultureInfo.InvariantCulture, out var fen)
                || !DateOnly.TryParseExact(
                    fields[5], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            {
                return Unreadable(
                    number + 1, "a line is payment or refund, id, reference, whole fen, currency and day");
            }

            movements.Add(new(fields[0], OurId(fields[1]), fields[2], fen, fields[4], "done", day));
        }

        return movements;
    }

    /// <summary>Providers know our ids without hyphens.</summary>
    public static string OurId(string id) => Guid.TryParse(id, out var ours) ? $"{ours}" : id;

    /// <summary>What a provider may call a movement: it becomes part of a ledger key.</summary>
    public static bool IsName(string name) => name.Length is > 0 and <= LongestName && !name.Any(char.IsControl);

    /// <param name="theirs">The statement of one day.</param>
    /// <param name="ours">Our movements of that day, and whatever else the statement names by our ids.</param>
    /// <param name="day">The business day.</param>
    public static List<Difference> Compare(IReadOnlyList<Movement> theirs, IReadOnlyList<Movement> ours, DateOnly day)
    {
        var differences = new List<Difference>();
        var known = ours.ToDictionary(movement => (movement.Of, movement.Id));
        var stated = theirs.ToLookup(line => (line.Of, line.Id));
        foreach (var lines in stated)
        {
            var line = lines.First();
            if (lines.Count() is > 1 and var times)
            {
                Add("duplicate-line", line, "once", $"{times} times", lines.Skip(1).Sum(again => again.AmountFen));
            }

            if (!known.TryGetValue((line.Of, line.Id), out var own))
            {
                Add($"unknown-{line.Of}", line, "nothing", $"{line.AmountFen} fen", line.AmountFen);
                continue;
            }

            if (own.State != "done")
            {
                Add(line.Of == "payment" ? "not-captured" : "refund-not-settled", line, own.State, "done",
                    line.AmountFen);
                continue;
            }

            if (own.Day != day) Add("wrong-day", line, $"{own.Day:yyyy-MM-dd}", $"{line.Day:yyyy-MM-dd}", 0);
            if (own.AmountFen != line.AmountFen)
            {
                Add(line.Of == "payment" ? "wrong-amount" : "wrong-refund-amount", line, $"{own.AmountFen} fen",
                    $"{line.AmountFen} fen", line.AmountFen - own.AmountFen);
            }

            if (own.Currency != line.Currency) Add("wrong-currency", line, own.Currency, line.Currency, 0);
            if (own.Reference != line.Reference) Add("wrong-reference", line, own.Reference, line.Reference, 0);
        }

        foreach (var own in ours.Where(
            own => own.State == "done" && own.Day == day && !stated.Contains((own.Of, own.Id))))
        {
            Add($"missing-{own.Of}", own, $"{own.AmountFen} fen", "nothing", -own.AmountFen);
        }

        return differences;

        // A payment more there is money more there; a refund more there is money less.
        void Add(string kind, Movement movement, string ourWord, string theirWord, long moreThere)
        {
            var difference = new Difference
            {
                Id = Guid.CreateVersion7(), Kind = kind, Of = movement.Of, SubjectId = movement.Id,
            };
            difference.Restate(ourWord, theirWord, movement.Of == "payment" ? moreThere : -moreThere);
            differences.Add(difference);
        }
    }

    private static Refusal Unreadable(int line, string because) =>
        new("unreadable-statement", $"Line {line}: {because}.");
}

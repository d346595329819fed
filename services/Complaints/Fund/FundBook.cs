using Jingdezhen.Tourism.Platform.Ledger;

namespace Jingdezhen.Tourism.Complaints.Fund;

/// <summary>
/// The ring-fenced fund (专款专用) in double entry. Its own money never goes below zero; contributions and repayments are
/// sources outside, so their balances are negative; claims mirrors what merchants owe, have repaid or will never repay.
/// </summary>
internal static class FundBook
{
    public static readonly Account Fund = new("fund", FloorFen: 0);
    public static readonly Account Contributions = new("contributions");
    public static readonly Account PayingOut = new("paying-out", FloorFen: 0);
    public static readonly Account PaidOutTotal = new("paid-out", FloorFen: 0);
    public static readonly Account Repayments = new("repayments");
    public static readonly Account Claims = new("claims");
    public static readonly Account Recovered = new("recovered", FloorFen: 0);
    public static readonly Account WrittenOff = new("written-off", FloorFen: 0);

    public static Account Receivable(Guid merchant) => new($"receivable:{merchant}", FloorFen: 0);

    public static Account ReceivableOfClaimant(Guid compensation) =>
        new($"receivable-of-claimant:{compensation}", FloorFen: 0);

    public static Transfer Contribute(string key, long amountFen, string memo) =>
        Transfer.Between(Contributions, Fund, amountFen, $"contribution:{key}", memo);

    public static Transfer SetAside(string payoutKey, long amountFen) =>
        Transfer.Between(Fund, PayingOut, amountFen, $"set-aside:{payoutKey}", $"Set aside for {payoutKey}");

    public static Transfer PutBack(string payoutKey, long amountFen) =>
        Transfer.Between(PayingOut, Fund, amountFen, $"put-back:{payoutKey}", $"The payout {payoutKey} failed");

    /// <summary>The claimant has the money; where the merchant is liable it owes the fund from now on.</summary>
    public static Transfer PaidOut(Guid compensation, long amountFen, Guid? owedBy)
    {
        List<Posting> sides = [new(PayingOut, -amountFen), new(PaidOutTotal, amountFen)];
        if (owedBy is { } merchant) sides.AddRange([new(Claims, -amountFen), new(Receivable(merchant), amountFen)]);

        return new($"paid:{compensation}", $"Compensation {compensation} paid", sides);
    }

    public static Transfer Repaid(string source, Guid recourse, Guid merchant, long amountFen) => new(
        $"repaid:{source}", $"Recourse {recourse} repaid",
        [
            new(Receivable(merchant), -amountFen), new(Recovered, amountFen),
            new(Repayments, -amountFen), new(Fund, amountFen),
        ]);

    public static Transfer WriteOff(Guid recourse, Guid merchant, long amountFen, string why) => Transfer.Between(
        Receivable(merchant), WrittenOff, amountFen, $"written-off:{recourse}", $"Recourse {recourse} {why}");

    /// <summary>
    /// The claimant owes the whole to the fund: what the merchant still owed passes over to them, the rest is a new
    /// claim.
    /// </summary>
    public static Transfer ClawedBack(Guid compensation, long amountFen, Guid? merchant, long leftFen)
    {
        List<Posting> sides = [new(ReceivableOfClaimant(compensation), amountFen)];
        if (merchant is { } relieved && leftFen > 0) sides.Add(new(Receivable(relieved), -leftFen));
        if (amountFen > leftFen) sides.Add(new(Claims, leftFen - amountFen));

        return new($"clawed-back:{compensation}", $"Compensation {compensation} clawed back", sides);
    }

    /// <summary>What a merchant had repaid and does not owe is with the merchant again.</summary>
    public static Transfer ReturnedToMerchant(string key, Guid recourse, long amountFen) => new(
        $"returned-to-merchant:{key}", $"Recourse {recourse} given back to the merchant",
        [
            new(PayingOut, -amountFen), new(Repayments, amountFen),
            new(Recovered, -amountFen), new(Claims, amountFen),
        ]);

    public static Transfer Returned(Guid compensation, string reference, long amountFen) => new(
        $"returned:{compensation}", $"Compensation {compensation} returned by transfer {reference}",
        [
            new(ReceivableOfClaimant(compensation), -amountFen), new(Recovered, amountFen),
            new(Repayments, -amountFen), new(Fund, amountFen),
        ]);

    /// <summary>Posts what cannot be refused unless the books are wrong.</summary>
    /// <exception cref="InvalidOperationException">The ledger refused it.</exception>
    public static async Task BookAsync(ComplaintsDb db, Transfer transfer, CancellationToken cancellation)
    {
        if (await PostAsync(db, transfer, cancellation) is { } refusal)
        {
            throw new InvalidOperationException($"{transfer.Key}: {refusal.Reason}");
        }
    }

    /// <summary>Posts one transfer in the caller's transaction.</summary>
    public static async Task<Refusal?> PostAsync(ComplaintsDb db, Transfer transfer, CancellationToken cancellation) =>
        (await Ledger.PostAsync(db, [transfer], cancellation))[0].Refusal;
}

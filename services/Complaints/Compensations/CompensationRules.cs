using Jingdezhen.Tourism.Complaints.Cases;
using Jingdezhen.Tourism.Complaints.Clocks;
using Jingdezhen.Tourism.Complaints.Purchases;

namespace Jingdezhen.Tourism.Complaints.Compensations;

/// <summary>Amounts in fen and limits; section <c>Compensation</c>.</summary>
internal sealed class CompensationOptions
{
    /// <summary>Above this a second person approves.</summary>
    public long SecondPersonAboveFen { get; init; } = 200_000;

    /// <summary>Clear cases up to this are approved by rule …</summary>
    public long RuleApprovesUpToFen { get; init; } = 50_000;

    /// <summary>… as long as a day's sum stays within this.</summary>
    public long RuleApprovesADayFen { get; init; } = 2_000_000;

    /// <summary>No single payout is larger.</summary>
    public long LargestFen { get; init; } = 5_000_000;

    /// <summary>What a case without a booking of ours may come to.</summary>
    public long WithoutBookingFen { get; init; } = 200_000;

    public int ForcedShoppingDays { get; init; } = 30;
}

/// <summary>One rule's answer, shown with the decision.</summary>
public sealed record RuleAnswer(string Rule, bool Passed, string Reason);

/// <summary>What a decision rests on: the records, what people found out, and what was given back already.</summary>
/// <param name="Pattern">What the records alone prove; see <see cref="EvidencePatterns"/>.</param>
/// <param name="Consents">The merchant's standing consent covers that pattern.</param>
/// <param name="CompensatedFen">Paid or promised by the fund for the same purchase, to anyone.</param>
/// <param name="PaidAlready">This claimant has a payout for it.</param>
internal sealed record Grounds(
    Case Case, Purchase? Purchase, string? Pattern, bool Consents, long CompensatedFen, bool PaidAlready);

/// <summary>Who is compensated first, and how much: the rules of facts/complaints as a table that is evaluated
/// whole.</summary>
internal static class CompensationRules
{
    private const long LeastDamagesFen = 50_000;

    public static IReadOnlyList<RuleAnswer> Judge(Grounds grounds, long amountFen, DateTimeOffset now,
        CompensationOptions options)
    {
        var (found, proven, answer) = (grounds.Case.Finding, grounds.Pattern, grounds.Case.MerchantAnswer);
        var byRecord = proven is null ? "" : $" The records show {proven}.";
        return
        [
            new("not-at-fault", found is { TouristAtFault: false } || (found is null && proven is not null),
                found is null && proven is null ? "Nobody has found out yet whose fault it was."
                : found?.TouristAtFault == true ? "The tourist is at fault."
                    : "The tourist is not at fault." + byRecord),
            new("facts-clear", found?.FactsClear ?? proven is not null,
                found?.FactsClear ?? proven is not null ? "The facts are clear." + byRecord
                    : "The facts are not clear yet."),
            new("evidence-suffices", found?.EvidenceSuffices ?? proven is not null,
                found?.EvidenceSuffices ?? proven is not null ? "The evidence suffices." + byRecord
                    : "The evidence does not suffice."),
            new("liability-clear", found?.LiabilityClear ?? proven is not null,
                found?.LiabilityClear ?? proven is not null ? "Liability is clear." + byRecord
                    : "Liability is not clear yet."),
            new("merchant-does-not-pay",
                grounds.Consents || answer is "contest" or "silent" or "offer-refused" or "broken"
                    || found?.MerchantCannotPay == true,
                grounds.Consents ? "The merchant consented on joining to this pattern of evidence."
                : found?.MerchantCannotPay == true ? "The merchant cannot pay."
                : answer == "contest" ? "The merchant refuses."
                : answer == "silent" ? "The merchant did not answer in time."
                : answer == "offer-refused" ? "The merchant offers less than is sought, and the claimant refuses it."
                : answer == "broken" ? "The merchant did not keep its promise in time."
                : "The merchant has not refused, and its clock still runs."),
            InTime(grounds, now, options),
            new("not-paid-yet", !grounds.PaidAlready,
                grounds.PaidAlready ? "The claimant has a payout for this." : "The claimant has no payout for this."),
            new("amount-left", amountFen > 0,
                amountFen > 0 ? $"{amountFen} fen are within what was paid and the law's damages."
                : "What was paid has been given back already."),
        ];
    }

    /// <summary>All refunds and payouts together stay within what was paid and the statutory damages.</summary>
    public static long AmountOf(Grounds grounds, long askedFen, CompensationOptions options, bool capped = true)
    {
        var asked = Math.Min(askedFen, options.LargestFen);
        if (!capped) return asked;

        return Math.Max(0, Math.Min(asked, CapFen(grounds, options) - (grounds.Purchase?.GivenBackFen
            ?? 0) - grounds.CompensatedFen));
    }

    /// <summary>What was paid; with fraud three times the price on top, at least 500 yuan (Consumer Rights Law, art.
    /// 55).</summary>
    public static long CapFen(Grounds grounds, CompensationOptions options)
    {
        if (grounds.Purchase is not { ConfirmedAt: not null } bought) return options.WithoutBookingFen;

        var damages = grounds.Case.Finding is { Fraud: true } ? Math.Max(3 * bought.PaidFen, LeastDamagesFen) : 0;
        return bought.PaidFen + damages;
    }

    private static RuleAnswer InTime(Grounds grounds, DateTimeOffset now, CompensationOptions options)
    {
        if (grounds.Case.Category != "forced-shopping" || grounds.Case.HappenedOn is not { } day)
        {
            return new("in-time", true, "No special time limit.");
        }

        var inTime = WorkingCalendar.DayOf(now) <= day.AddDays(options.ForcedShoppingDays);
        return new("in-time", inTime, inTime ? "Within 30 days after the trip (Tourism Law, art. 35)."
            : "More than 30 days after the trip (Tourism Law, art. 35).");
    }
}

using Jingdezhen.Tourism.Complaints.Clocks;

namespace Jingdezhen.Tourism.Complaints.Cases;

/// <summary>One step's clock: both due times with the rule that each cites.</summary>
public sealed record ClockResponse(
    string Clock, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, DateTimeOffset? FastDueAt, string? FastCites,
    bool FastBreached, DateTimeOffset? LegalDueAt, string? LegalCites, bool LegalBreached)
{
    internal static ClockResponse Of(CaseClock clock)
    {
        var rule = ClockRules.Of(clock.Clock);
        return new(
            clock.Clock, clock.StartedAt, clock.EndedAt, clock.FastDueAt, rule.Fast?.Cites,
                clock.FastBreachedAt is not null,
            clock.LegalDueAt, rule.Legal?.Cites, clock.LegalBreachedAt is not null);
    }
}

/// <summary>A case as its claimant and its merchant see it.</summary>
/// <param name="Number">To be read aloud: day, running number, check digit.</param>
/// <param name="Paused">Why the clocks stand still, where they do.</param>
public sealed record CaseResponse(
    Guid Id, string Number, string State, string? Outcome, string Category, string Facts, string Remedy,
        long ClaimedFen,
    Guid? PurchaseId, string? PurchaseKind, Guid? MerchantId, Guid? JointId, DateTimeOffset FiledAt,
        DateTimeOffset? AcceptedAt,
    DateTimeOffset? DecidedAt, DateTimeOffset? ClosedAt, string? MerchantAnswer, long? OfferFen, string? Paused,
    IReadOnlyList<ClockResponse> Clocks)
{
    internal static CaseResponse Of(Case row) => new(
        row.Id, row.Number, row.State.Kebab(), row.Outcome, row.Category, row.Facts, row.Remedy, row.ClaimedFen,
            row.PurchaseId,
        row.PurchaseKind, row.MerchantId, row.JointId, row.FiledAt, row.AcceptedAt, row.DecidedAt, row.ClosedAt,
        row.MerchantAnswer, row.OfferFen, row.PausedBecause,
        [.. row.Clocks.OrderBy(clock => clock.StartedAt).ThenBy(clock => clock.Clock, StringComparer.Ordinal)
            .Select(ClockResponse.Of)]);
}

/// <summary>What only operators and admins see beside the case.</summary>
/// <param name="Contact">The claimant's name and phone; null once forgotten.</param>
public sealed record StaffCaseResponse(
    CaseResponse Case, string? Contact, IReadOnlyList<string> Flags, Guid? AssigneeId, int Escalation, bool Complex,
    FindingResponse? Finding);

public sealed record FindingResponse(
    bool TouristAtFault, bool FactsClear, bool EvidenceSuffices, bool LiabilityClear, bool Liable, bool Fraud,
    bool MerchantCannotPay);

/// <summary>One line of a queue or of a search.</summary>
public sealed record CaseLineResponse(
    Guid Id, string Number, string State, string Category, string Facts, long ClaimedFen, Guid? MerchantId,
        Guid? AssigneeId,
    DateTimeOffset FiledAt, DateTimeOffset? NextDueAt, bool Breached, int Escalation);

/// <param name="Text">What was written; null where nothing was, or where it was erased.</param>
public sealed record HistoryLineResponse(
    int Number, DateTimeOffset At, string Actor, string What, string Detail, string? Text, string Hash);

/// <param name="Intact">Whether the chain of hashes holds from the first line to the case's own count and head.</param>
public sealed record HistoryResponse(bool Intact, IReadOnlyList<HistoryLineResponse> Lines);

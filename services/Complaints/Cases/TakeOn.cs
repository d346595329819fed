using System.Text.Json;
using Jingdezhen.Tourism.Complaints.Compensations;
using Jingdezhen.Tourism.Complaints.Evidence;
using Jingdezhen.Tourism.Complaints.Purchases;

namespace Jingdezhen.Tourism.Complaints.Cases;

/// <summary>What happens when it is known what a case is about: our records become its evidence, and what they prove
/// is taken on and decided by rule.</summary>
internal sealed class TakeOn(ComplaintsDb db, CaseDesk cases, CompensationDesk compensations)
{
    private const int RepeatedClaims = 3;

    /// <summary>
    /// What our own records prove needs nobody's word: it is taken on by rule, and decided at once where the merchant
    /// consented to that on joining.
    /// </summary>
    public async Task ByRuleAsync(Case filed, Purchase bought, bool slotClosed, CancellationToken cancellation)
    {
        if (filed.Flags.Count > 0 || EvidencePatterns.Of(bought, slotClosed, cases.Now) is not { } pattern) return;

        if (filed.State == CaseState.Submitted) cases.Take(filed, CaseStep.Acknowledge, Actor.Rule, pattern);
        if (filed.State == CaseState.Acknowledged) cases.Take(filed, CaseStep.Accept, Actor.Rule, pattern);
        await compensations.DecideByRuleAsync(filed, cancellation);
    }

    /// <summary>The claimant's other cases of a year; who comes often, or twice for one thing, is left to
    /// people.</summary>
    public async Task AttachPriorAsync(Case filed, CancellationToken cancellation)
    {
        var yearAgo = filed.FiledAt.AddDays(-365);
        var prior = await db.Cases.AsNoTracking()
            .Where(row => row.ClaimantKey == filed.ClaimantKey && row.FiledAt >= yearAgo && row.Id != filed.Id)
            .OrderByDescending(row => row.FiledAt).Take(20)
            .Select(row => new { row.Number, row.Category, row.PurchaseId, State = row.State.ToString() })
            .ToListAsync(cancellation);
        if (prior.Count >= RepeatedClaims) filed.Flag("repeated-claimant", cases.Now);
        if (filed.PurchaseId is not null && prior.Exists(row => row.PurchaseId == filed.PurchaseId))
        {
            filed.Flag("same-purchase", cases.Now);
        }

        Attach(filed, "prior-cases", prior);
    }

    public void AttachPurchase(Case filed, Purchase bought, bool slotClosed)
    {
        Attach(filed, "purchase", new
        {
            bought.Kind, bought.Id, bought.PaidFen, bought.People, bought.StartsAt, bought.EndsAt, bought.Channel,
            bought.ProductKind, bought.VenueId, bought.ConfirmedAt, bought.UsedAt, bought.UsedBy, slotClosed,
        });
        Attach(filed, "policy", new
        {
            bought.CancelledAt, bought.CancelReason, RefundByPolicy = bought.CancelRefund, bought.PromisedFen,
            bought.RefundedFen,
        });
    }

    private void Attach(Case filed, string kind, object content) => db.Add(new EvidenceItem
    {
        Id = Guid.CreateVersion7(), CaseId = filed.Id, Kind = kind, AddedBy = "rule", AddedAt = cases.Now,
        Content = JsonSerializer.Serialize(content, JsonSerializerOptions.Web),
    });
}

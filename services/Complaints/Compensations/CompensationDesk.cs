using Jingdezhen.Tourism.Complaints.Cases;
using Jingdezhen.Tourism.Complaints.Clocks;
using Jingdezhen.Tourism.Complaints.Fund;
using Jingdezhen.Tourism.Complaints.Purchases;
using Jingdezhen.Tourism.Complaints.Recourses;
using Jingdezhen.Tourism.Contracts.Complaints.V1;
using Jingdezhen.Tourism.Contracts.Payments.V1;

namespace Jingdezhen.Tourism.Complaints.Compensations;

/// <summary>
/// The one door to the fund's payouts. Its callers hold the case's row; the purchase's row is taken here, so that two
/// cases
/// about one purchase see each other's money.
/// </summary>
internal sealed class CompensationDesk(
    ComplaintsDb db, CaseDesk cases, RecourseDesk recourses, CompensationOptions options, ComplaintsGuards guards)
{
    public async Task<Grounds> GroundsOfAsync(Case of, CancellationToken cancellation)
    {
        if (of.PurchaseId is { } id && guards.PurchaseLock)
        {
            await db.Database.ExecuteSqlAsync($"SELECT FROM purchases WHERE id = {id} FOR UPDATE", cancellation);
        }

        var (bought, slotClosed) = await CaseDesk.FindPurchaseAsync(db, of.PurchaseId, cancellation);
        var pattern = bought is null ? null : EvidencePatterns.Of(bought, slotClosed, cases.Now);
        var merchant = await db.Merchants.AsNoTracking().SingleOrDefaultAsync(row => row.Id == of.MerchantId,
            cancellation);
        var subject = of.PurchaseId ?? of.Id;
        var paid = await db.Compensations.AsNoTracking()
            .Where(row => row.SubjectId == subject && (row.State == CompensationState.Approved
                || row.State == CompensationState.Paid || row.State == CompensationState.Released))
            .Select(row => new { row.ClaimantKey, row.AmountFen }).ToListAsync(cancellation);
        return new(
            of, bought, pattern, pattern is not null && merchant?.ConsentsTo(pattern) == true,
                paid.Sum(row => row.AmountFen),
            guards.OnePayout && paid.Exists(row => row.ClaimantKey == of.ClaimantKey));
    }

    /// <summary>Decides whether the fund would pay, and how much; every rule's answer is kept.</summary>
    public async Task<Compensation> RequestAsync(Case of, long askedFen, Actor by, CancellationToken cancellation)
    {
        var grounds = await GroundsOfAsync(of, cancellation);
        var amount = CompensationRules.AmountOf(grounds, askedFen, options, guards.Cap);
        var decided = new Compensation
        {
            Id = Guid.CreateVersion7(), CaseId = of.Id, ClaimantKey = of.ClaimantKey, SubjectId = of.PurchaseId
                ?? of.Id,
            MerchantId = of.MerchantId, PayeeId = of.PayeeId, AmountFen = amount,
            Reasons = CompensationRules.Judge(grounds, amount, cases.Now, options), RequestedBy = by.ToString(),
            RequestedAt = cases.Now, Liable = of.MerchantId is not null && of.Finding?.Liable != false,
        };
        decided.Decide();
        db.Add(decided);
        of.Mark(decided.State.Kebab(), by, cases.Now, $"{decided.Id} {amount} fen", CaseEvent.Internal);
        return decided;
    }

    public async Task<Refusal?> ApproveAsync(Case of, Compensation asked, Guid person, CancellationToken cancellation)
    {
        if (await StillRightAsync(of, asked, cancellation) is { } wrong) return wrong;

        var (approved, refusal) = asked.Approve(person, options.SecondPersonAboveFen, guards.SecondPerson, cases.Now);
        if (refusal is not null) return refusal;

        var by = new Actor("operator", person);
        of.Note(by, cases.Now, approved ? "approved" : "approved-first", $"{asked.Id} {asked.AmountFen} fen",
            approved ? CaseEvent.Parties : CaseEvent.Internal, text: null);
        return approved ? await PayAsync(of, asked, by, cancellation) : null;
    }

    /// <summary>
    /// Decides a case that the records alone prove, or whose merchant refused or kept silent; small sums are approved
    /// at
    /// once, within the day's limit. A claimant with a flag is left to people.
    /// </summary>
    public async Task DecideByRuleAsync(Case of, CancellationToken cancellation)
    {
        if (of.ClaimedFen == 0 || !of.IsOpen) return;

        var grounds = await GroundsOfAsync(of, cancellation);
        if (grounds.Pattern is null && of.Finding is null) return;

        var open = await db.Compensations.AnyAsync(
            row => row.CaseId == of.Id && row.State == CompensationState.Eligible, cancellation);
        if (open) return;

        var decided = await RequestAsync(of, of.ClaimedFen, Actor.Rule, cancellation);
        if (decided.State != CompensationState.Eligible || of.Flags.Count > 0
            || decided.AmountFen > options.RuleApprovesUpToFen || !await TakeBudgetAsync(decided.AmountFen,
                cancellation)) return;

        decided.ApproveByRule(cases.Now);
        if (await PayAsync(of, decided, Actor.Rule, cancellation) is not null)
        {
            decided.Fail("fund-short");
            return;
        }

        of.Note(Actor.Rule, cases.Now, "approved", $"{decided.Id} {decided.AmountFen} fen", CaseEvent.Parties,
            text: null);
    }

    /// <summary>The claimant has the money: the merchant owes it from now on, and the case is done.</summary>
    public async Task SettleAsync(string payoutKey, DateTimeOffset settledAt, CancellationToken cancellation)
    {
        if (await LockAsync(payoutKey, cancellation) is not { } both
            || !both.Paid.Settle(settledAt)) return;

        var (of, paid) = both;
        var recourse = paid.Liable ? recourses.Open(paid.Id, of.Id, paid.MerchantId!.Value, paid.AmountFen, settledAt)
            : null;
        await FundBook.PostAsync(db, FundBook.PaidOut(paid.Id, paid.AmountFen, recourse?.MerchantId), cancellation);
        if (recourse is null) paid.Release();
        db.Publish(new CompensationPaid(
            paid.Id, of.Id, paid.MerchantId, of.County, of.Category, paid.AmountFen, paid.ApprovedAt!.Value,
                settledAt));
        of.Mark("paid", Actor.Rule, cases.Now, $"{paid.Id} {paid.AmountFen} fen");
        if (of.State == CaseState.Agreed) cases.Take(of, CaseStep.Close, Actor.Rule);
        FaultPoint.Reach("settled-before-commit");
        await cases.SaveAsync(of, cancellation);
    }

    public async Task FailAsync(string payoutKey, string because, CancellationToken cancellation)
    {
        if (await LockAsync(payoutKey, cancellation) is not { } both
            || !both.Paid.Fail(because)) return;

        await FundBook.PostAsync(db, FundBook.PutBack(payoutKey, both.Paid.AmountFen), cancellation);
        both.Of.Note(Actor.Rule, cases.Now, "payout-failed", because, CaseEvent.Internal, text: null);
        await cases.SaveAsync(both.Of, cancellation);
    }

    // A payout of an earlier round, or of somebody else's, is none of ours.
    private async Task<(Case Of, Compensation Paid)?> LockAsync(string payoutKey, CancellationToken cancellation)
    {
        if (payoutKey.Split(':') is not ["compensation", var named, _]
            || !Guid.TryParse(named, out var id)) return null;

        var caseId = await db.Compensations.Where(row => row.Id == id).Select(row => (Guid?)row.CaseId)
            .SingleOrDefaultAsync(cancellation);
        if (caseId is null || await cases.LockAsync(caseId.Value, cancellation) is not { } of) return null;

        var paid = await db.Compensations.SingleAsync(row => row.Id == id, cancellation);
        return paid.PayoutKey == payoutKey ? (of, paid) : null;
    }

    // Between a decision and its approval a refund may have come, or another case have been paid.
    private async Task<Refusal?> StillRightAsync(Case of, Compensation asked, CancellationToken cancellation)
    {
        var grounds = await GroundsOfAsync(of, cancellation);
        if (grounds.PaidAlready) return new Refusal("already-compensated",
            "The claimant has a payout for this purchase.");

        var left = CompensationRules.AmountOf(grounds, asked.AmountFen, options, guards.Cap);
        return left < asked.AmountFen
            ? new Refusal("above-cap", $"Only {left} fen are left of what was paid and the law's damages.")
            : null;
    }

    // Approval, money set aside and the request to pay are one transaction: there is no moment between them.
    private async Task<Refusal?> PayAsync(Case of, Compensation approved, Actor by, CancellationToken cancellation)
    {
        if (await FundBook.PostAsync(db, FundBook.SetAside(approved.PayoutKey, approved.AmountFen), cancellation)
            is { } refusal)
        {
            return refusal.Code == "account-floor"
                ? new Refusal("fund-short", "The fund has less than this payout.") : refusal;
        }

        db.Publish(new CompensationApproved(
            approved.Id, of.Id, approved.MerchantId, of.County, of.Category, approved.AmountFen, of.FiledAt,
            approved.ApprovedAt!.Value));
        db.Publish(new RequestPayout(
            approved.PayoutKey, "compensation", of.Id, approved.PayeeId, approved.AmountFen, "CNY"));

        // A case that can be settled is; one that was reopened, declined or closed meanwhile stays as it is.
        if (CaseStates.Next(of.State, CaseStep.Agree) is not null)
        {
            cases.Take(of, CaseStep.Agree, by, "compensated first", outcome: "agreed");
        }

        FaultPoint.Reach("approved-before-commit");
        return null;
    }

    private async Task<bool> TakeBudgetAsync(long amountFen, CancellationToken cancellation)
    {
        var day = WorkingCalendar.DayOf(cases.Now);
        if (amountFen > options.RuleApprovesADayFen) return false;

        return await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO rule_budgets (day, spent_fen) VALUES ({day}, {amountFen})
            ON CONFLICT (day) DO UPDATE SET spent_fen = rule_budgets.spent_fen + excluded.spent_fen
            WHERE rule_budgets.spent_fen + excluded.spent_fen <= {options.RuleApprovesADayFen}
            """, cancellation) > 0;
    }
}

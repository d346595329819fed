using System.Linq.Expressions;
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
        if (guards.PurchaseLock)
        {
            if (of.JointId is { } joint)
            {
                await db.Database.ExecuteSqlAsync(
                    $"SELECT FROM joint_cases WHERE id = {joint} FOR UPDATE", cancellation);
            }

            if (of.PurchaseId is { } id)
            {
                await db.Database.ExecuteSqlAsync($"SELECT FROM purchases WHERE id = {id} FOR UPDATE", cancellation);
            }
        }

        var (bought, slotClosed) = await CaseDesk.FindPurchaseAsync(db, of.PurchaseId, cancellation);
        var pattern = bought is null ? null : EvidencePatterns.Of(bought, slotClosed, cases.Now);
        var merchant = await db.Merchants.AsNoTracking().SingleOrDefaultAsync(row => row.Id == of.MerchantId,
            cancellation);
        var subject = SubjectOf(of);
        var paid = await db.Compensations.AsNoTracking().Where(Holding)
            .Where(row => row.SubjectId == subject || (of.JointId != null
                && row.ClaimantKey == of.ClaimantKey
                && db.Cases.Any(each => each.Id == row.CaseId && each.JointId == of.JointId)))
            .Select(row => new { row.ClaimantKey, row.AmountFen, row.SubjectId }).ToListAsync(cancellation);

        // A purchase's money is shared by all who complain of it; without one, each claimant has their own.
        var counting = paid.Where(row => row.SubjectId == subject
            && (of.PurchaseId is not null || row.ClaimantKey == of.ClaimantKey));
        return new(
            of, bought, pattern, pattern is not null && merchant?.ConsentsTo(pattern) == true,
            counting.Sum(row => row.AmountFen),
            guards.OnePayout && paid.Exists(row => row.ClaimantKey == of.ClaimantKey));
    }

    private static Guid SubjectOf(Case of) => of.PurchaseId ?? of.JointId ?? of.Id;

    // As Compensation.HoldsMoney says.
    private static readonly Expression<Func<Compensation, bool>> Holding = row =>
        row.State == CompensationState.Approved || row.State == CompensationState.Paid
        || row.State == CompensationState.Released || row.State == CompensationState.ClawedBack;

    /// <summary>
    /// Runs what changes a purchase's money, and sets what was given back against what the fund has paid for it: more
    /// than the cap is paid twice. Cases before purchases, as everyone locks them.
    /// </summary>
    public async Task GiveBackAsync(Guid purchase, Func<Task> change, CancellationToken cancellation)
    {
        if (guards.PaidTwice)
        {
            await db.Database.ExecuteSqlAsync(
                $"SELECT FROM cases WHERE purchase_id = {purchase} ORDER BY id FOR UPDATE", cancellation);
        }

        await change();
        if (!guards.PaidTwice) return;

        var held = await db.Compensations.AsNoTracking().Where(Holding).Where(row => row.SubjectId == purchase)
            .OrderByDescending(row => row.Id).Select(row => new { row.CaseId, row.AmountFen })
            .ToListAsync(cancellation);
        if (held.Count == 0) return;

        var (bought, _) = await CaseDesk.FindPurchaseAsync(db, purchase, cancellation);
        var paid = held.Sum(row => row.AmountFen);
        var cap = 0L;
        var payouts = new List<(Case Of, long AmountFen)>();
        foreach (var row in held)
        {
            var of = (await cases.LockAsync(row.CaseId, cancellation))!;
            cap = Math.Max(cap, CompensationRules.CapFen(new(of, bought, null, false, paid, true), options));
            payouts.Add((of, row.AmountFen));
        }

        // The youngest payout first: it would have been smaller.
        var excess = paid + bought!.GivenBackFen - cap;
        foreach (var (of, amount) in payouts)
        {
            var part = Math.Clamp(excess, 0, amount);
            excess -= part;
            of.Overpay(part, cases.Now);
            await cases.SaveAsync(of, cancellation);
        }
    }

    /// <summary>Decides whether the fund would pay, and how much; every rule's answer is kept.</summary>
    public async Task<Compensation> RequestAsync(Case of, long askedFen, Actor by, CancellationToken cancellation)
    {
        var grounds = await GroundsOfAsync(of, cancellation);
        var amount = CompensationRules.AmountOf(grounds, askedFen, options, guards.Cap);
        var decided = new Compensation
        {
            Id = Guid.CreateVersion7(), CaseId = of.Id, ClaimantKey = of.ClaimantKey, SubjectId = SubjectOf(of),
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
        if (guards.OwnFiling && of.FiledBy == person)
        {
            return new Refusal("own-filing", "You filed this case for its claimant: others approve its money.");
        }

        if (await StillRightAsync(of, asked, cancellation) is { } wrong) return wrong;

        // A payout that rests on one person's word, or on nothing of ours, is never one person's.
        var needsSecond = asked.AmountFen > options.SecondPersonAboveFen
            || (guards.OwnFiling
                && (of.FoundBy == person || of.AttachedBy == person || of.PurchaseId is null));
        var (approved, refusal) = asked.Approve(person, needsSecond, guards.SecondPerson, cases.Now);
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

    /// <summary>Two people claw back what was paid: the claimant owes it, and the merchant nothing any more.</summary>
    public async Task<Refusal?> ClawBackAsync(
        Case of, Compensation paid, Actor by, string because, CancellationToken cancellation)
    {
        var (done, refusal) = paid.ClawBack(by.Id!.Value, guards.SecondPerson);
        if (refusal is not null) return refusal;

        of.Note(by, cases.Now, done ? "clawed-back" : "claw-back-proposed", $"{paid.Id}", CaseEvent.Internal, because);
        if (!done) return null;

        var owed = await db.Recourses.Where(row => row.CompensationId == paid.Id).Select(row => (Guid?)row.Id)
            .SingleOrDefaultAsync(cancellation);
        var open = owed is { } id ? await recourses.LockAsync(id, cancellation) : null;
        var left = open?.LeftFen ?? 0;
        if (await FundBook.PostAsync(
            db, FundBook.ClawedBack(paid.Id, paid.AmountFen, open?.MerchantId, left), cancellation) is { } unposted)
        {
            return unposted;
        }

        if (open is not null) await recourses.PassOnAsync(open, cancellation);
        return null;
    }

    /// <summary>Two people have seen the claimant's money come back.</summary>
    public async Task<Refusal?> ReturnAsync(
        Case of, Compensation paid, Actor by, string reference, long amountFen, CancellationToken cancellation)
    {
        var (done, refusal) = paid.Return(reference, amountFen, by.Id!.Value, guards.SecondPerson);
        if (refusal is not null) return refusal;

        of.Note(by, cases.Now, done ? "returned" : "return-proposed", $"{paid.Id} {reference}", CaseEvent.Internal,
            text: null);
        if (!done) return null;

        of.Straighten();
        return await FundBook.PostAsync(db, FundBook.Returned(paid.Id, reference, paid.AmountFen), cancellation);
    }

    /// <summary>The claimant has the money: the merchant owes it from now on, and the case is done.</summary>
    public async Task SettleAsync(string payoutKey, DateTimeOffset settledAt, CancellationToken cancellation)
    {
        if (await LockAsync(payoutKey, cancellation) is not { } both
            || !both.Paid.Settle(settledAt)) return;

        var (of, paid) = both;
        var recourse = paid.Liable ? recourses.Open(paid.Id, of.Id, paid.MerchantId!.Value, paid.AmountFen, settledAt)
            : null;
        await FundBook.BookAsync(db, FundBook.PaidOut(paid.Id, paid.AmountFen, recourse?.MerchantId), cancellation);
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

        both.Of.Straighten();
        await FundBook.BookAsync(db, FundBook.PutBack(payoutKey, both.Paid.AmountFen), cancellation);
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
        return paid.PayoutKey == payoutKey || !guards.PayoutKey ? (of, paid) : null;
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
        if (!guards.DayBudget) return true;

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

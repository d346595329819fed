using System.Linq.Expressions;
using Jingdezhen.Tourism.Complaints.Clocks;
using Jingdezhen.Tourism.Complaints.Purchases;
using Jingdezhen.Tourism.Complaints.Surveys;
using Jingdezhen.Tourism.Contracts.Complaints.V1;
using Jingdezhen.Tourism.Contracts.Notifications.V1;

namespace Jingdezhen.Tourism.Complaints.Cases;

/// <summary>The one door to a case: it is changed under its row's lock, and what changed is told to who must
/// know.</summary>
internal sealed class CaseDesk(ComplaintsDb db, TimeProvider clock, ComplaintsGuards guards)
{
    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Waits for the case's row in the caller's transaction; null where no case fits.</summary>
    public async Task<Case?> LockAsync(Guid id, CancellationToken cancellation, Expression<Func<Case,
        bool>>? owned = null)
    {
        var rows = guards.CaseLock
            ? db.Cases.FromSql($"SELECT * FROM cases WHERE id = {id} FOR UPDATE")
            : db.Cases.FromSql($"SELECT * FROM cases WHERE id = {id}");
        var found = await (owned is null ? rows : rows.Where(owned)).SingleOrDefaultAsync(cancellation);
        if (found is not null) await db.Entry(found).Collection(row => row.Clocks).LoadAsync(cancellation);

        return found;
    }

    /// <summary>Takes a step and publishes what it means.</summary>
    public Refusal? Take(
        Case changed, CaseStep step, Actor by, string detail = "", string? text = null, string? outcome = null)
    {
        if (changed.Take(step, by, Now, detail, text, outcome) is { } refusal) return refusal;

        if (step == CaseStep.Accept)
        {
            db.Publish(new CaseAccepted(
                changed.Id, changed.MerchantId, changed.County, changed.Category, changed.FiledAt));
        }

        if (step == CaseStep.AskMerchant && changed.MerchantId is { } asked)
        {
            var answer = changed.Clocks.Single(clock => clock is { Clock: "merchant-answer", Runs: true });
            db.Publish(new MerchantAsked(changed.Id, asked, answer.FastDueAt!.Value));
        }

        if (changed.ClosedAt is not null
            && step is CaseStep.Close or CaseStep.Decline or CaseStep.Transfer or CaseStep.Withdraw)
        {
            db.Publish(new CaseClosed(
                changed.Id, changed.MerchantId, changed.ProductId, changed.VenueId, changed.County, changed.Category,
                changed.Outcome!, changed.FiledAt, changed.AcceptedAt, changed.DecidedAt, changed.ClocksMet,
                changed.ClocksBreached, changed.Closings, changed.Channel));
            if (step == CaseStep.Close) SurveyBook.Open(db, changed, Now);
        }

        return null;
    }

    /// <summary>Both sides agree on what the merchant will do: a clock watches that it is done.</summary>
    /// <param name="on">The last day for it; null for the rule's time.</param>
    public Refusal? AgreeOnPromise(
        Case changed, Actor by, string detail, long? promisedFen, DateOnly? on, string? text = null)
    {
        DateTimeOffset? dueAt = on is { } day ? WorkingCalendar.EndOf(day) : null;
        if (Take(changed, CaseStep.Agree, by, detail, text) is { } refusal) return refusal;
        if (changed.Promise(promisedFen, dueAt, by, Now) is { } unfit) return unfit;

        if (changed.MerchantId is { } merchant)
        {
            var promise = changed.Clocks.Single(clock => clock is { Clock: "promise", Runs: true });
            db.Publish(new MerchantPromised(changed.Id, merchant, promisedFen, promise.FastDueAt!.Value));
        }

        return null;
    }

    /// <summary>Writes the case and its history; the account is told of what it may see.</summary>
    public async Task SaveAsync(Case changed, CancellationToken cancellation)
    {
        db.AddRange(changed.News);
        db.AddRange(changed.NewTexts);
        foreach (var alarm in changed.NewAlarms)
        {
            db.Publish<object>(alarm.Breached
                ? new ClockBreached(changed.Id, alarm.Clock, alarm.Kind, alarm.DueAt, alarm.Cites, changed.Escalation,
                    changed.AssigneeId)
                : new ClockDueSoon(changed.Id, alarm.Clock, alarm.Kind, alarm.DueAt, alarm.Cites, changed.AssigneeId));
        }

        if (changed.ClaimantAccountId is { } account)
        {
            foreach (var line in changed.News)
            {
                if (CaseTemplates.Step(line.What) is not { } step) continue;

                db.Publish(new NotifyAccount(
                    $"case:{changed.Id}:{line.Number}", account, "case-step", new Dictionary<string, string>
                    {
                        ["reference"] = changed.Number, ["what.zh"] = step.Zh, ["what.en"] = step.En,
                        ["link"] = $"/cases/{changed.Number}",
                    }));
            }
        }

        await db.SaveChangesAsync(cancellation);
        changed.Saved();
    }

    public static async Task<(Purchase? Purchase, bool SlotClosed)> FindPurchaseAsync(
        ComplaintsDb db, Guid? id, CancellationToken cancellation)
    {
        if (id is null) return (null, false);

        var found = await db.Purchases.AsNoTracking().Where(row => row.Id == id)
            .Select(row => new { Row = row, Closed = db.Slots.Any(slot => slot.Id == row.SlotId && slot.Closed) })
            .SingleOrDefaultAsync(cancellation);
        return (found?.Row, found?.Closed ?? false);
    }
}

using Jingdezhen.Tourism.Complaints.Evidence;
using Jingdezhen.Tourism.Contracts.Identity.V1;
using MassTransit;

namespace Jingdezhen.Tourism.Complaints.Cases;

/// <summary>A person asked to be forgotten: what names them and what was written goes, the chain of the history
/// stays.</summary>
internal sealed class ForgetClaimantConsumer(ComplaintsDb db, CaseDesk cases, IEvidenceStore store)
    : IConsumer<AccountDeleted>
{
    public async Task Consume(ConsumeContext<AccountDeleted> context)
    {
        var account = context.Message.AccountId;
        var ids = await db.Cases.Where(row => row.ClaimantAccountId == account).OrderBy(row => row.Id)
            .Select(row => row.Id)
            .ToListAsync(context.CancellationToken);
        foreach (var id in ids)
        {
            var found = (await cases.LockAsync(id, context.CancellationToken))!;
            found.Forget();
            found.Note(Actor.Rule, cases.Now, "forgotten", "", CaseEvent.Internal, text: null);
            await cases.SaveAsync(found, context.CancellationToken);
            await db.CaseTexts.Where(text => text.CaseId == id).ExecuteDeleteAsync(context.CancellationToken);
            await ForgetFilesAsync(id, context.CancellationToken);
        }

        await db.Surveys.Where(survey => survey.AccountId == account).ExecuteUpdateAsync(
            set => set.SetProperty(survey => survey.AccountId, (Guid?)null).SetProperty(survey => survey.Comment,
                (string?)null),
            context.CancellationToken);
        await db.Purchases.Where(bought => bought.AccountId == account).ExecuteUpdateAsync(
            set => set.SetProperty(bought => bought.AccountId, (Guid?)null).SetProperty(bought => bought.GuestKey,
                (string?)null),
            context.CancellationToken);
    }
    // Files and their names go; that there were some, and their hashes, stay in the chain.
    private async Task ForgetFilesAsync(Guid caseId, CancellationToken cancellation)
    {
        var files = db.EvidenceItems.Where(item => item.CaseId == caseId && item.Kind == EvidenceItem.File);
        foreach (var file in await files.Select(item => item.Id).ToListAsync(cancellation))
        {
            await store.RemoveAsync(file, cancellation);
        }

        await files.ExecuteUpdateAsync(set => set.SetProperty(item => item.Content, ""), cancellation);
    }
}

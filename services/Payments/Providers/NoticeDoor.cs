using Jingdezhen.Tourism.Payments.Settlement;
using Jingdezhen.Tourism.Platform.Domain;

namespace Jingdezhen.Tourism.Payments.Providers;

/// <summary>Where notices from outside come in, once their signature is known to be the provider's.</summary>
internal sealed class NoticeDoor(GroupCommit<ProviderNotice, Refusal?> settle)
{
    /// <summary>Below the providers' own five seconds: an answer that comes too late is repeated anyway.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(4);

    public async Task<Refusal?> TakeAsync(ProviderNotice notice, CancellationToken cancellation) =>
        await settle.AddAsync(notice, cancellation).WaitAsync(AnswerWithin, cancellation);

}

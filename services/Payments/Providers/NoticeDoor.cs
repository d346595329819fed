using Jingdezhen.Tourism.Payments.Settlement;
using Jingdezhen.Tourism.Platform.Domain;

namespace Jingdezhen.Tourism.Payments.Providers;

/// <summary>Where notices from outside come in, once their signature is known to be the provider's.</summary>
internal sealed class NoticeDoor(GroupCommit<ProviderNotice, Refusal?> settle)
{
    /// <summary>Below the providers' own five seconds: an answer that comes too late is repeated anyway.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(4);

    public static Refusal NotInTime { get; } = new("notice-not-settled", "It is not settled yet: send it again.");

    public async Task<Refusal?> TakeAsync(ProviderNotice notice, CancellationToken cancellation)
    {
        try
        {
            return await settle.AddAsync(notice, cancellation).WaitAsync(AnswerWithin, cancellation);
        }
        catch (TimeoutException)
        {
            // It may still be settled; the next copy will find that out.
            return NotInTime;
        }
    }
}

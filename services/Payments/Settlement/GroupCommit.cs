using System.Diagnostics;
using System.Threading.Channels;

namespace Jingdezhen.Tourism.Payments.Settlement;

/// <summary>
/// Takes what arrives while a commit is in flight, and for as long again as the last one took, into the next one: a
/// hot row costs one flush for all of them, and on a machine that is busy fewer and larger commits get more done. One
/// loop a process; its answers come in the order of the items.
/// </summary>
internal sealed class GroupCommit<TItem, TAnswer>(
    Func<IReadOnlyList<TItem>, CancellationToken, Task<IReadOnlyList<TAnswer>>> commit) : BackgroundService
{
    private const int LargestGroup = 200;
    private const int LongestQueue = 5000;
    private static readonly TimeSpan LongestGather = TimeSpan.FromMilliseconds(50);

    private readonly Channel<(TItem Item, TaskCompletionSource<TAnswer> Answer)> _waiting =
        Channel.CreateBounded<(TItem, TaskCompletionSource<TAnswer>)>(LongestQueue);

    public async Task<TAnswer> AddAsync(TItem item, CancellationToken cancellation)
    {
        var answer = new TaskCompletionSource<TAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _waiting.Writer.WriteAsync((item, answer), cancellation);
        return await answer.Task.WaitAsync(cancellation);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var group = new List<(TItem Item, TaskCompletionSource<TAnswer> Answer)>();
        var took = TimeSpan.Zero;
        while (await _waiting.Reader.WaitToReadAsync(stoppingToken))
        {
            if (_waiting.Reader.Count < LargestGroup)
            {
                await Task.Delay(took < LongestGather ? took : LongestGather, stoppingToken);
            }

            var begun = Stopwatch.GetTimestamp();
            group.Clear();
            while (group.Count < LargestGroup && _waiting.Reader.TryRead(out var next)) group.Add(next);
            if (!await TryCommitAsync(group, stoppingToken) && group.Count > 1)
            {
                // One bad item must not take the others with it.
                foreach (var one in group) await TryCommitAsync([one], stoppingToken);
            }

            took = Stopwatch.GetElapsedTime(begun);
        }
    }

    private async Task<bool> TryCommitAsync(
        List<(TItem Item, TaskCompletionSource<TAnswer> Answer)> group, CancellationToken stopping)
    {
        try
        {
            var answers = await commit(group.ConvertAll(one => one.Item), stopping);
            for (var index = 0; index < group.Count; index++) group[index].Answer.TrySetResult(answers[index]);
            return true;
        }
        catch (Exception fault) when (!stopping.IsCancellationRequested)
        {
            // The fault belongs to whoever waits for the answer.
            if (group.Count == 1) group[0].Answer.TrySetException(fault);
            return false;
        }
    }
}

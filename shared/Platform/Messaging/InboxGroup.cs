using System.Diagnostics;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Jingdezhen.Tourism.Platform.Messaging;

/// <summary>
/// Hands its messages to an <see cref="InboxGroup{TItem}"/>, which marks them; the inbox filter leaves it alone.
/// </summary>
public interface IGroupedConsumer : IConsumer;

/// <summary>What a message said, as the group hands it on.</summary>
/// <param name="Trace">The activity in which it came; what follows from it belongs there.</param>
public sealed record Letter<TItem>(TItem Item, Activity? Trace);

/// <summary>
/// An inbox that messages share: those that arrive while a transaction is in flight, or within a short while, are
/// marked, handled and committed together by the next one. A transaction costs its round trips and its flush whatever
/// is in it, so the cost of a message falls with the load. Each message is answered for itself: where one spoils the
/// work of all, each goes alone and only the guilty one fails.
/// </summary>
/// <remarks>
/// Whoever comes first runs the loop for the others. A hosted loop would end before the bus does, and what is delivered
/// meanwhile would fail; this one ends when nothing waits. The number of those who wait is bounded by the prefetch.
/// </remarks>
public sealed class InboxGroup<TItem>
{
    private const int LargestGroup = 100;

    // One works while the other waits for its flush; where they touch the same rows they meet in the locks.
    private const int MostAtWork = 2;
    private static readonly TimeSpan ShortestGather = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestGather = TimeSpan.FromMilliseconds(100);

    private readonly IServiceScopeFactory _scopes;
    private readonly TimeProvider _clock;
    private readonly InboxSwitch _inbox;
    private readonly TimeSpan _shortest;
    private readonly Func<IServiceProvider, IReadOnlyList<Letter<TItem>>, CancellationToken, Task> _handle;
    private readonly Lock _gate = new();
    private readonly List<Waiting> _waiting = [];
    private bool _gathers;
    private int _busy;
    private TimeSpan _took;

    internal InboxGroup(
        IServiceScopeFactory scopes, TimeProvider clock, InboxSwitch inbox, TimeSpan? gather,
        Func<IServiceProvider, IReadOnlyList<Letter<TItem>>, CancellationToken, Task> handle) =>
        (_scopes, _clock, _inbox, _shortest, _handle) = (scopes, clock, inbox, gather ?? ShortestGather, handle);

    private sealed record Waiting(Guid MessageId, string Consumer, Letter<TItem> Letter)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Returns once the message's transaction is committed; throws what it made of the work.</summary>
    public Task HandleAsync(ConsumeContext context, TItem item)
    {
        var waiting = new Waiting(
            context.MessageId ?? throw new InvalidOperationException("A message without MessageId."),
            context.ReceiveContext.InputAddress.Segments[^1], new(item, Activity.Current));
        lock (_gate)
        {
            _waiting.Add(waiting);
            if (_gathers || _busy == MostAtWork) return waiting.Done.Task;
            _gathers = true;
        }

        // Of its own context: the work of many is not the first one's.
        using (ExecutionContext.SuppressFlow()) _ = Task.Run(RunAsync);
        return waiting.Done.Task;
    }

    private async Task RunAsync()
    {
        while (true)
        {
            await Task.Delay(Gather());
            List<Waiting> group;
            lock (_gate)
            {
                group = _waiting.GetRange(0, Math.Min(LargestGroup, _waiting.Count));
                _waiting.RemoveRange(0, group.Count);
                (_gathers, _busy) = (false, _busy + 1);
            }

            var begun = Stopwatch.GetTimestamp();
            await SettleAsync(group);
            lock (_gate)
            {
                _took = Stopwatch.GetElapsedTime(begun);
                _busy--;
                if (_gathers || _waiting.Count == 0) return;
                _gathers = true;
            }
        }
    }

    // As long as the last transaction took: on a machine that is busy fewer and larger ones get more done. A full group
    // waits for nobody.
    private TimeSpan Gather()
    {
        lock (_gate)
        {
            if (_waiting.Count >= LargestGroup) return TimeSpan.Zero;
            return _took <= _shortest ? _shortest : _took < LongestGather ? _took : LongestGather;
        }
    }

    private async Task SettleAsync(List<Waiting> group)
    {
        try
        {
            await CommitAsync(group);
            foreach (var waiting in group) waiting.Done.SetResult();
        }
        catch (Exception fault) when (group.Count > 1 && !Hosting.Bus.IsTransient(fault))
        {
            foreach (var waiting in group) await SettleAsync([waiting]);
        }
        catch (Exception fault)
        {
            foreach (var waiting in group) waiting.Done.SetException(fault);
        }
    }

    private async Task CommitAsync(List<Waiting> group)
    {
        await using var scope = _scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<DbContext>();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var fresh = new HashSet<(Guid, string)>();
        foreach (var queue in group.GroupBy(waiting => waiting.Consumer).OrderBy(of => of.Key, StringComparer.Ordinal))
        {
            var marked = await Inbox.MarkAsync(
                db, [.. queue.Select(waiting => waiting.MessageId)], queue.Key, _clock.GetUtcNow(),
                CancellationToken.None);
            fresh.UnionWith(marked.Select(id => (id, queue.Key)));
        }

        // Removing finds the copies within the group.
        var letters = group
            .Where(waiting => fresh.Remove((waiting.MessageId, waiting.Consumer)) || !_inbox.IsOn)
            .Select(waiting => waiting.Letter).ToList();
        if (letters.Count > 0) await _handle(scope.ServiceProvider, letters, CancellationToken.None);
        await transaction.CommitAsync();
    }
}

public static class InboxGroups
{
    /// <summary>Registers the group that consumers of <typeparamref name="TItem"/> share.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="handle">What many messages do in one transaction; saves, and leaves the commit to the
    /// group.</param>
    /// <param name="gather">How long the first message may wait for others; a few milliseconds unless told. Where
    /// nobody waits for the outcome, longer costs less.</param>
    public static IServiceCollection AddInboxGroup<TItem>(
        this IServiceCollection services,
        Func<IServiceProvider, IReadOnlyList<Letter<TItem>>, CancellationToken, Task> handle,
        TimeSpan? gather = null) =>
        services.AddSingleton(provider => new InboxGroup<TItem>(
            provider.GetRequiredService<IServiceScopeFactory>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<InboxSwitch>(), gather, handle));
}

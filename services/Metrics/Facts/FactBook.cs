using Jingdezhen.Tourism.Metrics.Rollups;
using Jingdezhen.Tourism.Metrics.Storage;
using Jingdezhen.Tourism.Platform.Messaging;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Metrics.Facts;

/// <summary>Where a fact comes from: its message, its own time, and whether a generator made it up.</summary>
internal sealed record Origin(Guid MessageId, DateTimeOffset OccurredAt, bool Simulated);

/// <summary>
/// The one door through which facts enter: marks, facts and rollups of a whole batch in one transaction. The cells
/// change by what the touched subjects counted for before, taken back, and what they count for now, so neither
/// repetition nor order can matter.
/// </summary>
internal sealed class FactBook(MetricsDb db, TimeProvider clock)
{
    public const string SimulatedHeader = "simulated";

    public async Task RecordAsync<TMessage, TFact>(
        ConsumeContext<Batch<TMessage>> batch, Func<TMessage, Origin, TFact> read)
        where TMessage : class where TFact : class, IFact
    {
        var facts = batch.Message.Select(message => read(message.Message, OriginOf(message)))
            .DistinctBy(fact => fact.MessageId).ToList();
        var consumer = batch.ReceiveContext.InputAddress.Segments[^1];
        var cancellation = batch.CancellationToken;
        await FactTable.EnsureMonthsAsync<TFact>(db, facts.Select(fact => fact.OccurredAt), cancellation);

        await using var turn = await WriterTurn.TakeAsync(db, cancellation);
        var unmarked = await Inbox.MarkAsync(
            db, [.. facts.Select(fact => fact.MessageId)], consumer, clock.GetUtcNow(), cancellation);
        await AddAsync([.. facts.Where(fact => unmarked.Contains(fact.MessageId))], cancellation);
        await turn.CommitAsync(cancellation);
    }

    /// <summary>Writes facts and brings the cells up to them, within the writer's turn.</summary>
    /// <returns>How many of the facts were new.</returns>
    public async Task<int> AddAsync<TFact>(List<TFact> facts, CancellationToken cancellation) where TFact : class, IFact
    {
        var known = await KnownAsync(facts, cancellation);
        var added = await FactTable.InsertAsync(db, facts, cancellation);

        var tally = new Tally { Sign = -1 };
        foreach (var subject in known.GroupBy(fact => fact.SubjectId)) Counting.Count(tally, [.. subject]);
        tally.Sign = 1;
        foreach (var subject in known.Concat(added).GroupBy(fact => fact.SubjectId))
        {
            Counting.Count(tally, [.. subject]);
        }

        await Rollup.ApplyAsync(db, tally, cancellation);
        return added.Count;
    }

    /// <summary>Writes rows of a file, each its subject's only fact, and counts the new ones into the file's
    /// tally.</summary>
    /// <param name="facts">The rows; no two of a file have one key.</param>
    /// <param name="tally">Where the file's facts are counted.</param>
    /// <param name="isFirst">Whether no file of the kind was loaded before, so that none of the keys can be
    /// known.</param>
    /// <param name="cancellation">Stops the load.</param>
    public async Task<int> AddImportedAsync<TFact>(
        List<TFact> facts, Tally tally, bool isFirst, CancellationToken cancellation) where TFact : class, IFact
    {
        if (!isFirst) facts = await UnknownAsync(facts, cancellation);
        await FactTable.CopyAsync(db, facts, cancellation);
        foreach (var fact in facts) Counting.Count(tally, [fact]);
        return facts.Count;
    }

    /// <summary>Those of the facts whose ids are new, on whatever day: a row that came back with another day is still
    /// it.</summary>
    public async Task<List<TFact>> UnknownAsync<TFact>(List<TFact> facts, CancellationToken cancellation)
        where TFact : class, IFact
    {
        var ids = facts.Select(fact => fact.MessageId).ToArray();
        var known = await db.Set<TFact>().Where(fact => ids.Contains(fact.MessageId))
            .Select(fact => fact.MessageId).ToHashSetAsync(cancellation);
        return [.. facts.Where(fact => !known.Contains(fact.MessageId))];
    }

    /// <summary>What is known of the subjects of those facts that do not count alone.</summary>
    private async Task<List<TFact>> KnownAsync<TFact>(List<TFact> facts, CancellationToken cancellation)
        where TFact : class, IFact
    {
        var subjects = facts.Where(fact => !Counting.CountsAlone(fact)).Select(fact => fact.SubjectId).Distinct()
            .ToArray();
        return subjects.Length == 0 ? [] : await db.Set<TFact>().AsNoTracking()
            .Where(fact => subjects.Contains(fact.SubjectId)).ToListAsync(cancellation);
    }

    internal static Origin OriginOf<TMessage>(ConsumeContext<TMessage> message) where TMessage : class => new(
        message.MessageId ?? throw new InvalidOperationException("A message without MessageId."),
        Whole(message.WhenOccurred()), message.Headers.Get<bool>(SimulatedHeader) ?? false);

    // PostgreSQL keeps microseconds: what is counted from memory now must be what is counted from the table later.
    internal static DateTimeOffset Whole(DateTimeOffset moment) =>
        new(moment.UtcTicks - (moment.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
}

using Jingdezhen.Tourism.Metrics.Facts;

namespace Jingdezhen.Tourism.Metrics.Rollups;

/// <summary>What one stay counts for, decided by all of its facts together; null while it is neither sold nor
/// over.</summary>
/// <param name="Confirmed">The confirmation, also of what was refunded in full.</param>
internal sealed record Lodging(
    StayFact? Confirmed, StayFact? Sold, long RevenueFen, DateOnly Arrival, int Nights, StayFact? Over)
{
    public static Lodging? Of(IReadOnlyList<StayFact> facts)
    {
        var confirmed = First(StayFact.Confirmed);
        var over = First(StayFact.CheckedOut);
        var cancelled = facts.Where(fact => fact is { Event: StayFact.Cancelled, WasConfirmed: true })
            .MinBy(fact => (fact.OccurredAt, fact.MessageId));
        if ((over ?? confirmed) is not { } known) return null;

        // A move tells the whole new state of the stay.
        var latest = facts.Where(fact => fact is { Event: StayFact.Changed, WasConfirmed: true })
            .MaxBy(fact => (fact.OccurredAt, fact.MessageId)) ?? confirmed;

        var sold = cancelled?.Refund == "FULL" ? null : confirmed;

        // Whoever checked out has slept there; a cancelled stay gives its nights back, whatever was refunded.
        var nights = over?.Nights ?? (cancelled is null ? latest!.Nights : 0);
        var revenue = sold is null ? 0 : latest!.PriceFen - (cancelled?.RefundFen ?? 0);
        return new(confirmed, sold, revenue, (over ?? latest ?? known).Arrival!.Value, nights, over);

        StayFact? First(string kind) =>
            facts.Where(fact => fact.Event == kind).MinBy(fact => (fact.OccurredAt, fact.MessageId));
    }
}

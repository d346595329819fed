using Jingdezhen.Tourism.Metrics.Facts;

namespace Jingdezhen.Tourism.Metrics.Rollups;

/// <summary>
/// What one booking counts for, decided by all of its facts together, in whatever order they came. Source of the rules:
/// "How the figures count" (README). Null while it is not confirmed: holds and expired holds never count.
/// </summary>
internal sealed record Sale(
    BookingFact Confirmed, int Bookings, int Visitors, long RevenueFen, DateTimeOffset? StartsAt,
    bool Cancelled)
{
    public static Sale? Of(IReadOnlyList<BookingFact> facts)
    {
        // Most bookings are one fact, and an imported one always is.
        if (facts is [{ Event: BookingFact.Confirmed or BookingFact.Counted } only])
        {
            return new(only, only.Bookings, only.Visitors, only.PriceFen, only.StartsAt, Cancelled: false);
        }

        var confirmed = facts.Where(fact => fact.Event is BookingFact.Confirmed or BookingFact.Counted)
            .MinBy(fact => (fact.OccurredAt, fact.MessageId));
        if (confirmed is null) return null;

        // A change tells the whole new state, so only what was cancelled after it still has to be taken off.
        var latest = facts.Where(fact => fact is { Event: BookingFact.Changed, WasConfirmed: true })
            .MaxBy(fact => (fact.OccurredAt, fact.MessageId)) ?? confirmed;
        var unitsCancelled = facts
            .Where(fact => fact.Event == BookingFact.UnitsCancelled && fact.OccurredAt > latest.OccurredAt).ToList();
        var givenBack = unitsCancelled.Where(fact => fact.Refund == "FULL").ToList();
        var cancelled = facts.Where(fact => fact is { Event: BookingFact.Cancelled, WasConfirmed: true })
            .MinBy(fact => (fact.OccurredAt, fact.MessageId));

        var visitors = latest.Visitors - givenBack.Sum(fact => fact.Visitors);

        // Refunded in full it is taken out of the period in which it was confirmed, as if it had never been.
        if (cancelled?.Refund == "FULL" || (givenBack.Count > 0 && visitors <= 0))
        {
            return new(confirmed, 0, 0, 0, latest.StartsAt, Cancelled: true);
        }

        var refunded = unitsCancelled.Sum(fact => fact.RefundFen) + (cancelled?.RefundFen ?? 0);
        return new(
            confirmed, confirmed.Bookings, visitors, latest.PriceFen - refunded, latest.StartsAt,
            cancelled is not null);
    }
}

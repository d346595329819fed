using System.Diagnostics.Metrics;

namespace Jingdezhen.Tourism.Platform.Messaging;

/// <summary>
/// What the message tables of a service hold, as it was last measured; reading a gauge asks no database.
/// </summary>
internal sealed record MessageCounts(long Backlog, double OldestAgeSeconds, long Parked, long Failed);

/// <summary>
/// Gauges of the outbox's backlog (its size and the age of its oldest row), of parked rows and of failed messages. Sent
/// rows are deleted, so a backlog that grows is the alarm; a parked row waits for a person.
/// </summary>
internal sealed class MessagingMeter : IDisposable
{
    private readonly Meter _meter;
    private readonly Counter<long> _relayed;
    private MessageCounts _last = new(0, 0, 0, 0);

    public MessagingMeter(IMeterFactory meters)
    {
        _meter = meters.Create("Jingdezhen.Tourism.Messaging");
        _relayed = _meter.CreateCounter<long>("jingdezhen.outbox.relayed", "{message}", "Rows moved to the broker.");
        _meter.CreateObservableGauge(
            "jingdezhen.outbox.backlog", () => Last.Backlog, "{message}", "Committed rows that wait for the broker.");
        _meter.CreateObservableGauge(
            "jingdezhen.outbox.oldest_age", () => Last.OldestAgeSeconds, "s", "Age of the oldest row that waits.");
        _meter.CreateObservableGauge(
            "jingdezhen.outbox.parked", () => Last.Parked, "{message}", "Rows that the relay gave up on.");
        _meter.CreateObservableGauge(
            "jingdezhen.messages.failed", () => Last.Failed, "{message}", "Failed messages nobody has sent again.");
    }

    public MessageCounts Last
    {
        get => Volatile.Read(ref _last);
        set => Volatile.Write(ref _last, value);
    }

    public void Relayed(int rows) => _relayed.Add(rows);

    public void Dispose() => _meter.Dispose();
}

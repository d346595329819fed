using Jingdezhen.Tourism.Bookings.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.WaitingList;

/// <summary>What happened in the line of one slot, in order; written under the slot's lock and never changed.</summary>
internal sealed class WaitingLogEntry
{
    public const string Joined = "joined";

    /// <summary>Free places were counted, and the entries that follow are what the rule made of them.</summary>
    public const string Counted = "counted";

    public const string Offered = "offered";
    public const string Kept = "kept";
    public const string GivenOn = "given-on";

    public required Guid SlotId { get; init; }
    public required long Sequence { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>joined, counted, offered, kept, given-on; or how a wait ended: accepted, declined, lapsed, left,
    /// dropped, closed.</summary>
    public required string Kind { get; init; }

    public Guid? PartyId { get; init; }

    /// <summary>The size of a party that joined.</summary>
    public int? Visitors { get; init; }

    /// <summary>How many places were counted.</summary>
    public int? Free { get; init; }

    /// <summary>Whether overtaking was bounded when they were counted.</summary>
    public bool? Bounded { get; init; }

    /// <summary>The hold that was offered.</summary>
    public Guid? BookingId { get; init; }
}

/// <summary>Appends to a slot's log. The caller holds the slot's lock, so numbers have no gaps and no twins.</summary>
internal sealed class WaitingLog(BookingsDb db, Guid slotId, long last, DateTimeOffset now)
{
    public long Last { get; private set; } = last;

    public static async Task<WaitingLog> OpenAsync(
        BookingsDb db, Guid slotId, DateTimeOffset now, CancellationToken cancellation) => new(
            db, slotId,
            await db.WaitingLog.Where(entry => entry.SlotId == slotId)
                .MaxAsync(entry => (long?)entry.Sequence, cancellation) ?? 0,
            now);

    public void Joined(WaitingParty party) => Add(WaitingLogEntry.Joined, party.Id, visitors: party.Visitors);

    public void Counted(int free, bool bounded) => Add(WaitingLogEntry.Counted, free: free, bounded: bounded);

    public void Stepped(AllotStep step, Guid? booking = null) => Add(KindOf(step), step.Party.Id, booking: booking);

    public void Ended(Guid party, WaitingState how) => Add(how.ToString().ToLowerInvariant(), party);

    public static string KindOf(AllotStep step) => step switch
    {
        AllotStep.Offer => WaitingLogEntry.Offered,
        AllotStep.Keep => WaitingLogEntry.Kept,
        _ => WaitingLogEntry.GivenOn,
    };

    private void Add(
        string kind, Guid? party = null, int? visitors = null, int? free = null, bool? bounded = null,
        Guid? booking = null) =>
        db.Add(new WaitingLogEntry
        {
            SlotId = slotId, Sequence = ++Last, At = now, Kind = kind, PartyId = party, Visitors = visitors,
            Free = free,
            Bounded = bounded, BookingId = booking,
        });
}

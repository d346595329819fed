using Jingdezhen.Tourism.Bookings.Availability;
using Jingdezhen.Tourism.Bookings.Bookings;

namespace Jingdezhen.Tourism.Bookings.WaitingList;

internal enum WaitingState
{
    Waiting,

    /// <summary>A hold stands for it; paying accepts.</summary>
    Offered,
    Accepted,

    /// <summary>It gave the offered hold back.</summary>
    Declined,

    /// <summary>It let the offered hold run out.</summary>
    Lapsed,
    Left,

    /// <summary>It could not be offered what it asked for: a document in use, a unit that is not sold any
    /// more.</summary>
    Dropped,

    /// <summary>Sales ended before its turn.</summary>
    Closed,
}

/// <summary>A party that waits for places in a slot that is sold out for it, from joining to its offer's end.</summary>
internal sealed class WaitingParty
{
    /// <summary>How long an offer stands; less where sales end sooner.</summary>
    public static readonly TimeSpan OfferLength = TimeSpan.FromMinutes(30);

    public required Guid Id { get; init; }
    public required Guid SlotId { get; init; }
    public required Guid ProductId { get; init; }

    /// <summary>Its number in the slot's log: the order of the line.</summary>
    public required long Arrival { get; init; }

    public Guid? AccountId { get; private set; }
    public required int Visitors { get; init; }

    /// <summary>What it asks for, documents sealed.</summary>
    public List<HoldUnit> Units { get; private set; } = [];

    public required string Channel { get; init; }
    public required string? Source { get; init; }
    public required string? Campaign { get; init; }
    public required string? CountryOfResidence { get; init; }
    public byte[]? GuestKey { get; private set; }
    public required DateTimeOffset JoinedAt { get; init; }
    public WaitingState State { get; private set; }

    /// <summary>Places that went past it, as <see cref="PartyInLine.Passed"/> has it.</summary>
    public int Passed { get; private set; }

    public DateTimeOffset? KeptSince { get; private set; }

    /// <summary>The hold that is its offer.</summary>
    public Guid? BookingId { get; private set; }

    public DateTimeOffset? OfferedUntil { get; private set; }
    public DateTimeOffset? EndedAt { get; private set; }

    public static WaitingParty Join(
        HoldRequest asked, Guid productId, int visitors, long arrival, DateTimeOffset now) => new()
        {
            Id = Guid.CreateVersion7(),
            SlotId = asked.SlotId,
            ProductId = productId,
            Arrival = arrival,
            AccountId = asked.AccountId,
            Visitors = visitors,
            Units = [.. asked.Units],
            Channel = asked.Channel,
            Source = asked.Source,
            Campaign = asked.Campaign,
            CountryOfResidence = asked.CountryOfResidence,
            GuestKey = asked.GuestKey,
            JoinedAt = now,
        };

    /// <summary>What the door is asked when its turn has come.</summary>
    public HoldRequest AsHold(TimeSpan length) => new()
    {
        Caller = "waiting-list",
        Key = Id.ToString(),
        RequestHash = Id.ToByteArray(),
        FromWaitingList = true,
        SlotId = SlotId,
        Units = Units,
        HoldLength = length,
        Channel = Channel,
        Source = Source,
        Campaign = Campaign,
        CountryOfResidence = CountryOfResidence,
        AccountId = AccountId,
        GuestKey = GuestKey,
        Answer = static (_, _) => "",
    };

    public PartyInLine InLine() => new(Id, Visitors, Passed, KeptSince);

    /// <summary>Keeps what the rule changed.</summary>
    public void Stand(PartyInLine place) => (Passed, KeptSince) = (place.Passed, place.KeptSince);

    public void Offer(Booking booking) =>
        (State, BookingId, OfferedUntil) = (WaitingState.Offered, booking.Id, booking.ExpiresAt);

    /// <summary>How its offer ended, by the booking's status; null while it stands.</summary>
    public static WaitingState? EndOf(BookingStatus booking) => booking switch
    {
        BookingStatus.Confirmed or BookingStatus.Redeemed => WaitingState.Accepted,
        BookingStatus.Cancelled => WaitingState.Declined,
        BookingStatus.Expired => WaitingState.Lapsed,
        _ => null,
    };

    /// <summary>Ends its wait; what it asked for is not needed any more.</summary>
    public void End(WaitingState state, DateTimeOffset now) => (State, EndedAt, Units) = (state, now, []);

    /// <summary>Forgets who waited.</summary>
    public void Forget() => (AccountId, GuestKey, Units) = (null, null, []);
}

namespace Jingdezhen.Tourism.Bookings.WaitingList;

/// <summary>A party in a line as its tourist sees it.</summary>
/// <param name="Visitors">How many people it is; it is offered places for all of them or none.</param>
/// <param name="State">waiting, offered, accepted, declined, lapsed, left, dropped or closed.</param>
/// <param name="Position">1 is the head of the line; null when it does not wait any more.</param>
/// <param name="VisitorsAhead">How many people the parties before it are.</param>
/// <param name="PlacesPassed">How many places went past it because it did not fit; never more than its
/// visitors.</param>
/// <param name="BookingId">The hold that is its offer: pay it to accept, cancel it to decline.</param>
/// <param name="OfferedUntil">Until when the offer stands.</param>
public sealed record WaitingPartyResponse(
    Guid Id, Guid AvailabilityId, Guid ProductId, int Visitors, string State, int? Position, int? VisitorsAhead,
    int PlacesPassed,
    DateTimeOffset JoinedAt, Guid? BookingId, DateTimeOffset? OfferedUntil, DateTimeOffset? EndedAt)
{
    internal static WaitingPartyResponse Of(WaitingParty party, int? position, int? ahead) => new(
        party.Id, party.SlotId, party.ProductId, party.Visitors, party.State.ToString().ToLowerInvariant(), position,
        ahead,
        party.Passed, party.JoinedAt, party.BookingId, party.OfferedUntil, party.EndedAt);
}

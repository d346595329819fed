using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Platform.Domain;

namespace Jingdezhen.Tourism.Homestays.Stays;

public sealed record NightResponse(DateOnly Night, long PriceFen);

public sealed record StayResponse(
    Guid Id, Guid ListingId, Guid RoomId, DateOnly Arrival, DateOnly Departure, int Adults, int Children, string State,
    bool AwaitsHost, long PriceFen, string Currency, IReadOnlyList<NightResponse> Nights, DateTimeOffset ExpiresAt,
    DateTimeOffset FreeCancellationUntil, int LateRefundPercent, DateTimeOffset? ConfirmedAt, long PaidFen,
    long RefundedFen, string Reference)
{
    internal static StayResponse Of(Stay stay) => new(
        stay.Id, stay.ListingId, stay.RoomId, stay.Arrival, stay.Departure, stay.Adults, stay.Children, stay.State,
        stay.AwaitsHost, stay.PriceFen, "CNY", NightsOf(stay.Arrival, stay.NightlyFen), stay.ExpiresAt, stay.FreeUntil,
        stay.LateRefundPercent, stay.ConfirmedAt, stay.PaidFen, stay.RefundedFen, BookingReference.Of(stay.Id));

    internal static StayResponse Of(
        StayHeld held, Wish wish, long[] nightlyFen, DateTimeOffset freeUntil, RoomTerms room) => new(
        held.StayId, held.ListingId, held.RoomId, held.Arrival, held.Departure, wish.Adults, wish.Children, Stay.Held,
        !room.InstantBook, held.PriceFen, held.Currency, NightsOf(held.Arrival, nightlyFen), held.ExpiresAt, freeUntil,
        room.LateRefundPercent, ConfirmedAt: null, PaidFen: 0, RefundedFen: 0,
        BookingReference.Of(held.StayId));

    internal static IReadOnlyList<NightResponse> NightsOf(DateOnly arrival, long[] nightlyFen) =>
        [.. nightlyFen.Select((price, night) => new NightResponse(arrival.AddDays(night), price))];
}

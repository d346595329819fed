using System.Security.Claims;
using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Homestays.Calendars;
using Jingdezhen.Tourism.Homestays.Storage;
using Jingdezhen.Tourism.Platform.Http;
using Jingdezhen.Tourism.Platform.Messaging;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Homestays.Stays;

/// <summary>What a host notes at the door: arrival, departure, or that nobody came.</summary>
internal static class LiveThroughStay
{
    public static Task<Results<Ok<StayResponse>, NotFound, ProblemHttpResult>> CheckIn(
        Guid stayId, ClaimsPrincipal user, HomestaysDb db, TimeProvider clock, CancellationToken cancellation)
    {
        var merchant = user.MerchantId();
        return db.ChangeStayAsync(
            stayId, stay => stay.MerchantId == merchant,
            (stay, now) =>
            {
                var refusal = stay.CheckIn(clock.Today(), now);
                if (refusal is null)
                {
                    db.Publish(new StayCheckedIn(
                        stay.Id, stay.ListingId, stay.MerchantId, stay.Arrival, stay.Departure, stay.Guests));
                }

                return Task.FromResult(refusal);
            }, cancellation);
    }

    public static Task<Results<Ok<StayResponse>, NotFound, ProblemHttpResult>> CheckOut(
        Guid stayId, ClaimsPrincipal user, HomestaysDb db, TimeProvider clock, CancellationToken cancellation)
    {
        var merchant = user.MerchantId();
        return db.ChangeStayAsync(
            stayId, stay => stay.MerchantId == merchant,
            async (stay, now) =>
            {
                var refundedBefore = stay.RefundedFen;
                if (stay.CheckOut(clock.Today(), now) is { } refusal) return refusal;

                await db.TellCheckedOutAsync(stay, stay.RefundedFen - refundedBefore, clock.Today(), cancellation);
                return null;
            }, cancellation);
    }

    public static Task<Results<Ok<StayResponse>, NotFound, ProblemHttpResult>> NoShow(
        Guid stayId, ClaimsPrincipal user, HomestaysDb db, TimeProvider clock, CancellationToken cancellation)
    {
        var merchant = user.MerchantId();
        return db.ChangeStayAsync(
            stayId, stay => stay.MerchantId == merchant,
            async (stay, now) =>
            {
                if (stay.MarkNoShow(clock.Today(), now) is { } refusal) return refusal;

                await db.TellCancelledAsync(stay, refundFen: 0, clock.Today(), cancellation);
                return null;
            }, cancellation);
    }
}

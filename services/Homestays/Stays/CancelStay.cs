using System.Security.Claims;
using Jingdezhen.Tourism.Homestays.Calendars;
using Jingdezhen.Tourism.Homestays.Storage;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Homestays.Stays;

/// <summary>A guest gives up a hold or cancels a sale; the refund follows the policy frozen with the hold.</summary>
internal static class CancelStay
{
    public static Task<Results<Ok<StayResponse>, NotFound, ProblemHttpResult>> Handle(
        Guid stayId, ClaimsPrincipal user, HomestaysDb db, TimeProvider clock, CancellationToken cancellation)
    {
        var account = user.AccountId();
        return db.ChangeStayAsync(
            stayId, stay => stay.AccountId == account,
            (stay, now) => CancelAsync(db, stay, "guest", atFault: false, now, clock, cancellation), cancellation);
    }

    public static Task<Results<Ok<StayResponse>, NotFound, ProblemHttpResult>> HandleByHost(
        Guid stayId, ClaimsPrincipal user, HomestaysDb db, TimeProvider clock, CancellationToken cancellation)
    {
        var merchant = user.MerchantId();
        return db.ChangeStayAsync(
            stayId, stay => stay.MerchantId == merchant,
            (stay, now) => CancelAsync(db, stay, "host", atFault: true, now, clock, cancellation), cancellation);
    }

    private static async Task<Refusal?> CancelAsync(
        HomestaysDb db, Stay stay, string because, bool atFault, DateTimeOffset now, TimeProvider clock,
        CancellationToken cancellation)
    {
        if (stay.State == Stay.Held)
        {
            stay.Release(because, now);
            db.TellReleased(stay);
            return null;
        }

        var refundedBefore = stay.RefundedFen;
        if (stay.Cancel(because, atFault, now) is { } refusal) return refusal;

        await db.TellCancelledAsync(stay, stay.RefundedFen - refundedBefore, clock.Today(), cancellation);
        return null;
    }
}

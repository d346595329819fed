using System.Security.Claims;
using Jingdezhen.Tourism.Homestays.Storage;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Homestays.Stays;

/// <summary>The host of a house that is let on request says yes, and the guest may pay, or no, and the nights are
/// free.</summary>
internal static class AnswerRequest
{
    public static Task<Results<Ok<StayResponse>, NotFound, ProblemHttpResult>> Approve(
        Guid stayId, ClaimsPrincipal user, HomestaysDb db, CancellationToken cancellation)
    {
        var merchant = user.MerchantId();
        return db.ChangeStayAsync(
            stayId, stay => stay.MerchantId == merchant, (stay, now) => Task.FromResult(stay.Approve(now)),
            cancellation);
    }

    public static Task<Results<Ok<StayResponse>, NotFound, ProblemHttpResult>> Decline(
        Guid stayId, ClaimsPrincipal user, HomestaysDb db, CancellationToken cancellation)
    {
        var merchant = user.MerchantId();
        return db.ChangeStayAsync(
            stayId, stay => stay.MerchantId == merchant,
            (stay, now) =>
            {
                if (!stay.AwaitsHost) return Task.FromResult<Refusal?>(new("not-a-request",
                    "Nothing waits for an answer."));
                if (stay.Release("declined", now) is { } refusal) return Task.FromResult<Refusal?>(refusal);

                db.TellReleased(stay);
                return Task.FromResult<Refusal?>(null);
            }, cancellation);
    }
}

using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Jingdezhen.Tourism.Homestays.Storage;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Homestays.Stays;

/// <param name="PaidFen">What the guest put on the table; must be the frozen price.</param>
public sealed record ReceiveOnSiteRequest([Range(1, long.MaxValue)] long PaidFen);

/// <summary>The host's own receipt: the one way to a sale without Payments. The host then owes fee and village
/// share.</summary>
internal static class ReceiveOnSite
{
    public static Task<Results<Ok<StayResponse>, NotFound, ProblemHttpResult>> Handle(
        Guid stayId, ReceiveOnSiteRequest request, ClaimsPrincipal user, HomestaysDb db, CancellationToken cancellation)
    {
        var merchant = user.MerchantId();
        return db.ChangeStayAsync(
            stayId, stay => stay.MerchantId == merchant,
            async (stay, now) =>
            {
                // An order takes the money for all it holds; a receipt beside it would be paid twice.
                if (stay.OrderId is not null) return new("part-of-an-order", "This stay is paid with its order.");
                if (stay.AwaitsHost) stay.Approve(now);
                if (stay.Confirm(request.PaidFen, "on-site", now) is { } refusal) return refusal;

                await db.DropPaymentsAsync(stay, "paid-on-site", cancellation);
                await db.TellConfirmedAsync(stay, cancellation);
                return null;
            }, cancellation);
    }
}

using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Homestays.Storage;
using Jingdezhen.Tourism.Platform.Http;
using Jingdezhen.Tourism.Platform.Messaging;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Homestays.Stays;

public sealed record PayStayRequest(
    [AllowedValues("sandbox", "wechat-jsapi", "wechat-native", "alipay-page", "alipay-app")] string Method);

/// <summary>
/// Asks Payments for the price of a stay that is no part of an order. Asking twice is one payment; after one that
/// failed, by another method or for another price it is a new one, and the old one is closed.
/// </summary>
internal static class PayStay
{
    public static Task<Results<Ok<StayResponse>, NotFound, ProblemHttpResult>> Handle(
        Guid stayId, PayStayRequest request, ClaimsPrincipal user, HomestaysDb db, CancellationToken cancellation)
    {
        var account = user.AccountId();
        return db.ChangeStayAsync(
            stayId, stay => stay.AccountId == account && stay.OrderId == null,
            async (stay, now) =>
            {
                if (stay.MayBePaid(now) is { } refusal) return refusal;

                await db.Entry(stay).Collection(s => s.Payments).LoadAsync(cancellation);
                if (stay.Payments.Exists(payment => payment.Answers(stay, request.Method))) return null;

                await db.DropPaymentsAsync(stay, "asked-anew", cancellation);
                var asked = StayPayment.Ask(stay, request.Method, now);
                db.Add(asked);
                db.Publish(new RequestPayment(
                    asked.Key, StayPayment.Purpose, stay.Id, stay.AccountId, asked.AmountFen, "CNY", asked.Method,
                    stay.ExpiresAt));
                return null;
            }, cancellation);
    }
}

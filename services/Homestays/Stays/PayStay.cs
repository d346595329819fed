using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Homestays.Storage;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Http;
using Jingdezhen.Tourism.Platform.Messaging;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Homestays.Stays;

public sealed record PayStayRequest(
    [AllowedValues("sandbox", "wechat-jsapi", "wechat-native", "alipay-page", "alipay-app")] string Method);

/// <summary>Asks Payments for the price of a stay that is no part of an order; asking twice is one payment.</summary>
internal static class PayStay
{
    public static Task<Results<Ok<StayResponse>, NotFound, ProblemHttpResult>> Handle(
        Guid stayId, PayStayRequest request, ClaimsPrincipal user, HomestaysDb db, CancellationToken cancellation)
    {
        var account = user.AccountId();
        return db.ChangeStayAsync(
            stayId, stay => stay.AccountId == account && stay.OrderId == null,
            (stay, now) =>
            {
                if (stay.MayBePaid(now) is { } refusal) return Task.FromResult<Refusal?>(refusal);

                db.Publish(new RequestPayment(
                    StayNews.PaymentKeyOf(stay.Id), "stay", stay.Id, stay.AccountId, stay.PriceFen, "CNY",
                    request.Method,
                    stay.ExpiresAt));
                return Task.FromResult<Refusal?>(null);
            }, cancellation);
    }
}

using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Security.Claims;
using Jingdezhen.Tourism.Bookings.Bookings;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Http;
using Jingdezhen.Tourism.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Orders;

/// <param name="Method">sandbox, wechat-jsapi, wechat-native, alipay-page or alipay-app.</param>
public sealed record PayOrderRequest(
    [AllowedValues("sandbox", "wechat-jsapi", "wechat-native", "alipay-page", "alipay-app")] string Method);

/// <summary>A tourist pays a held order: its frozen price is asked for, once however often the app asks.</summary>
internal static class PayOrder
{
    public static async Task<Results<Created<OrderPaymentResponse>, NotFound, ProblemHttpResult>> Handle(
        Guid id, PayOrderRequest request, ClaimsPrincipal user, BookingsDb db, OrderDesk desk,
            CancellationToken cancellation)
    {
        if (await desk.LockAsync(id, user, cancellation) is not { } order) return TypedResults.NotFound();

        var now = await db.NowAsync(cancellation);
        var payment = order.AskPayment(request.Method, now);
        if (payment.IsRefused) return payment.Refusal.AsProblem();

        await desk.CarryOutAsync(order, now, cancellation);
        return TypedResults.Created($"/v1/orders/{id}", OrderPaymentResponse.Of(payment.Value));
    }
}

/// <param name="Minutes">There is then so long to pay from now, unless there is longer already.</param>
public sealed record ExtendOrderRequest([Range(1, 30)] int Minutes);

internal static class ExtendOrder
{
    public static async Task<Results<Ok<OrderResponse>, NotFound, ProblemHttpResult>> Handle(
        Guid id, ExtendOrderRequest request, ClaimsPrincipal user, BookingsDb db, OrderDesk desk,
            CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await desk.LockAsync(id, user, cancellation) is not { } order) return TypedResults.NotFound();

        var now = await db.NowAsync(cancellation);
        if (order.Extend(now.AddMinutes(request.Minutes), now) is { } refusal) return refusal.AsProblem();

        await desk.CarryOutAsync(order, now, cancellation);
        await transaction.CommitAsync(cancellation);
        return TypedResults.Ok(order.AsResponse());
    }
}

/// <param name="Names">Everybody who travels, as many as the head count or fewer; the list replaces the one
/// before.</param>
public sealed record NameGroupRequest([MinLength(1), MaxLength(1000)] IReadOnlyList<string> Names);

/// <summary>A study tour names its travellers after it has booked. The names are encrypted; answers show the first
/// sign.</summary>
internal static class NameGroup
{
    private const int LongestName = 80;
    private static string MaskOf(string name) => StringInfo.GetNextTextElement(name.Trim()) + "**";

    private static readonly Refusal NoGroup = new("no-group", "The order is not a group's.");
    private static readonly Refusal Ended = new("order-ended", "The order has ended: nobody travels.");

    public static async Task<Results<Ok<OrderResponse>, NotFound, ProblemHttpResult>> Handle(
        Guid id, NameGroupRequest request, ClaimsPrincipal user, BookingsDb db, OrderDesk desk, PersonalDataVault vault,
        CancellationToken cancellation)
    {
        if (request.Names.Any(name => name is null || name.Trim().Length is 0 or > LongestName))
        {
            return Problems.Invalid("names", $"A name has 1 to {LongestName} characters.");
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await desk.LockAsync(id, user, cancellation) is not { } order) return TypedResults.NotFound();
        if (order.HeadCount is not { } heads) return NoGroup.AsProblem();
        if (order.State is OrderState.Releasing or OrderState.Failed or OrderState.Cancelled) return Ended.AsProblem();
        if (request.Names.Count > heads)
        {
            return new Refusal("too-many-names", $"The group has {heads} heads, {request.Names.Count} were named.")
                .AsProblem();
        }

        await db.OrderNames.Where(name => name.OrderId == id).ExecuteDeleteAsync(cancellation);
        var names = request.Names.Select((name, position) => new OrderName
        {
            OrderId = id, Position = position, Name = vault.Encrypt(name.Trim()), Mask = MaskOf(name),
        }).ToList();
        db.AddRange(names);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return TypedResults.Ok(order.AsResponse(names: names.ConvertAll(name => name.Mask)));
    }
}

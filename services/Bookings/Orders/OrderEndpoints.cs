using Jingdezhen.Tourism.Platform.Http;

namespace Jingdezhen.Tourism.Bookings.Orders;

internal static class OrderEndpoints
{
    public static RouteGroupBuilder MapOrders(this RouteGroupBuilder v1)
    {
        var orders = v1.MapGroup("/orders").WithTags("Orders");

        // The door settles the key itself: RequireIdempotencyKey would give each order a transaction of its own.
        orders.MapPost("/", PlaceOrder.Handle).WithName(nameof(PlaceOrder)).RequireAuthorization(Roles.Tourist)
            .Produces<OrderResponse>(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status409Conflict);
        orders.MapGet("/", FindOrders.Handle).WithName(nameof(FindOrders));
        orders.MapGet("/{id:guid}", ShowOrder.Handle).WithName(nameof(ShowOrder));
        orders.MapGet("/{id:guid}/steps", ShowOrderSteps.Handle).WithName(nameof(ShowOrderSteps));
        orders.MapPost("/{id:guid}/payments", PayOrder.Handle).WithName(nameof(PayOrder))
            .RequireAuthorization(Roles.Tourist).RequireIdempotencyKey();
        orders.MapPost("/{id:guid}/extend", ExtendOrder.Handle).WithName(nameof(ExtendOrder));
        orders.MapPost("/{id:guid}/cancel", CancelOrder.Handle).WithName(nameof(CancelOrder));
        orders.MapPut("/{id:guid}/names", NameGroup.Handle).WithName(nameof(NameGroup))
            .RequireAuthorization(Roles.Tourist);
        orders.MapGet("/{id:guid}/names", ShowNames.Handle).WithName(nameof(ShowNames));
        orders.MapPost("/{id:guid}/refunds/settle-by-hand", SettleRefundsByHand.Handle)
            .WithName(nameof(SettleRefundsByHand)).RequireAuthorization(Roles.Admin).RequireIdempotencyKey();
        return v1;
    }
}

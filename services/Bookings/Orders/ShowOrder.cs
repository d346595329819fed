using System.Security.Claims;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Orders;

internal static class ShowOrder
{
    private const int LongestWait = 10;

    /// <summary>
    /// One order. With <c>wait</c> seconds the answer comes when the order does not move any more, or has
    /// left the state that <c>while</c> names, or when the time is up.
    /// </summary>
    public static async Task<Results<Ok<OrderResponse>, NotFound, ProblemHttpResult>> Handle(
        Guid id, ClaimsPrincipal user, BookingsDb db, Alternatives near, OrderWatch watch,
        CancellationToken cancellation, int wait = 0, string? @while = null)
    {
        if (wait is < 0 or > LongestWait) return Problems.Invalid("wait", $"0 to {LongestWait} seconds.");

        var until = Environment.TickCount64 + (wait * 1000L);
        using var watcher = watch.Begin(id);
        while (true)
        {
            var order = await ReadAsync(id, user, db, cancellation);
            if (order is null) return TypedResults.NotFound();

            (watcher.Seen, watcher.IsAwaited) = (order.StepCount, moved => IsAwaited(moved, @while));
            var left = TimeSpan.FromMilliseconds(Math.Max(0, until - Environment.TickCount64));
            if (!IsAwaited(order, @while) || !await watcher.NextAsync(left, cancellation))
            {
                var names = order.School is null ? [] : await db.OrderNames.Where(name => name.OrderId == id)
                    .OrderBy(name => name.Position).Select(name => name.Mask).ToListAsync(cancellation);
                return TypedResults.Ok(order.AsResponse(await near.OfAsync(order, cancellation), names));
            }
        }
    }

    private static bool IsAwaited(Order order, string? @while) =>
        order.IsMoving || (order.IsFree && order.State == OrderState.Held)
        || string.Equals(order.State.ToString(), @while, StringComparison.OrdinalIgnoreCase);

    private static async Task<Order?> ReadAsync(
        Guid id, ClaimsPrincipal user, BookingsDb db, CancellationToken cancellation)
    {
        var order = await db.Orders.AsNoTracking().AsSingleQuery().Include(o => o.Lines).Include(o => o.Payments)
            .VisibleTo(user).SingleOrDefaultAsync(o => o.Id == id, cancellation);

        // Nothing goes back where nothing came in, and most who wait have not paid yet.
        if (order?.Payments.Exists(payment => payment.CapturedFen > 0) == true)
        {
            order.Refunds.AddRange(await db.OrderRefunds.AsNoTracking().Where(refund => refund.OrderId == id)
                .ToListAsync(cancellation));
        }

        return order;
    }
}

/// <param name="What">placed, nights-held, all-held, payment-captured, confirmed, releasing …</param>
public sealed record OrderStepResponse(int Number, DateTimeOffset At, string What, Guid? LineId, string? Detail);

/// <summary>The order's history: every step with its time, for its owner and for whoever has to help.</summary>
internal static class ShowOrderSteps
{
    public static async Task<Results<Ok<List<OrderStepResponse>>, NotFound, ProblemHttpResult>> Handle(
        Guid id, ClaimsPrincipal user, BookingsDb db, CancellationToken cancellation, int? limit = null,
        int after = 0)
    {
        if (limit is < 1 or > 100) return Problems.Invalid("limit", "Between 1 and 100.");
        if (!await db.Orders.VisibleTo(user)
            .AnyAsync(order => order.Id == id, cancellation)) return TypedResults.NotFound();

        return TypedResults.Ok(await db.OrderSteps.AsNoTracking()
            .Where(step => step.OrderId == id && step.Number > after).OrderBy(step => step.Number)
            .Take(limit ?? 100)
                .Select(step => new OrderStepResponse(step.Number, step.At, step.What, step.LineId, step.Detail))
            .ToListAsync(cancellation));
    }
}

internal static class FindOrders
{
    /// <summary>The caller's orders, the latest first; for operators everybody's. <c>state</c> narrows, <c>open</c>
    /// gives those that still wait for somebody.</summary>
    public static async Task<Results<Ok<List<OrderResponse>>, ProblemHttpResult>> Handle(
        string? state, bool? open, int? limit, Guid? after, ClaimsPrincipal user, BookingsDb db,
            CancellationToken cancellation)
    {
        if (limit is < 1 or > 100) return Problems.Invalid("limit", "Between 1 and 100.");
        if (state is not null && !Enum.TryParse<OrderState>(state, ignoreCase: true, out _))
        {
            return Problems.Invalid(
                "state", string.Join(", ", Enum.GetNames<OrderState>().Select(name => name.ToLowerInvariant())));
        }

        var orders = db.Orders.AsNoTracking().AsSplitQuery().Include(o => o.Lines).Include(o => o.Payments)
            .Include(o => o.Refunds).VisibleTo(user);
        if (state is not null)
        {
            var only = Enum.Parse<OrderState>(state, ignoreCase: true);
            orders = orders.Where(order => order.State == only);
        }

        if (open == true)
        {
            orders = orders.Where(order => order.ActAt != null || order.State == OrderState.Holding
                || order.State == OrderState.Confirming || order.State == OrderState.Releasing);
        }

        if (after is not null) orders = orders.Where(order => order.Id < after);

        var page = await orders.OrderByDescending(order => order.Id).Take(limit ?? 50).ToListAsync(cancellation);
        return TypedResults.Ok(page.ConvertAll(order => order.AsResponse()));
    }
}

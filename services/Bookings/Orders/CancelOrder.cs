using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Jingdezhen.Tourism.Bookings.Availability;
using Jingdezhen.Tourism.Bookings.Bookings;
using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Http;
using Jingdezhen.Tourism.Platform.Messaging;
using Jingdezhen.Tourism.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Bookings.Orders;

/// <summary>What of a confirmed order is cancelled; nothing named is everything.</summary>
/// <param name="LineIds">Whole lines.</param>
/// <param name="UnitItemIds">Single tickets.</param>
/// <param name="Day">Every line of that day: its tickets, and a stay of that one night.</param>
public sealed record CancelOrderRequest(
    [StringLength(200)] string? Reason = null, [MinLength(1), MaxLength(50)] IReadOnlyList<Guid>? LineIds = null,
    [MinLength(1), MaxLength(200)] IReadOnlyList<Guid>? UnitItemIds = null, DateOnly? Day = null);

/// <summary>
/// Ends an order, wholly or in part. Before the payment everything is simply released. Afterwards the tickets' refund
/// follows from their frozen policy at once, and the nights' from their host's when Homestays has answered.
/// </summary>
internal sealed class CancelOrder(
    BookingsDb db, OrderDesk desk, CatalogueCache catalogues, PersonalDataVault vault, TouchedSlots touched)
{
    private static readonly Refusal Nothing =
        new("nothing-to-cancel", "Nothing of the order fits, or it was cancelled before.");

    public static Task<Results<Ok<OrderResponse>, Accepted<OrderResponse>, NotFound, ProblemHttpResult>> Handle(
        Guid id, CancelOrderRequest? request, ClaimsPrincipal user, CancelOrder cancel,
            CancellationToken cancellation) =>
        cancel.CancelAsync(id, request ?? new(), user, cancellation);

    private async Task<Results<Ok<OrderResponse>, Accepted<OrderResponse>, NotFound, ProblemHttpResult>> CancelAsync(
        Guid id, CancelOrderRequest request, ClaimsPrincipal user, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await desk.LockAsync(id, user, cancellation) is not { } order) return TypedResults.NotFound();

        var now = await db.NowAsync(cancellation);
        var whole = request is { LineIds: null, UnitItemIds: null, Day: null };
        var refusal = order.State == OrderState.Confirmed ? await CancelSoldAsync(order, request, now, cancellation)
            : whole ? order.GiveUp(request.Reason ?? "given up", now)
            : new("not-confirmed", "Only a confirmed order is cancelled in part.");
        if (refusal is not null) return refusal.AsProblem();

        await desk.CarryOutAsync(order, now, cancellation);
        await transaction.CommitAsync(cancellation);
        return order.IsMoving
            ? TypedResults.Accepted($"/v1/orders/{id}", order.AsResponse())
            : TypedResults.Ok(order.AsResponse());
    }

    private async Task<Refusal?> CancelSoldAsync(
        Order order, CancelOrderRequest request, DateTimeOffset now, CancellationToken cancellation)
    {
        var because = request.Reason ?? "cancelled";
        var bookings = await desk.BookingsAsync(order, cancellation);
        var lines = order.Lines.Where(line => line.State == LineState.Sold && Fits(line, request)).ToList();
        var whole = bookings.Where(booking => lines.Exists(line => line.Id == booking.Id)).ToList();
        var parts = bookings.Except(whole)
            .Select(booking => (Booking: booking, Units: booking.LiveUnits.Select(unit => unit.Id)
                .Intersect(request.UnitItemIds ?? []).ToHashSet()))
            .Where(part => part.Units.Count > 0).ToList();
        whole.AddRange(
            parts.Where(part => part.Units.Count == part.Booking.LiveUnits.Count()).Select(part => part.Booking));
        parts.RemoveAll(part => whole.Contains(part.Booking));
        var named = parts.Sum(part => part.Units.Count) + whole.Sum(booking => booking.LiveUnits.Count(
            unit => request.UnitItemIds?.Contains(unit.Id) == true));
        if (named < (request.UnitItemIds?.Distinct().Count() ?? 0))
        {
            return new("unknown-unit", "A unit is not on this order, or was cancelled before.");
        }

        var nights = lines.Where(line => line.Kind == OrderLine.Stay).ToList();
        if (whole.Count + parts.Count + nights.Count == 0) return Nothing;
        if (whole.Find(booking => booking.UnitItems.Exists(item => item.Status == UnitStatus.Redeemed)) is { } used)
        {
            return new("already-redeemed", $"The tickets of {used.Reference} were used; they cannot be cancelled.");
        }

        var tickets = new List<(OrderLine Line, long RefundFen, bool Stays)>();
        var partial = await CancelUnitsAsync(parts, now, cancellation);
        if (partial.IsRefused) return partial.Refusal;

        tickets.AddRange(partial.Value.Select(part => (Line(part.Key), part.Value, true)));
        var refunds = await desk.ReturnAsync(whole, because, now, cancellation);
        tickets.AddRange(refunds.Select(refund => (Line(refund.Key), refund.Value, false)));
        order.Cancel(tickets, nights, because, now);
        return null;

        OrderLine Line(Guid id) => order.Lines.Single(line => line.Id == id);
    }

    private static bool Fits(OrderLine line, CancelOrderRequest request) =>
        request is { LineIds: null, UnitItemIds: null, Day: null }
        || request.LineIds?.Contains(line.Id) == true
        || (line.Day == request.Day && (line.Kind == OrderLine.Ticket || line.Departure == line.Day.AddDays(1)));

    private async Task<Decision<Dictionary<Guid, long>>> CancelUnitsAsync(
        IReadOnlyList<(Booking Booking, HashSet<Guid> Units)> parts, DateTimeOffset now, CancellationToken cancellation)
    {
        var catalogue = await catalogues.GetAsync(cancellation);
        var refunds = new Dictionary<Guid, long>();
        var places = new List<(Guid SlotId, int Visitors)>();
        foreach (var (booking, units) in parts)
        {
            var (product, option) = catalogue.Options[booking.OptionId];
            var cancelled = booking.CancelUnits(units, product, option, now);
            if (cancelled.IsRefused) return cancelled.Refusal;

            refunds[booking.Id] = cancelled.Value.RefundFen;
            places.Add((booking.SlotId, cancelled.Value.Visitors));
            await db.ReturnClaimsAsync(cancelled.Value.Units, vault, cancellation);
            db.Publish(BookingEvents.UnitsCancelled(booking, cancelled.Value), now);
        }

        await db.ReturnPlacesAsync(places, cancellation);
        touched.Add(places.Select(place => place.SlotId));
        return refunds;
    }
}

using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Jingdezhen.Tourism.Bookings.Availability;
using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Bookings;

/// <param name="AvailabilityId">Another slot of the same product; absent, the slot stays.</param>
/// <param name="Units">The units from now on, one entry a ticket; absent, they stay.</param>
public sealed record MoveBookingRequest(
    Guid? AvailabilityId = null, [MinLength(1), MaxLength(200)] IReadOnlyList<MoveUnitRequest>? Units = null);

/// <param name="UnitItemId">A ticket that stays; absent, a new one.</param>
public sealed record MoveUnitRequest(
    Guid UnitId, Guid? UnitItemId = null,
    [AllowedValues("0-13", "14-17", "18-35", "36-59", "60+", null)] string? AgeBand = null);

/// <summary>
/// Changes when a booking is for, or for whom. A hold is priced anew. A sold booking moves while its cancellation is
/// free, to what costs no more; what it costs less goes back.
/// </summary>
internal static class MoveBooking
{
    private static readonly Refusal TooLate =
        new("too-late-to-move", "A sold booking moves while its cancellation is free; that time is over.");

    private static readonly Refusal CostsMore =
        new("costs-more", "That would cost more than was paid: book it beside this one, or cancel and book again.");

    private static readonly Refusal Used = new("already-redeemed", "A ticket was used; the booking cannot be moved.");

    public static async Task<Results<Ok<BookingResponse>, NotFound, ProblemHttpResult>> Handle(
        Guid id, MoveBookingRequest request, ClaimsPrincipal user, BookingsDb db, CatalogueCache catalogues,
        TouchedSlots touched, CancellationToken cancellation)
    {
        // Read before a connection is held: loading what is sold takes one of its own.
        var catalogue = await catalogues.GetAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await db.LockAsync(id, user, cancellation) is not { } booking) return TypedResults.NotFound();

        await db.LoadMoneyAsync(booking, cancellation);
        var now = await db.NowAsync(cancellation);
        if (RefuseToMove(booking, now) is { } refusal) return refusal.AsProblem();

        var (from, price) = (booking.SlotId, booking.PriceFen);
        var slot = request.AvailabilityId ?? from;
        var optionId = await db.Slots.Where(s => s.Id == slot && s.ProductId == booking.ProductId)
            .Select(s => (Guid?)s.OptionId).SingleOrDefaultAsync(cancellation);
        if (optionId is null)
        {
            return new Refusal("unknown-availability", $"The product has no availability {slot}.")
                .AsProblem(StatusCodes.Status404NotFound);
        }

        var (product, option) = catalogue.Options[optionId.Value];
        if (!catalogue.IsOnSale(product)) return new Refusal("not-on-sale", "The product is not on sale.").AsProblem();

        var units = request.Units is { } asked
            ? asked.Select(unit => new HoldUnit(unit.UnitId, unit.AgeBand, Id: unit.UnitItemId)).ToList()
            : booking.LiveUnits.OrderBy(item => item.Position)
                .Select(item => new HoldUnit(item.UnitId, item.AgeBand, Id: item.Id)).ToList();
        if (await MovePlaces.MoveAsync(db, booking, slot, product, option, units, now, cancellation) is { } refused)
        {
            return refused.Refusal.AsProblem(refused.Status);
        }

        if (booking.Status == BookingStatus.Confirmed)
        {
            // Nothing of the move is committed when it is refused here.
            if (booking.PriceFen > price) return CostsMore.AsProblem();

            booking.GiveBack(price - booking.PriceFen);
            db.GiveBack(booking, price - booking.PriceFen, "moved", now);
        }

        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        touched.Add([from, slot]);
        return TypedResults.Ok(booking.AsResponse(product, now));
    }

    private static Refusal? RefuseToMove(Booking booking, DateTimeOffset now)
    {
        if (booking.OrderId is not null) return PayBooking.PartOfOrder;
        if (booking.UnitItems.Exists(item => item.Status == UnitStatus.Redeemed)) return Used;
        if (booking.Status != BookingStatus.Confirmed) return booking.RefuseUnlessOnHold(now);

        var free = Refund.Of(booking.RefundPolicy, booking.PriceFen, booking.StartsAt, now) == booking.PriceFen;
        return free ? null : TooLate;
    }
}

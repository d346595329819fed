using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Bookings.Bookings;

/// <param name="AmountFen">What was taken: the frozen price, no more and no less.</param>
/// <param name="Method">cash, transfer or card-terminal.</param>
public sealed record RecordReceiptRequest(
    [Range(0, 1_000_000_000)] long AmountFen, [AllowedValues("cash", "transfer", "card-terminal")] string Method,
    [StringLength(200)] string? Note = null);

/// <summary>
/// The merchant, or an operator, vouches for money taken by hand for a reservation by phone, at a counter or through an
/// agency; recorded under their id. What was booked online is paid online.
/// </summary>
internal static class RecordReceipt
{
    private static readonly Refusal PaidOnline =
        new("paid-online", "A booking of the app is confirmed by its payment, not by a receipt.");

    public static async Task<Results<Created<BookingResponse>, NotFound, ForbidHttpResult, ProblemHttpResult>> Handle(
        Guid id, RecordReceiptRequest request, ClaimsPrincipal user, BookingsDb db, CatalogueCache catalogues,
        CancellationToken cancellation)
    {
        if (!user.IsInRole(Roles.Operator) && !user.IsInRole(Roles.Merchant)) return TypedResults.Forbid();
        if (await db.LockAsync(id, user, cancellation) is not { } booking) return TypedResults.NotFound();
        if (!Channels.Offline.Contains(booking.Channel)) return PaidOnline.AsProblem();

        var now = await db.NowAsync(cancellation);
        if (booking.Status is BookingStatus.Confirmed or BookingStatus.Redeemed)
        {
            return new Refusal("already-confirmed", "The booking was paid before.").AsProblem();
        }

        var product = (await catalogues.GetAsync(cancellation)).Products[booking.ProductId];
        if (booking.ConfirmAndTell(db, product, Authority.Counter, request.AmountFen, now) is { } refusal)
        {
            return refusal.AsProblem();
        }

        db.Add(new Receipt
        {
            Id = Guid.CreateVersion7(), BookingId = id, AmountFen = request.AmountFen, Method = request.Method,
            TakenBy = user.AccountId(), Note = request.Note, TakenAt = now,
        });
        await db.SaveChangesAsync(cancellation);
        return TypedResults.Created($"/v1/bookings/{id}", booking.AsResponse(product, now));
    }
}

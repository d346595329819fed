using Jingdezhen.Tourism.Platform.Http;

namespace Jingdezhen.Tourism.Bookings.Bookings;

internal static class BookingEndpoints
{
    public static RouteGroupBuilder MapBookings(this RouteGroupBuilder v1)
    {
        var bookings = v1.MapGroup("/bookings").WithTags("Bookings");
        bookings.MapPost("/", HoldPlaces.Handle).WithName(nameof(HoldPlaces)).RequireAuthorization(Roles.Tourist)
            .Produces<BookingResponse>(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status409Conflict);
        bookings.MapGet("/", FindBookings.Handle).WithName(nameof(FindBookings));
        bookings.MapGet("/{id:guid}", ShowBooking.Handle).WithName(nameof(ShowBooking));
        bookings.MapPost("/{id:guid}/confirm", ConfirmBooking.Handle).WithName(nameof(ConfirmBooking));
        bookings.MapPost("/{id:guid}/extend", ExtendBooking.Handle).WithName(nameof(ExtendBooking));
        bookings.MapPost("/{id:guid}/move", MoveBooking.Handle).WithName(nameof(MoveBooking));
        bookings.MapPost("/{id:guid}/cancel", CancelBooking.Handle).WithName(nameof(CancelBooking));
        bookings.MapPost("/{id:guid}/payments", PayBooking.Handle).WithName(nameof(PayBooking))
            .RequireAuthorization(Roles.Tourist).RequireIdempotencyKey();
        bookings.MapPost("/{id:guid}/receipts", RecordReceipt.Handle).WithName(nameof(RecordReceipt))
            .RequireIdempotencyKey();
        v1.MapPost("/counter-sales", SellAtCounter.Handle).WithName(nameof(SellAtCounter)).WithTags("Bookings")
            .RequireAuthorization(Roles.Merchant).Produces<BookingResponse>(StatusCodes.Status201Created);
        return v1;
    }
}

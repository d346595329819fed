using System.Security.Claims;
using Jingdezhen.Tourism.Bookings.Bookings;
using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using QRCoder;

namespace Jingdezhen.Tourism.Bookings.Tickets;

/// <summary>A ticket for the gate.</summary>
/// <param name="Code">The text of the QR code: a signature that a gate checks without network.</param>
/// <param name="QrSvg">Where the code is drawn.</param>
public sealed record TicketResponse(
    Guid UnitItemId, string UnitType, int Visitors, string Code, string QrSvg, DateTimeOffset ValidFrom,
    DateTimeOffset ValidTo);

internal static class ShowTickets
{
    /// <summary>How long before the start a gate lets people in.</summary>
    private static readonly TimeSpan Early = TimeSpan.FromHours(1);

    private static readonly Refusal NotConfirmed = new("not-confirmed", "Tickets exist once the booking is confirmed.");

    public static async Task<Results<Ok<List<TicketResponse>>, NotFound, ProblemHttpResult>> Handle(
        Guid id, ClaimsPrincipal user, BookingsDb db, CatalogueCache catalogues, TicketKeys keys,
        CancellationToken cancellation)
    {
        var booking = await db.Bookings.AsNoTracking().Include(b => b.UnitItems).VisibleTo(user)
            .SingleOrDefaultAsync(b => b.Id == id, cancellation);
        if (booking is null) return TypedResults.NotFound();
        if (booking.Status is not (BookingStatus.Confirmed or BookingStatus.Redeemed)) return NotConfirmed.AsProblem();

        var (keyId, key) = await keys.SigningAsync(cancellation);
        var product = (await catalogues.GetAsync(cancellation)).Products[booking.ProductId];
        return TypedResults.Ok(booking.LiveUnits.OrderBy(item => item.Position).Select(item =>
        {
            var ticket = TicketOf(booking, item, product);
            return new TicketResponse(
                item.Id, ticket.UnitType, ticket.Visitors, TicketCode.Sign(ticket, keyId, key),
                $"/v1/bookings/{id}/tickets/{item.Id}.svg", ticket.ValidFrom, ticket.ValidTo);
        }).ToList());
    }

    public static async Task<Results<ContentHttpResult, NotFound>> HandleSvg(
        Guid id, Guid unitItemId, ClaimsPrincipal user, BookingsDb db, CatalogueCache catalogues, TicketKeys keys,
        CancellationToken cancellation)
    {
        var answer = await Handle(id, user, db, catalogues, keys, cancellation);
        if (answer.Result is not Ok<List<TicketResponse>> { Value: { } tickets }
            || tickets.Find(ticket => ticket.UnitItemId == unitItemId) is not { } ticket)
        {
            return TypedResults.NotFound();
        }

        return TypedResults.Content(Svg(ticket.Code), "image/svg+xml");
    }

    public static string Svg(string code)
    {
        using var generator = new QRCodeGenerator();
        using var data = generator.CreateQrCode(code, QRCodeGenerator.ECCLevel.M);
        using var drawing = new SvgQRCode(data);
        return drawing.GetGraphic(4);
    }

    public static Ticket TicketOf(Booking booking, UnitItem item, Product product) => new(
        booking.Id, item.Id, booking.SlotId, product.VenueId,
        product.Options.SelectMany(option => option.Units).First(unit => unit.Id == item.UnitId).Type, item.PaxCount,
        booking.StartsAt - Early, booking.EndsAt);
}

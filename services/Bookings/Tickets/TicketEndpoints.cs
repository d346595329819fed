using Jingdezhen.Tourism.Platform.Http;

namespace Jingdezhen.Tourism.Bookings.Tickets;

internal static class TicketEndpoints
{
    public static RouteGroupBuilder MapTickets(this RouteGroupBuilder v1)
    {
        v1.MapGet("/bookings/{id:guid}/tickets", ShowTickets.Handle).WithName(nameof(ShowTickets)).WithTags("Tickets");
        v1.MapGet("/bookings/{id:guid}/tickets/{unitItemId:guid}.svg", ShowTickets.HandleSvg).WithName("DrawTicket")
            .WithTags("Tickets");
        v1.MapPost("/redemptions", RedeemTickets.Handle).WithName(nameof(RedeemTickets)).WithTags("Tickets")
            .RequireAuthorization(Roles.Merchant);
        v1.MapGet("/manifests", ShowManifest.Handle).WithName(nameof(ShowManifest)).WithTags("Tickets")
            .RequireAuthorization(Roles.Merchant);
        v1.MapGet("/tickets/keys", PublishTicketKeys.Handle).WithName(nameof(PublishTicketKeys)).WithTags("Tickets")
            .AllowAnonymous();
        v1.MapGet("/tickets/revocations", PublishRevocations.Handle).WithName(nameof(PublishRevocations))
            .WithTags("Tickets").AllowAnonymous();
        return v1;
    }
}

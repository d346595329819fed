using Jingdezhen.Tourism.Platform.Http;

namespace Jingdezhen.Tourism.Homestays.Stays;

internal static class StayEndpoints
{
    public static IEndpointRouteBuilder MapStays(this IEndpointRouteBuilder v1)
    {
        // The admission settles the key itself: RequireIdempotencyKey would give each hold a transaction of its own.
        // And the slice checks its request, of which the framework sees nothing.
        v1.MapPost("/stays", HoldNights.Handle).DisableValidation().RequireAuthorization(Roles.Tourist)
            .Accepts<HoldStayRequest>("application/json").Produces<StayResponse>(StatusCodes.Status201Created);
        v1.MapGet("/homestays/{listingId:guid}/reviews", ReviewStay.List).AllowAnonymous();
        v1.MapGet("/stays", FindStays.Own);
        v1.MapGet("/stays/{stayId:guid}", FindStays.One);
        v1.MapPost("/stays/{stayId:guid}/pay", PayStay.Handle);
        v1.MapPost("/stays/{stayId:guid}/cancel", CancelStay.Handle);
        v1.MapPost("/stays/{stayId:guid}/change", MoveStay.Handle);
        v1.MapPost("/stays/{stayId:guid}/review", ReviewStay.Handle).RequireIdempotencyKey();

        v1.MapGet("/admin/homestays/refunds", FindRefunds.Handle).RequireAuthorization(Roles.Staff);

        var host = v1.MapGroup("/host/stays").RequireAuthorization(Roles.Host);
        host.MapGet("/", FindStays.OfHost);
        host.MapPost("/{stayId:guid}/approve", AnswerRequest.Approve);
        host.MapPost("/{stayId:guid}/decline", AnswerRequest.Decline);
        host.MapPost("/{stayId:guid}/receipt", ReceiveOnSite.Handle);
        host.MapPost("/{stayId:guid}/check-in", LiveThroughStay.CheckIn);
        host.MapPost("/{stayId:guid}/check-out", LiveThroughStay.CheckOut);
        host.MapPost("/{stayId:guid}/no-show", LiveThroughStay.NoShow);
        host.MapPost("/{stayId:guid}/cancel", CancelStay.HandleByHost);
        return v1;
    }
}

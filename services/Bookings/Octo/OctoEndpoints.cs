using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace Jingdezhen.Tourism.Bookings.Octo;

/// <summary>OCTO at <c>/octo</c>: its shapes, codes and 200s go no further in than this folder.</summary>
internal static class OctoEndpoints
{
    public static WebApplication MapOcto(this WebApplication app)
    {
        var octo = app.MapGroup("/octo").WithTags("OCTO").RequireAuthorization(Roles.Reseller)
            .AddEndpointFilter<OctoErrorFilter>()
            .WithMetadata(new OctoMetadata());
        octo.MapGet("/supplier", OctoCatalogueCalls.Supplier).WithName("OctoSupplier").Produces<OctoSupplier>();
        octo.MapGet("/capabilities", OctoCatalogueCalls.Capabilities).WithName("OctoCapabilities")
            .Produces<List<OctoCapability>>();
        octo.MapGet("/products", OctoCatalogueCalls.Products).WithName("OctoProducts").Produces<List<OctoProduct>>();
        octo.MapGet("/products/{id}", OctoCatalogueCalls.Product).WithName("OctoProduct").Produces<OctoProduct>();
        octo.MapPost("/availability", OctoCatalogueCalls.Availability).WithName("OctoAvailability")
            .Produces<List<OctoAvailability>>();
        octo.MapPost("/availability/calendar", OctoCatalogueCalls.Calendar).WithName("OctoCalendar")
            .Produces<List<OctoCalendarDay>>();
        octo.MapPost("/bookings", (OctoBookingCalls calls) => calls.Reserve()).WithName("OctoReserve")
            .Produces<OctoBooking>();
        octo.MapGet("/bookings", (
            OctoBookingCalls calls, string? resellerReference, string? supplierReference, string? localDate,
            string? localDateStart, string? localDateEnd, string? productId, string? optionId) =>
            calls.Find(resellerReference, supplierReference, localDate, localDateStart, localDateEnd, productId,
                optionId))
            .WithName("OctoFindBookings").Produces<List<OctoBooking>>();
        octo.MapGet("/bookings/{uuid}", (string uuid, OctoBookingCalls calls) => calls.Show(uuid))
            .WithName("OctoShowBooking").Produces<OctoBooking>();
        octo.MapPatch("/bookings/{uuid}", (string uuid, OctoBookingCalls calls) => calls.Update(uuid))
            .WithName("OctoUpdate").Produces<OctoBooking>();
        octo.MapPost("/bookings/{uuid}/extend", (string uuid, OctoBookingCalls calls) => calls.Extend(uuid))
            .WithName("OctoExtend").Produces<OctoBooking>();
        octo.MapPost("/bookings/{uuid}/confirm", (string uuid, OctoBookingCalls calls) => calls.Confirm(uuid))
            .WithName("OctoConfirm").Produces<OctoBooking>();
        octo.MapPost("/bookings/{uuid}/cancel", (string uuid, OctoBookingCalls calls) => calls.Cancel(uuid))
            .WithName("OctoCancel").Produces<OctoBooking>();
        octo.MapDelete("/bookings/{uuid}", (string uuid, OctoBookingCalls calls) => calls.Cancel(uuid))
            .WithName("OctoDelete").Produces<OctoBooking>();
        octo.MapPost("/orders", (OctoOrderCalls calls) => calls.Create()).WithName("OctoCreateOrder")
            .Produces<OctoOrder>();
        octo.MapGet("/orders/{id}", (string id, OctoOrderCalls calls) => calls.Show(id)).WithName("OctoShowOrder")
            .Produces<OctoOrder>();
        octo.MapPost("/orders/{id}/extend", (string id, OctoOrderCalls calls) => calls.Extend(id))
            .WithName("OctoExtendOrder").Produces<OctoOrder>();
        octo.MapPost("/orders/{id}/confirm", (string id, OctoOrderCalls calls) => calls.Confirm(id))
            .WithName("OctoConfirmOrder").Produces<OctoOrder>();
        octo.MapPost("/orders/{id}/cancel", (string id, OctoOrderCalls calls) => calls.Cancel(id))
            .WithName("OctoCancelOrder").Produces<OctoOrder>();
        octo.MapDelete("/orders/{id}", (string id, OctoOrderCalls calls) => calls.Cancel(id))
            .WithName("OctoDeleteOrder")
            .Produces<OctoOrder>();
        return app;
    }

    internal sealed record OctoMetadata;
}

/// <summary>Says 401 and 403 in OCTO's words below <c>/octo</c>.</summary>
internal sealed class OctoAuthorizationResults : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler _others = new();

    public Task HandleAsync(
        RequestDelegate next, HttpContext context, AuthorizationPolicy policy,
        PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded
            || context.GetEndpoint()?.Metadata.GetMetadata<OctoEndpoints.OctoMetadata>() is null)
        {
            return _others.HandleAsync(next, context, policy, authorizeResult);
        }

        context.Response.StatusCode = authorizeResult.Challenged ? StatusCodes.Status401Unauthorized
            : StatusCodes.Status403Forbidden;
        var error = authorizeResult.Challenged
            ? new OctoError("UNAUTHORIZED", "Send the bearer token of a reseller.")
            : new OctoError("FORBIDDEN", "The token is not a reseller's.");
        return context.Response.WriteAsJsonAsync(error, OctoJson.Options, context.RequestAborted);
    }
}

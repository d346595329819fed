using Jingdezhen.Tourism.Bookings.Availability;
using Jingdezhen.Tourism.Bookings.Imports;
using Jingdezhen.Tourism.Platform.Http;

namespace Jingdezhen.Tourism.Bookings.Products;

internal static class ProductEndpoints
{
    public static RouteGroupBuilder MapProducts(this RouteGroupBuilder v1)
    {
        var products = v1.MapGroup("/products").WithTags("Products");
        products.MapGet("/", FindProducts.Handle).WithName(nameof(FindProducts)).AllowAnonymous();
        products.MapGet("/{id:guid}", ShowProduct.Handle).WithName(nameof(ShowProduct)).AllowAnonymous();
        products.MapPost("/import", ImportCatalogue.Handle).WithName(nameof(ImportCatalogue))
            .RequireAuthorization(Roles.Admin);
        products.MapPost("/", OfferProduct.Handle).WithName(nameof(OfferProduct)).RequireAuthorization(Roles.Merchant)
            .RequireIdempotencyKey();
        products.MapPatch("/{id:guid}", ChangeProduct.Handle).WithName(nameof(ChangeProduct))
            .RequireAuthorization(Roles.Merchant);
        products.MapPost("/{id:guid}/schedules", AddSchedule.Handle).WithName(nameof(AddSchedule))
            .RequireAuthorization(Roles.Merchant).RequireIdempotencyKey();
        products.MapPost("/{id:guid}/closures", CloseDays.Handle).WithName(nameof(CloseDays))
            .RequireAuthorization(Roles.Merchant).RequireIdempotencyKey();
        products.MapGet("/{id:guid}/schedules", FindSchedules.Handle).WithName(nameof(FindSchedules))
            .RequireAuthorization(Roles.Merchant);
        products.MapPost("/{id:guid}/schedules/{scheduleId:guid}/end", EndSchedule.Handle).WithName(nameof(EndSchedule))
            .RequireAuthorization(Roles.Merchant);
        products.MapGet("/{id:guid}/closures", FindClosures.Handle).WithName(nameof(FindClosures))
            .RequireAuthorization(Roles.Merchant);
        products.MapDelete("/{id:guid}/closures/{closureId:guid}", LiftClosure.Handle).WithName(nameof(LiftClosure))
            .RequireAuthorization(Roles.Merchant);
        v1.MapPatch("/availability/{id:guid}", ChangeSlot.Handle).WithName(nameof(ChangeSlot)).WithTags("Availability")
            .RequireAuthorization(Roles.Merchant);
        v1.MapGet("/availability", FindAvailability.Handle).WithName(nameof(FindAvailability)).WithTags("Availability")
            .AllowAnonymous();
        return v1;
    }
}

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
        products.MapPost("/import", ImportCatalogue.Handle).WithName(nameof(ImportCatalogue)).RequireAuthorization(Roles.Admin);
        v1.MapGet("/availability", FindAvailability.Handle).WithName(nameof(FindAvailability)).WithTags("Availability").AllowAnonymous();
        return v1;
    }
}

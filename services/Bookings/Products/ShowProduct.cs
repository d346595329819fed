using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Bookings.Products;

internal static class ShowProduct
{
    public static async Task<Results<Ok<ProductResponse>, NotFound>> Handle(
        Guid id, CatalogueCache catalogues, CancellationToken cancellation) =>
        (await catalogues.GetAsync(cancellation)).Products.TryGetValue(id, out var product)
            ? TypedResults.Ok(FindProducts.AsResponse(product))
            : TypedResults.NotFound();
}

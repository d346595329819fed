using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Products;

/// <summary>What a merchant may say anew about its product; absent members stay. Sold bookings keep their price and
/// policy of sale.</summary>
/// <param name="Prices">New prices of units, in fen, for holds from now on.</param>
public sealed record ChangeProductRequest(
    [StringLength(120, MinimumLength = 1)] string? NameZh = null,
    [StringLength(120, MinimumLength = 1)] string? NameEn = null, [StringLength(2000)] string? SummaryZh = null,
    [StringLength(2000)] string? SummaryEn = null, bool? Active = null,
    [MaxLength(10)] IReadOnlyList<RefundTierResponse>? RefundTiers = null,
    [MaxLength(100)] IReadOnlyList<UnitPriceRequest>? Prices = null);

public sealed record UnitPriceRequest(Guid UnitId, [Range(0, 100_000_000)] long PriceFen);

internal static class ChangeProduct
{
    public static async Task<Results<Ok<ProductResponse>, NotFound, ProblemHttpResult>> Handle(
        Guid id, ChangeProductRequest request, ClaimsPrincipal user, BookingsDb db, CatalogueCache catalogues,
        CancellationToken cancellation)
    {
        if (request.RefundTiers?.Any(tier => tier.Percent is < 0 or > 100 || tier.HoursBefore < 0) == true)
        {
            return Problems.Invalid("refundTiers", "hoursBefore of at least 0 and a percent from 0 to 100.");
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await db.OwnProductAsync(id, user, cancellation) is not { } product) return TypedResults.NotFound();

        foreach (var price in request.Prices ?? [])
        {
            var unit = product.Options.SelectMany(option => option.Units)
                .FirstOrDefault(unit => unit.Id == price.UnitId);
            if (unit is null) return Problems.Invalid("prices.unitId", $"The product has no unit {price.UnitId}.");

            unit.PriceFen = price.PriceFen;
        }

        (product.NameZh, product.NameEn) = (request.NameZh ?? product.NameZh, request.NameEn ?? product.NameEn);
        (product.SummaryZh, product.SummaryEn) = (
            request.SummaryZh ?? product.SummaryZh, request.SummaryEn ?? product.SummaryEn);
        product.Active = request.Active ?? product.Active;
        if (request.RefundTiers is { } tiers)
        {
            product.RefundTiers = tiers.Select(
                tier => new RefundTier { HoursBefore = tier.HoursBefore, Percent = tier.Percent }).ToList();
        }

        await db.SaveChangesAsync(cancellation);
        await db.ChangeCatalogueAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        catalogues.Expire();
        return TypedResults.Ok(FindProducts.AsResponse(product));
    }

    /// <summary>The merchant's own product with all that belongs to it; null when it is somebody else's.</summary>
    public static Task<Product?> OwnProductAsync(
        this BookingsDb db, Guid id, ClaimsPrincipal user, CancellationToken cancellation)
    {
        var merchant = user.MerchantId();
        return db.Products.Include(product => product.Options).ThenInclude(option => option.Units)
            .SingleOrDefaultAsync(product => product.Id == id && product.SupplierId == merchant, cancellation);
    }
}

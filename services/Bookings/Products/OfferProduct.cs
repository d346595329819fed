using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Products;

/// <param name="Code">The merchant's own name for it.</param>
/// <param name="AvailabilityType">START_TIME or OPENING_HOURS.</param>
/// <param name="GroupPriceFen">The price of a booking, whoever comes (a study tour); absent, every unit has its
/// price.</param>
public sealed record OfferProductRequest(
    [Required, RegularExpression("[a-z0-9-]{2,60}")] string Code, [Required, StringLength(40)] string Kind,
    [Required, StringLength(80)] string VenueId, [Required, StringLength(60)] string County,
    [Required, StringLength(120)] string NameZh, [Required, StringLength(120)] string NameEn,
    [AllowedValues("START_TIME", "OPENING_HOURS")] string AvailabilityType,
    [Required, MinLength(1), MaxLength(12)] IReadOnlyList<OfferUnitRequest> Units, [Range(-90, 90)] double Latitude,
    [Range(-180, 180)] double Longitude, bool Night = false, bool RealName = false, [Range(1, 200)] int MaxUnits = 10,
    [Range(0, 10_080)] int CutoffMinutes = 0, [StringLength(2000)] string SummaryZh = "",
    [StringLength(2000)] string SummaryEn = "", [MaxLength(10)] IReadOnlyList<RefundTierResponse>? RefundTiers = null,
    [Range(0, 100_000_000)] long? GroupPriceFen = null, [Range(1, 200)] int MinUnits = 1,
    [MaxLength(10)] IReadOnlyList<string>? Languages = null, [MaxLength(20)] IReadOnlyList<string>? Themes = null);

public sealed record OfferUnitRequest(
    [AllowedValues(
        "ADULT", "YOUTH", "CHILD", "INFANT", "FAMILY", "SENIOR", "STUDENT", "MILITARY", "OTHER")] string Type,
    [Range(0, 100_000_000)] long PriceFen, [Range(0, 100)] int PaxCount = 1, [Range(0, 120)] int MinAge = 0,
    [Range(0, 120)] int MaxAge = 120, bool IdRequired = false,
    [MaxLength(9)] IReadOnlyList<string>? AccompaniedBy = null);

/// <summary>A merchant puts a product with one option on sale; its schedules say when.</summary>
internal static class OfferProduct
{
    public static async Task<Results<Created<ProductResponse>, ForbidHttpResult, ProblemHttpResult>> Handle(
        OfferProductRequest request, ClaimsPrincipal user, BookingsDb db, CatalogueCache catalogues,
        CancellationToken cancellation)
    {
        if (user.MerchantId() is not { } merchant) return TypedResults.Forbid();
        if (request.MinUnits > request.MaxUnits) return Problems.Invalid("minUnits", "Not more than maxUnits.");
        if (!await db.Suppliers.AnyAsync(supplier => supplier.Id == merchant, cancellation))
        {
            return new Refusal("unknown-supplier", "The merchant has not joined as a supplier yet.").AsProblem();
        }

        if (await db.Products.AnyAsync(
            known => known.SupplierId == merchant && known.Code == request.Code, cancellation))
        {
            return new Refusal("code-taken", $"There is a product '{request.Code}' already.").AsProblem();
        }

        var product = New(request, merchant);
        db.Add(product);
        await db.SaveChangesAsync(cancellation);
        await db.ChangeCatalogueAsync(cancellation);
        catalogues.Expire();
        return TypedResults.Created($"/v1/products/{product.Id}", FindProducts.AsResponse(product));
    }

    private static Product New(OfferProductRequest request, Guid merchant)
    {
        var product = new Product
        {
            Id = Guid.CreateVersion7(), SupplierId = merchant, Code = request.Code, Kind = request.Kind,
            VenueId = request.VenueId, County = request.County, NameZh = request.NameZh, NameEn = request.NameEn,
            SummaryZh = request.SummaryZh, SummaryEn = request.SummaryEn,
            PricedPer = request.GroupPriceFen is null ? PricedPer.Unit : PricedPer.Booking, Night = request.Night,
            RealName = request.RealName,
            AvailabilityType = request.AvailabilityType == "START_TIME"
                ? AvailabilityType.StartTime
                : AvailabilityType.OpeningHours,
            Latitude = request.Latitude, Longitude = request.Longitude,
            Languages = [.. request.Languages ?? ["zh"]], Themes = [.. request.Themes ?? []], Assumed = [],
            RefundTiers = (request.RefundTiers ?? [])
                .Select(tier => new RefundTier { HoursBefore = tier.HoursBefore, Percent = tier.Percent }).ToList(),
        };
        var option = new Option
        {
            Id = Guid.CreateVersion7(), ProductId = product.Id, Code = "standard", NameZh = request.NameZh,
            NameEn = request.NameEn, IsDefault = true, MinUnits = request.MinUnits, MaxUnits = request.MaxUnits,
            CutoffMinutes = request.CutoffMinutes, PriceFen = request.GroupPriceFen,
        };
        option.Units.AddRange(request.Units.Select(unit => new Unit
        {
            Id = Guid.CreateVersion7(), OptionId = option.Id, Type = unit.Type, NameZh = unit.Type, NameEn = unit.Type,
            MinAge = unit.MinAge, MaxAge = unit.MaxAge, IdRequired = unit.IdRequired, PaxCount = unit.PaxCount,
            PriceFen = unit.PriceFen, AccompaniedBy = [.. unit.AccompaniedBy ?? []],
        }));
        product.Options.Add(option);
        return product;
    }
}

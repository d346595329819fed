using Jingdezhen.Tourism.Bookings.Availability;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Bookings.Products;

/// <summary>A product on sale. Prices in fen.</summary>
/// <param name="AvailabilityType">START_TIME or OPENING_HOURS.</param>
/// <param name="PricedPer">UNIT or BOOKING.</param>
/// <param name="RealName">Every unit needs an identity document.</param>
/// <param name="Assumed">Which figures no source gives; they are plausible and no more.</param>
public sealed record ProductResponse(
    Guid Id, string Code, string Kind, Guid SupplierId, string VenueId, string County, string NameZh, string NameEn,
    string SummaryZh, string SummaryEn, string AvailabilityType, string PricedPer, bool Night, bool RealName,
    double Latitude, double Longitude, IReadOnlyList<string> Languages, IReadOnlyList<string> Themes,
    IReadOnlyList<string> Assumed, IReadOnlyList<RefundTierResponse> RefundTiers,
    IReadOnlyList<OptionResponse> Options);

/// <summary>What a cancellation at least so many hours before the start gives back.</summary>
public sealed record RefundTierResponse(int HoursBefore, int Percent);

public sealed record OptionResponse(
    Guid Id, string Code, string NameZh, string NameEn, int MinUnits, int MaxUnits, int CutoffMinutes, long? PriceFen,
    IReadOnlyList<UnitResponse> Units);

public sealed record UnitResponse(
    Guid Id, string Type, string NameZh, string NameEn, int MinAge, int MaxAge, bool IdRequired, int PaxCount,
    long PriceFen, IReadOnlyList<string> AccompaniedBy);

internal static class FindProducts
{
    /// <summary>Products on sale by words, county, theme, kind, language and a day on which places are left.</summary>
    public static async Task<Results<Ok<List<ProductResponse>>, ProblemHttpResult>> Handle(
        string? text, DateOnly? date, string? county, string? theme, string? kind, string? language, int? limit,
        Guid? after, BookingsDb db, CatalogueCache catalogues, CancellationToken cancellation)
    {
        if (limit is < 1 or > 100) return Problems.Invalid("limit", "Between 1 and 100.");

        var found = (await catalogues.GetAsync(cancellation)).OnSale
            .Where(product => county is null || product.County.Equals(county, StringComparison.OrdinalIgnoreCase))
            .Where(product => theme is null || product.Themes.Contains(theme))
            .Where(product => kind is null || product.Kind == kind)
            .Where(product => language is null || product.Languages.Contains(language))
            .Where(product => text is null || Speaks(product, text));
        if (date is { } day)
        {
            var open = await db.ProductsWithPlacesAsync(day, cancellation);
            found = found.Where(product => open.Contains(product.Id));
        }

        var page = found.Where(product => after is null || product.Id > after).Take(limit ?? 50);
        return TypedResults.Ok(page.Select(AsResponse).ToList());
    }

    public static ProductResponse AsResponse(Product product) => new(
        product.Id, product.Code, product.Kind, product.SupplierId, product.VenueId, product.County, product.NameZh,
        product.NameEn, product.SummaryZh, product.SummaryEn,
        product.AvailabilityType == AvailabilityType.StartTime ? "START_TIME" : "OPENING_HOURS",
        product.PricedPer == PricedPer.Unit ? "UNIT" : "BOOKING", product.Night, product.RealName, product.Latitude,
        product.Longitude, product.Languages, product.Themes, product.Assumed,
        product.RefundTiers.ConvertAll(tier => new RefundTierResponse(tier.HoursBefore, tier.Percent)),
        product.Options.ConvertAll(option => new OptionResponse(
            option.Id, option.Code, option.NameZh, option.NameEn, option.MinUnits, option.MaxUnits,
            option.CutoffMinutes,
            option.PriceFen, option.Units.ConvertAll(unit => new UnitResponse(
                unit.Id, unit.Type, unit.NameZh, unit.NameEn, unit.MinAge, unit.MaxAge, unit.IdRequired, unit.PaxCount,
                unit.PriceFen, unit.AccompaniedBy)))));

    private static bool Speaks(Product product, string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(word =>
            new[] { product.NameZh, product.NameEn, product.SummaryZh, product.SummaryEn, product.Code,
                product.VenueId }
                .Any(said => said.Contains(word, StringComparison.OrdinalIgnoreCase)));
}

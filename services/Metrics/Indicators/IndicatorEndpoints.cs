using Jingdezhen.Tourism.Platform.Http;

namespace Jingdezhen.Tourism.Metrics.Indicators;

internal static class IndicatorEndpoints
{
    public static void MapIndicators(this IEndpointRouteBuilder v1)
    {
        var indicators = v1.MapGroup("/indicators").RequireAuthorization(Roles.Admin).WithTags("Indicators");
        indicators.MapGet("/", ListIndicators.Handle).WithName("ListIndicators");
        indicators.MapGet("/{id}", ReadIndicator.Handle).WithName("ReadIndicator");
        v1.MapGet("/merchant-figures", ReadOwnProducts.Handle).RequireAuthorization(Roles.Seller)
            .WithTags("Indicators").WithName("ReadOwnProducts");
    }
}

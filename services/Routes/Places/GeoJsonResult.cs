using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Metadata;
using NetTopologySuite.Features;
using NetTopologySuite.IO.Converters;

namespace Jingdezhen.Tourism.Routes.Places;

/// <summary>An answer in GeoJSON (RFC 7946).</summary>
internal sealed class GeoJsonResult(FeatureCollection features) : IResult, IEndpointMetadataProvider
{
    private const string MediaType = "application/geo+json";

    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new GeoJsonConverterFactory() },
    };

    public Task ExecuteAsync(HttpContext httpContext) =>
        httpContext.Response.WriteAsJsonAsync(features, Json, MediaType, httpContext.RequestAborted);

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, null, [MediaType]));
}

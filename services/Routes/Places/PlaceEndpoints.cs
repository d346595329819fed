using Jingdezhen.Tourism.Platform.Http;

namespace Jingdezhen.Tourism.Routes.Places;

internal static class PlaceEndpoints
{
    public static void AddPlaces(this IServiceCollection services) => services.AddSingleton<CatalogueCache>();

    public static RouteGroupBuilder MapPlaces(this RouteGroupBuilder v1)
    {
        v1.MapGet("/places", FindPlaces.Handle).AllowAnonymous();
        v1.MapGet("/places.geojson", FindPlaces.AsGeoJson).AllowAnonymous();
        v1.MapGet("/places/{id}", FindPlaces.Show).AllowAnonymous();
        v1.MapPatch("/places/{id}", EditPlace.Handle).RequireAuthorization(Roles.Admin);
        v1.MapGet("/places/{id}/history", EditPlace.History).RequireAuthorization(Roles.Staff);
        v1.MapPost("/places/import", ImportPlaces.Handle).RequireAuthorization(Roles.Admin);
        v1.MapGet("/holidays", SetHolidays.List).AllowAnonymous();
        v1.MapPut("/holidays", SetHolidays.Handle).RequireAuthorization(Roles.Admin);
        return v1;
    }
}

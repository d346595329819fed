using System.Security.Claims;
using System.Text;
using Jingdezhen.Tourism.Routes.Places;
using Jingdezhen.Tourism.Routes.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Routes.Itineraries;

internal static class ExportItinerary
{
    /// <summary>The owner's itinerary as ics, gpx, geojson, html or svg.</summary>
    public static async Task<IResult> Handle(Guid id, string format, ClaimsPrincipal user, RoutesDb db,
        CancellationToken cancellation) =>
        await SaveItinerary.Find(id, user, db, cancellation) is { } itinerary ? As(format, itinerary)
            : TypedResults.NotFound();

    /// <summary>The same for whoever has the link.</summary>
    public static async Task<IResult> Shared(string key, string format, HttpResponse response, RoutesDb db,
        CancellationToken cancellation)
    {
        response.Headers["X-Robots-Tag"] = "noindex";
        return await db.Itineraries.AsNoTracking()
            .SingleOrDefaultAsync(each => each.ShareKey == key, cancellation) is { } itinerary
            ? As(format, itinerary) : TypedResults.NotFound();
    }

    private static IResult As(string format, Itinerary itinerary) => format switch
    {
        "ics" => TypedResults.Text(Exports.ICalendar(itinerary.Id, itinerary.Version, itinerary.Name, itinerary.Plan),
            "text/calendar", Encoding.UTF8),
        "gpx" => TypedResults.Text(Exports.Gpx(itinerary.Name, itinerary.Plan), "application/gpx+xml", Encoding.UTF8),
        "geojson" => new GeoJsonResult(Exports.GeoJson(itinerary.Plan)),
        "html" => TypedResults.Text(PrintablePage.Write(itinerary.Name, itinerary.Plan), "text/html", Encoding.UTF8),
        "svg" => TypedResults.Text(MapPicture.Draw(itinerary.Name, itinerary.Plan), "image/svg+xml", Encoding.UTF8),
        _ => TypedResults.NotFound(),
    };
}

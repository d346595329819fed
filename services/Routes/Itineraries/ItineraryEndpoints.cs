using Jingdezhen.Tourism.Platform.Http;

namespace Jingdezhen.Tourism.Routes.Itineraries;

internal static class ItineraryEndpoints
{
    public static RouteGroupBuilder MapItineraries(this RouteGroupBuilder v1)
    {
        v1.MapPost("/itineraries", SaveItinerary.Handle).RequireIdempotencyKey();
        v1.MapGet("/itineraries", SaveItinerary.List);
        v1.MapGet("/itineraries/{id:guid}", SaveItinerary.Show);
        v1.MapPatch("/itineraries/{id:guid}", SaveItinerary.Rename);
        v1.MapDelete("/itineraries/{id:guid}", SaveItinerary.Delete);
        v1.MapGet("/itineraries/{id:guid}/versions", SaveItinerary.Versions);
        v1.MapPut("/itineraries/{id:guid}/share", SaveItinerary.Share);
        v1.MapDelete("/itineraries/{id:guid}/share", SaveItinerary.Unshare);
        v1.MapPost("/itineraries/{id:guid}/edit", EditItinerary.Handle);
        v1.MapPost("/itineraries/{id:guid}/replan", ReplanItinerary.Handle);
        v1.MapPut("/itineraries/{id:guid}/position", GuideVisitor.Position);
        v1.MapGet("/itineraries/{id:guid}/guidance", GuideVisitor.Handle);
        v1.MapGet("/itineraries/{id:guid}/export.{format}", ExportItinerary.Handle);
        v1.MapGet("/shared-itineraries/{key}", SaveItinerary.Shared).AllowAnonymous();
        v1.MapGet("/shared-itineraries/{key}/export.{format}", ExportItinerary.Shared).AllowAnonymous();
        return v1;
    }
}

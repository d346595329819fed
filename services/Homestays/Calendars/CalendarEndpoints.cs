using Jingdezhen.Tourism.Platform.Http;

namespace Jingdezhen.Tourism.Homestays.Calendars;

internal static class CalendarEndpoints
{
    public static IEndpointRouteBuilder MapCalendars(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/homestays/{listingId:guid}/rooms/{roomId:guid}/calendar", HostCalendar.ReadPublic).AllowAnonymous();

        var host = v1.MapGroup("/host").RequireAuthorization(Roles.Host);
        host.MapGet("/rooms/{roomId:guid}/calendar", HostCalendar.Read);
        host.MapPut("/calendar", HostCalendar.Edit);
        host.MapGet("/blocks", BlockNights.List);
        host.MapPost("/blocks", BlockNights.Handle).RequireIdempotencyKey();
        host.MapDelete("/blocks/{blockId:guid}", BlockNights.Remove);
        return v1;
    }
}

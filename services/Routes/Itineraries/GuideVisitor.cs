using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using Jingdezhen.Tourism.Platform.Http;
using Jingdezhen.Tourism.Routes.Places;
using Jingdezhen.Tourism.Routes.Storage;
using Jingdezhen.Tourism.Routes.Travel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Routes.Itineraries;

public sealed record PositionRequest(double Lat, double Lon);

/// <param name="LeaveBy">When to set out from where one is, to be there when the visit is to start.</param>
/// <param name="LateMinutes">How much too late one would be, setting out now; 0 when in time.</param>
public sealed record GuidanceResponse(
    string? PlaceId, string? NameZh, string? NameEn, DateTimeOffset? Start, DateTimeOffset? LeaveBy, int TravelMinutes,
        int LateMinutes,
    string Zh, string En);

/// <summary>Live guidance as server-sent events: next-stop whenever it changes, delay when one will be late,
/// end.</summary>
internal static class GuideVisitor
{
    private static readonly TimeSpan Pulse = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestStream = TimeSpan.FromHours(2);
    private static readonly TimeSpan PositionIsOld = TimeSpan.FromMinutes(30);
    private const int Tolerance = 3;

    public static async Task<Results<NoContent, NotFound, ProblemHttpResult>> Position(
        Guid id, PositionRequest request, ClaimsPrincipal user, RoutesDb db, TimeProvider clock,
            CancellationToken cancellation)
    {
        if (!PlaceReader.InRegion(request.Lat, request.Lon))
            return Problems.Invalid("lat", "The point lies outside Jingdezhen and its counties.");
        if (await SaveItinerary.Find(id, user, db, cancellation) is not { } itinerary) return TypedResults.NotFound();
        itinerary.Seen(request.Lat, request.Lon, clock.GetUtcNow());
        await db.SaveChangesAsync(cancellation);
        return TypedResults.NoContent();
    }

    public static async Task<Results<ServerSentEventsResult<GuidanceResponse>, NotFound>> Handle(
        Guid id, ClaimsPrincipal user, RoutesDb db, IServiceScopeFactory scopes, TravelTimes travel,
            CatalogueCache catalogues,
        TimeProvider clock, CancellationToken cancellation)
    {
        if (await SaveItinerary.Find(id, user, db, cancellation) is null) return TypedResults.NotFound();
        return TypedResults.ServerSentEvents(Stream(id, scopes, travel, catalogues, clock, cancellation));
    }

    private static async IAsyncEnumerable<SseItem<GuidanceResponse>> Stream(
        Guid id, IServiceScopeFactory scopes, TravelTimes travel, CatalogueCache catalogues, TimeProvider clock,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var until = clock.GetUtcNow() + LongestStream;
        GuidanceResponse? said = null;
        using var pulse = new PeriodicTimer(Pulse, clock);
        do
        {
            // A scope for each look: a stream of hours must not hold a connection.
            Itinerary? itinerary;
            await using (var scope = scopes.CreateAsyncScope())
            {
                itinerary = await scope.ServiceProvider.GetRequiredService<RoutesDb>().Itineraries.AsNoTracking()
                    .SingleOrDefaultAsync(each => each.Id == id, cancellation);
            }

            if (itinerary is null) yield break;
            var now = await NextAsync(itinerary, travel, catalogues, clock.GetUtcNow(), cancellation);
            if (now == said) continue;
            if (now.PlaceId != said?.PlaceId || said is null)
                yield return new(now, now.PlaceId is null ? "end" : "next-stop");
            if (now.LateMinutes > Tolerance && (now.LateMinutes > (said?.LateMinutes ?? 0) + 1
                || now.PlaceId != said?.PlaceId)) yield return new(now, "delay");
            else if (said is not null && now.PlaceId == said.PlaceId && now.LeaveBy != said.LeaveBy)
                yield return new(now, "leave-by");
            said = now;
            if (now.PlaceId is null) yield break;
        }
        while (clock.GetUtcNow() < until && await pulse.WaitForNextTickAsync(cancellation));
    }

    /// <summary>What comes next from where the visitor was last seen, or from the stop before.</summary>
    internal static async Task<GuidanceResponse> NextAsync(
        Itinerary itinerary, TravelTimes travel, CatalogueCache catalogues, DateTimeOffset now,
            CancellationToken cancellation)
    {
        var next = Exports.Visits(itinerary.Plan).FirstOrDefault(stop => stop.Start > now && stop.End > now)
            ?? Exports.Visits(itinerary.Plan).FirstOrDefault(stop => stop.End > now);
        if (next is null) return new(null, null, null, null, null, 0, 0, "行程已结束", "The itinerary has ended.");

        var minutes = (int)(next.Leg.Arrive - next.Leg.Depart).TotalMinutes;
        if (itinerary is { Lat: { } lat, Lon: { } lon, SeenAt: { } seen } && now - seen < PositionIsOld)
        {
            var catalogue = await catalogues.CurrentAsync(cancellation);
            var table = await travel.TableAsync(catalogue, [new(lat, lon)], cancellation);
            var (here, there) = (catalogue.Places.Count, catalogue.IndexOf(next.Place.PlaceId!));
            var mode = next.Leg.Mode switch { "walk" => Planning.TravelMode.Walk, "ebike" =>
                Planning.TravelMode.Ebike, _ => Planning.TravelMode.Taxi };
            if (there >= 0) minutes = Math.Min(table.Minutes(mode, here, there),
                table.Minutes(Planning.TravelMode.Taxi, here, there));
        }

        var leaveBy = next.Start - TimeSpan.FromMinutes(minutes);
        var late = Math.Max(0, (int)Math.Ceiling((now + TimeSpan.FromMinutes(minutes) - next.Start).TotalMinutes));
        var clock = Geo.InShanghai(leaveBy);
        return new(
            next.Place.PlaceId, next.Place.NameZh, next.Place.NameEn, next.Start, leaveBy, minutes, late,
            late > Tolerance ? $"前往{next.Place.NameZh}将迟到{late}分钟，可重新规划。"
                : $"下一站{next.Place.NameZh}，请于{clock:HH:mm}前出发。",
            late > Tolerance ? $"You would be {late} minutes late at {next.Place.NameEn}; plan anew."
                : $"Next is {next.Place.NameEn}; leave by {clock:HH:mm}.");
    }
}

using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Jingdezhen.Tourism.Homestays.Listings;
using Jingdezhen.Tourism.Homestays.Storage;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Homestays.Feeds;

internal static class FeedEndpoints
{
    public static IServiceCollection AddFeeds(this IServiceCollection services) => services
        .AddSingleton<CalendarFetcher>().AddSingleton<SyncCalendar>().AddHostedService<SyncCalendarsJob>();

    public static IEndpointRouteBuilder MapFeeds(this IEndpointRouteBuilder v1)
    {
        var host = v1.MapGroup("/host").RequireAuthorization(Roles.Host);
        host.MapGet("/rooms/{roomId:guid}/feed", HostFeeds.Address);
        host.MapPost("/rooms/{roomId:guid}/feed/renew", HostFeeds.Renew);
        host.MapGet("/calendars", HostFeeds.List);
        host.MapPost("/calendars", HostFeeds.Import).RequireIdempotencyKey();
        host.MapPost("/calendars/{sourceId:guid}/sync", HostFeeds.Sync);
        host.MapDelete("/calendars/{sourceId:guid}", HostFeeds.Remove);
        host.MapGet("/calendar-conflicts", HostFeeds.Conflicts);
        return v1;
    }
}

public sealed record FeedResponse(Guid RoomId, string Path);

/// <param name="Name">How the host calls it: airbnb, booking.</param>
public sealed record ImportCalendarRequest(
    [Required] Guid RoomId, [Required, RegularExpression("^[a-z0-9-]{1,30}$")] string Name,
    [PlainText(1000, 8)] string Url);

/// <summary>An imported calendar and how the last attempts went; the address is shown without its query, which may be
/// secret.</summary>
public sealed record CalendarSourceResponse(
    Guid Id, Guid RoomId, string Name, string Address, DateTimeOffset? TriedAt, DateTimeOffset? SucceededAt,
    string? LastFault,
    int Faults, int Events, int Added, int Removed, int Skipped, DateTimeOffset NextAt, int OpenConflicts);

public sealed record ConflictResponse(
    Guid Id, Guid RoomId, Guid StayId, string Calendar, DateOnly From, DateOnly To, DateTimeOffset FoundAt,
    DateTimeOffset? ResolvedAt);

internal static class HostFeeds
{
    private const int MostPerRoom = 5;

    public static async Task<Results<Ok<FeedResponse>, NotFound>> Address(
        Guid roomId, ClaimsPrincipal user, HomestaysDb db, CancellationToken cancellation)
    {
        var merchant = user.MerchantId();
        return await db.Rooms.Where(r => r.Id == roomId && r.MerchantId == merchant).Select(r => r.FeedSecret)
            .SingleOrDefaultAsync(cancellation) is { } secret
            ? TypedResults.Ok(new FeedResponse(roomId, $"/ical/{secret}.ics")) : TypedResults.NotFound();
    }

    /// <summary>The old address leads nowhere from now on.</summary>
    public static async Task<Results<Ok<FeedResponse>, NotFound>> Renew(
        Guid roomId, ClaimsPrincipal user, HomestaysDb db, CancellationToken cancellation)
    {
        var (merchant, secret) = (user.MerchantId(), Room.NewSecret());
        return await db.Rooms.Where(r => r.Id == roomId && r.MerchantId == merchant)
            .ExecuteUpdateAsync(set => set.SetProperty(r => r.FeedSecret, secret), cancellation) == 1
            ? TypedResults.Ok(new FeedResponse(roomId, $"/ical/{secret}.ics")) : TypedResults.NotFound();
    }

    public static async Task<Results<Created<CalendarSourceResponse>, NotFound, ProblemHttpResult>> Import(
        ImportCalendarRequest request, ClaimsPrincipal user, HomestaysDb db, CalendarFetcher fetcher,
        TimeProvider clock,
        CancellationToken cancellation)
    {
        if (fetcher.FaultOf(request.Url) is { } because) return Problems.Invalid("url", because);

        var merchant = user.MerchantId();
        if (!await db.Rooms.AnyAsync(r => r.Id == request.RoomId && r.MerchantId == merchant,
            cancellation)) return TypedResults.NotFound();

        var names = await db.CalendarSources.Where(s => s.RoomId == request.RoomId).Select(s => s.Name)
            .ToListAsync(cancellation);
        if (names.Contains(request.Name))
            return new Refusal("already-imported", $"The room has a calendar called {request.Name}.").AsProblem();
        if (names.Count >= MostPerRoom)
            return new Refusal("too-many-calendars", $"A room imports at most {MostPerRoom} calendars.").AsProblem();

        var source = new CalendarSource
        {
            Id = Guid.CreateVersion7(), RoomId = request.RoomId, MerchantId = merchant!.Value, Name = request.Name,
            Url = request.Url,
            NextAt = clock.GetUtcNow(),
        };
        db.Add(source);
        await db.SaveChangesAsync(cancellation);
        return TypedResults.Created($"/v1/host/calendars/{source.Id}", Of(source, 0));
    }

    public static async Task<Results<Ok<CalendarSourceResponse>, NotFound>> Sync(
        Guid sourceId, ClaimsPrincipal user, HomestaysDb db, SyncCalendar sync, CancellationToken cancellation)
    {
        var merchant = user.MerchantId();
        if (!await db.CalendarSources.AnyAsync(s => s.Id == sourceId && s.MerchantId == merchant, cancellation))
            return TypedResults.NotFound();

        await sync.RunAsync(db, sourceId, cancellation);
        var source = await db.CalendarSources.AsNoTracking().SingleAsync(s => s.Id == sourceId, cancellation);
        return TypedResults.Ok(Of(source, await db.CalendarConflicts.CountAsync(
            c => c.SourceId == sourceId && c.ResolvedAt == null, cancellation)));
    }

    public static async Task<Ok<List<CalendarSourceResponse>>> List(
        ClaimsPrincipal user, HomestaysDb db, CancellationToken cancellation, [Range(1, 100)] int limit = 100,
        Guid? after = null)
    {
        var merchant = user.MerchantId();
        var sources = await db.CalendarSources.AsNoTracking()
            .Where(s => s.MerchantId == merchant && (after == null || s.Id > after)).OrderBy(s => s.Id).Take(limit)
            .Select(s => new { s, Open = db.CalendarConflicts.Count(c => c.SourceId == s.Id && c.ResolvedAt == null) })
            .ToListAsync(cancellation);
        return TypedResults.Ok(sources.ConvertAll(row => Of(row.s, row.Open)));
    }

    /// <summary>With the calendar go the nights that it closed.</summary>
    public static async Task<Results<NoContent, NotFound>> Remove(
        Guid sourceId, ClaimsPrincipal user, HomestaysDb db, TimeProvider clock, CancellationToken cancellation)
    {
        var merchant = user.MerchantId();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await db.CalendarSources.SingleOrDefaultAsync(s => s.Id == sourceId && s.MerchantId == merchant,
            cancellation)
            is not { } source) return TypedResults.NotFound();

        await db.Blocks.Where(b => b.SourceId == sourceId).ExecuteDeleteAsync(cancellation);
        await db.CalendarConflicts.Where(c => c.SourceId == sourceId && c.ResolvedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.ResolvedAt, clock.GetUtcNow()), cancellation);
        db.Remove(source);
        await db.SaveChangesAsync(cancellation);
        await db.TouchRoomsAsync(room => room.Id == source.RoomId, cancellation);
        await transaction.CommitAsync(cancellation);
        return TypedResults.NoContent();
    }

    public static async Task<Ok<List<ConflictResponse>>> Conflicts(
        ClaimsPrincipal user, HomestaysDb db, CancellationToken cancellation, [Range(1, 100)] int limit = 100,
        bool all = false)
    {
        var merchant = user.MerchantId();
        return TypedResults.Ok(await (
            from c in db.CalendarConflicts.AsNoTracking()
            join s in db.CalendarSources on c.SourceId equals s.Id
            where c.MerchantId == merchant && (all || c.ResolvedAt == null)
            orderby c.FoundAt descending
            select new ConflictResponse(c.Id, c.RoomId, c.StayId, s.Name, c.From, c.To, c.FoundAt, c.ResolvedAt))
            .Take(limit).ToListAsync(cancellation));
    }

    private static CalendarSourceResponse Of(CalendarSource source, int openConflicts) => new(
        source.Id, source.RoomId, source.Name, new Uri(source.Url).GetLeftPart(UriPartial.Path), source.TriedAt,
        source.SucceededAt,
        source.LastFault, source.Faults, source.Events, source.Added, source.Removed, source.Skipped, source.NextAt,
        openConflicts);
}

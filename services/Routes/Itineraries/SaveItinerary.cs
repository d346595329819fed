using System.Security.Claims;
using System.Security.Cryptography;
using System.Buffers.Text;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Http;
using Jingdezhen.Tourism.Platform.Messaging;
using Jingdezhen.Tourism.Routes.Library;
using Jingdezhen.Tourism.Routes.Plans;
using Jingdezhen.Tourism.Routes.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Routes.Itineraries;

/// <param name="PlanId">A plan that POST /v1/plans made within a day; or</param>
/// <param name="RouteId">a route of the library.</param>
/// <param name="FirstDate">With a route: the day on which the trip is to begin; the route's own unless said.</param>
public sealed record SaveItineraryRequest(string Name, Guid? PlanId = null, Guid? RouteId = null,
    DateOnly? FirstDate = null);

public sealed record RenameItineraryRequest(string Name);

public sealed record ItineraryResponse(
    Guid Id, string Name, int Version, DateTimeOffset ChangedAt, Guid? RouteId, string? Link, TripWishes? Wishes,
        PlanResponse Plan,
    IReadOnlyList<ConflictResponse>? Conflicts = null);

/// <param name="Code">The constraint that binds.</param>
public sealed record ConflictResponse(string PlaceId, string NameZh, string NameEn, string Code, string Zh, string En);

public sealed record ItinerarySummaryResponse(Guid Id, string Name, int Version, DateTimeOffset ChangedAt, bool Shared);

public sealed record ItineraryVersionResponse(int Version, string Cause, string Name, DateTimeOffset ChangedAt,
    PlanResponse Plan);

internal static class SaveItinerary
{
    private const int MostItineraries = 200;

    public static async Task<Results<Created<ItineraryResponse>, NotFound, ProblemHttpResult>> Handle(
        SaveItineraryRequest request, ClaimsPrincipal user, RoutesDb db, RouteBook book, TimeProvider clock,
            CancellationToken cancellation)
    {
        if (request.PlanId is null == request.RouteId is null)
            return Problems.Invalid("planId", "Name a planId or a routeId, one of them.");
        var account = user.AccountId();
        if (await db.Itineraries.CountAsync(each => each.AccountId == account, cancellation) >= MostItineraries)
        {
            return new Refusal("too-many-itineraries",
                $"An account keeps {MostItineraries} itineraries; delete one first.").AsProblem();
        }

        (TripWishes Wishes, PlanResponse Plan)? source = null;
        if (request.PlanId is { } planId)
        {
            if (await db.Drafts.AsNoTracking().SingleOrDefaultAsync(
                draft => draft.Id == planId, cancellation) is { } draft)
            {
                source = (draft.Wishes, draft.Plan);
            }
        }
        else
        {
            source = await RouteBook.PlanOfAsync(request.RouteId!.Value, db, cancellation);
        }

        if (source is not var (wishes, plan)) return TypedResults.NotFound();
        if (request.FirstDate is { } first && first != wishes.Days[0].Date)
        {
            var (shifted, moved, fault) = await book.ShiftAsync(wishes, plan, first, cancellation);
            if (fault is not null) return Problems.Invalid("firstDate", fault.Because);
            if (moved is null) return PlanTrip.Overloaded.AsProblem(StatusCodes.Status503ServiceUnavailable);
            (wishes, plan) = (shifted, moved);
        }

        var itinerary = new Itinerary { Id = Guid.CreateVersion7(clock.GetUtcNow()), AccountId = account,
            RouteId = request.RouteId };
        if (itinerary.Rename(request.Name ?? "") is { } refusal) return Problems.Invalid("name", refusal.Reason);

        // Where somebody came from is a matter of the plan's event; the itinerary does not keep it.
        db.Add(itinerary.Change("saved", wishes with { Source = null, Campaign = null, GuestKey = null }, plan,
            new Dictionary<string, Guid>(), clock.GetUtcNow()));
        db.Add(itinerary);
        if (request.RouteId is not null) db.Publish(PlanTrip.Planned(itinerary.Plan, wishes, request.RouteId, user));
        await db.SaveChangesAsync(cancellation);
        return TypedResults.Created($"/v1/itineraries/{itinerary.Id}", Answer(itinerary));
    }

    public static async Task<Results<Ok<ItineraryResponse>, NotFound>> Show(
        Guid id, ClaimsPrincipal user, HttpResponse response, RoutesDb db, CancellationToken cancellation)
    {
        if (await Find(id, user, db, cancellation) is not { } itinerary) return TypedResults.NotFound();
        response.Headers.ETag = ETags.Of(itinerary.Version);
        return TypedResults.Ok(Answer(itinerary));
    }

    /// <summary>The newest first; <paramref name="after"/> the last id of a page continues the list.</summary>
    public static async Task<Ok<List<ItinerarySummaryResponse>>> List(
        ClaimsPrincipal user, RoutesDb db, CancellationToken cancellation, int limit = 50, Guid? after = null)
    {
        var account = user.AccountId();
        return TypedResults.Ok(await db.Itineraries.AsNoTracking()
            .Where(each => each.AccountId == account && (after == null || each.Id < after))
            .OrderByDescending(each => each.Id).Take(Math.Clamp(limit, 1, 100))
            .Select(each => new ItinerarySummaryResponse(
                each.Id, each.Name, each.Version, each.ChangedAt, each.ShareKey != null))
            .ToListAsync(cancellation));
    }

    public static async Task<Results<Ok<List<ItineraryVersionResponse>>, NotFound>> Versions(
        Guid id, ClaimsPrincipal user, RoutesDb db, CancellationToken cancellation, int limit = 20, int? before = null)
    {
        if (await Find(id, user, db, cancellation) is null) return TypedResults.NotFound();
        return TypedResults.Ok(await db.ItineraryVersions.AsNoTracking()
            .Where(version => version.ItineraryId == id && (before == null || version.Version < before))
            .OrderByDescending(version => version.Version).Take(Math.Clamp(limit, 1, 100))
            .Select(version => new ItineraryVersionResponse(
                version.Version, version.Cause, version.Name, version.ChangedAt, version.Plan))
            .ToListAsync(cancellation));
    }

    public static async Task<Results<Ok<ItineraryResponse>, NotFound, ProblemHttpResult>> Rename(
        Guid id, RenameItineraryRequest request, [FromHeader(Name = "If-Match")] string? match, ClaimsPrincipal user,
        HttpResponse response, RoutesDb db, TimeProvider clock, CancellationToken cancellation)
    {
        if (await Find(id, user, db, cancellation) is not { } itinerary) return TypedResults.NotFound();
        if (Stale(match, itinerary) is { } stale) return stale;
        if (itinerary.Rename(request.Name ?? "") is { } refusal) return Problems.Invalid("name", refusal.Reason);
        db.Add(itinerary.Change("renamed", itinerary.Wishes, itinerary.Plan, itinerary.Booked, clock.GetUtcNow()));
        return await SaveAsync(itinerary, response, db, [], cancellation);
    }

    public static async Task<Results<NoContent, NotFound>> Delete(
        Guid id, ClaimsPrincipal user, RoutesDb db, CancellationToken cancellation)
    {
        var account = user.AccountId();
        return await db.Itineraries.Where(each => each.Id == id && each.AccountId == account)
            .ExecuteDeleteAsync(cancellation) > 0
            ? TypedResults.NoContent() : TypedResults.NotFound();
    }

    public static async Task<Results<Ok<ItineraryResponse>, NotFound>> Share(
        Guid id, ClaimsPrincipal user, RoutesDb db, CancellationToken cancellation)
    {
        if (await Find(id, user, db, cancellation) is not { } itinerary) return TypedResults.NotFound();
        itinerary.Share(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(18)));
        await db.SaveChangesAsync(cancellation);
        return TypedResults.Ok(Answer(itinerary));
    }

    public static async Task<Results<NoContent, NotFound>> Unshare(
        Guid id, ClaimsPrincipal user, RoutesDb db, CancellationToken cancellation)
    {
        if (await Find(id, user, db, cancellation) is not { } itinerary) return TypedResults.NotFound();
        itinerary.Unshare();
        await db.SaveChangesAsync(cancellation);
        return TypedResults.NoContent();
    }

    /// <summary>For whoever has the link: the plan, and nothing of the person.</summary>
    public static async Task<Results<Ok<ItineraryResponse>, NotFound>> Shared(
        string key, HttpResponse response, RoutesDb db, CancellationToken cancellation)
    {
        if (await db.Itineraries.AsNoTracking().SingleOrDefaultAsync(
            each => each.ShareKey == key, cancellation) is not { } itinerary)
        {
            return TypedResults.NotFound();
        }

        response.Headers.ETag = ETags.Of(itinerary.Version);
        response.Headers["X-Robots-Tag"] = "noindex";
        return TypedResults.Ok(Answer(itinerary) with { Wishes = null, Plan = WithoutBookings(itinerary.Plan) });
    }

    public static PlanResponse WithoutBookings(PlanResponse plan) => plan with
    {
        Days = [.. plan.Days.Select(day => day with { Stops =
            [.. day.Stops.Select(stop => stop with { BookingId = null })] })],
    };

    internal static Task<Itinerary?> Find(Guid id, ClaimsPrincipal user, RoutesDb db, CancellationToken cancellation)
    {
        var account = user.AccountId();
        return db.Itineraries.SingleOrDefaultAsync(each => each.Id == id && each.AccountId == account, cancellation);
    }

    internal static ProblemHttpResult? Stale(string? match, Itinerary itinerary) =>
        match is null ? ETags.Required.AsProblem(StatusCodes.Status428PreconditionRequired)
        : ETags.Fits(match, itinerary.Version) ? null
        : ETags.Changed.AsProblem(StatusCodes.Status412PreconditionFailed);

    internal static async Task<Results<Ok<ItineraryResponse>, NotFound, ProblemHttpResult>> SaveAsync(
        Itinerary itinerary, HttpResponse response, RoutesDb db, IReadOnlyList<ConflictResponse> conflicts,
            CancellationToken cancellation)
    {
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateConcurrencyException)
        {
            // The version was right when it was read; somebody else's change came in between.
            return ETags.Changed.AsProblem(StatusCodes.Status412PreconditionFailed);
        }

        response.Headers.ETag = ETags.Of(itinerary.Version);
        return TypedResults.Ok(Answer(itinerary) with { Conflicts = conflicts });
    }

    internal static ItineraryResponse Answer(Itinerary itinerary) => new(
        itinerary.Id, itinerary.Name, itinerary.Version, itinerary.ChangedAt, itinerary.RouteId,
        itinerary.ShareKey is { } key ? $"/v1/shared-itineraries/{key}" : null, itinerary.Wishes, itinerary.Plan);
}

using System.Security.Claims;
using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Availability;

/// <param name="Weekdays">0 is Sunday.</param>
public sealed record ScheduleResponse(
    Guid Id, Guid OptionId, DateOnly FirstDay, DateOnly LastDay, IReadOnlyList<int> Weekdays,
    IReadOnlyList<TimeOnly> StartTimes,
    int DurationMinutes, int Capacity);

public sealed record ClosureResponse(Guid Id, DateOnly FirstDay, DateOnly LastDay, string Reason);

/// <summary>When a merchant's own product is offered; <c>after</c> is the last id of the page before.</summary>
internal static class FindSchedules
{
    public static async Task<Results<Ok<List<ScheduleResponse>>, NotFound, ProblemHttpResult>> Handle(
        Guid id, int? limit, Guid? after, ClaimsPrincipal user, BookingsDb db, CancellationToken cancellation)
    {
        if (limit is < 1 or > 100) return Problems.Invalid("limit", "Between 1 and 100.");
        if (await db.OwnProductAsync(id, user, cancellation) is not { } product) return TypedResults.NotFound();

        var options = product.Options.ConvertAll(option => option.Id);
        return TypedResults.Ok(await db.Schedules.AsNoTracking()
            .Where(s => options.Contains(s.OptionId) && (after == null || s.Id > after)).OrderBy(s => s.Id)
                .Take(limit ?? 50)
            .Select(s => new ScheduleResponse(
                s.Id, s.OptionId, s.FirstDay, s.LastDay, s.Weekdays, s.StartTimes, s.DurationMinutes, s.Capacity))
            .ToListAsync(cancellation));
    }
}

/// <summary>When it is not, whatever the schedules say; <c>after</c> is the last id of the page before.</summary>
internal static class FindClosures
{
    public static async Task<Results<Ok<List<ClosureResponse>>, NotFound, ProblemHttpResult>> Handle(
        Guid id, int? limit, Guid? after, ClaimsPrincipal user, BookingsDb db, CancellationToken cancellation)
    {
        if (limit is < 1 or > 100) return Problems.Invalid("limit", "Between 1 and 100.");
        if (await db.OwnProductAsync(id, user, cancellation) is null) return TypedResults.NotFound();

        return TypedResults.Ok(await db.Closures.AsNoTracking()
            .Where(c => c.ProductId == id && (after == null || c.Id > after)).OrderBy(c => c.Id).Take(limit ?? 50)
            .Select(c => new ClosureResponse(c.Id, c.FirstDay, c.LastDay, c.Reason)).ToListAsync(cancellation));
    }
}

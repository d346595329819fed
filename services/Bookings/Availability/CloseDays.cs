using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Jingdezhen.Tourism.Bookings.Bookings;
using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Availability;

public sealed record CloseDaysRequest(
    DateOnly FirstDay, DateOnly LastDay, [Required, StringLength(200, MinimumLength = 1)] string Reason);

public sealed record CloseDaysResponse(Guid ClosureId, int ClosedSlots);

/// <summary>A merchant closes days. Refused while bookings are sold for them, and the refusal lists them.</summary>
internal static class CloseDays
{
    private const int MostListed = 100;

    public static async Task<Results<Created<CloseDaysResponse>, NotFound, ProblemHttpResult>> Handle(
        Guid id, CloseDaysRequest request, ClaimsPrincipal user, BookingsDb db, TouchedSlots touched,
        CancellationToken cancellation)
    {
        if (request.LastDay < request.FirstDay) return Problems.Invalid("lastDay", "Not before firstDay.");
        if (await db.OwnProductAsync(id, user, cancellation) is null) return TypedResults.NotFound();

        // Under the slots' locks nobody can buy in between; the door sees them closed afterwards.
        var slots = await db.Slots.FromSql(
            $"""
            SELECT * FROM slots
            WHERE product_id = {id} AND local_date BETWEEN {request.FirstDay} AND {request.LastDay}
            ORDER BY id FOR UPDATE
            """).ToListAsync(cancellation);
        var ids = slots.ConvertAll(slot => slot.Id);
        if (await SoldAsync(db, ids, cancellation) is { Count: > 0 } sold) return Breaks(sold);

        var closure = db.Add(new Closure
        {
            Id = Guid.CreateVersion7(), ProductId = id, FirstDay = request.FirstDay, LastDay = request.LastDay,
            Reason = request.Reason,
        }).Entity;
        await db.SaveChangesAsync(cancellation);
        await db.Slots.Where(slot => ids.Contains(slot.Id)).ExecuteUpdateAsync(
            slot => slot.SetProperty(s => s.Closed, true).SetProperty(s => s.Version, s => s.Version + 1),
            cancellation);
        touched.Add(ids);
        return TypedResults.Created(
            $"/v1/products/{id}/closures/{closure.Id}", new CloseDaysResponse(closure.Id, ids.Count));
    }

    /// <summary>References of the bookings that a change of these slots would break.</summary>
    public static Task<List<string>> SoldAsync(BookingsDb db, List<Guid> slots, CancellationToken cancellation) =>
        db.Bookings.Where(booking => slots.Contains(booking.SlotId))
            .Where(booking => booking.Status == BookingStatus.Confirmed || booking.Status == BookingStatus.Redeemed
                || booking.Status == BookingStatus.OnHold)
            .OrderBy(booking => booking.Id).Take(MostListed).Select(booking => booking.Reference)
                .ToListAsync(cancellation);

    public static ProblemHttpResult Breaks(List<string> sold) => TypedResults.Problem(
        $"{sold.Count} live bookings stand against it: move or cancel them first.",
        statusCode: StatusCodes.Status409Conflict,
        extensions: new Dictionary<string, object?> { ["code"] = "breaks-bookings", ["bookings"] = sold });
}

using System.Security.Claims;
using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Availability;

/// <param name="LastDay">The last day on which the schedule is offered from now on: between its first and its
/// last.</param>
public sealed record EndScheduleRequest(DateOnly LastDay);

public sealed record EndScheduleResponse(Guid ScheduleId, int ClosedSlots);

/// <summary>
/// Lets a schedule end earlier and closes the slots that only it made. Refused while bookings are live on them, and the
/// refusal lists them.
/// </summary>
internal static class EndSchedule
{
    public static async Task<Results<Ok<EndScheduleResponse>, NotFound, ProblemHttpResult>> Handle(
        Guid id, Guid scheduleId, EndScheduleRequest request, ClaimsPrincipal user, BookingsDb db, TouchedSlots touched,
        CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await db.OwnProductAsync(id, user, cancellation) is not { } product) return TypedResults.NotFound();

        var options = product.Options.ConvertAll(option => option.Id);
        var schedule = await db.Schedules
            .SingleOrDefaultAsync(s => s.Id == scheduleId && options.Contains(s.OptionId), cancellation);
        if (schedule is null) return TypedResults.NotFound();
        if (request.LastDay < schedule.FirstDay || request.LastDay > schedule.LastDay)
        {
            return Problems.Invalid(
                "lastDay", $"From {schedule.FirstDay:yyyy-MM-dd} to {schedule.LastDay:yyyy-MM-dd}.");
        }

        var slots = await LockSlotsAsync(db, schedule, request.LastDay, cancellation);
        if (await CloseDays.SoldAsync(db, slots, cancellation) is { Count: > 0 } sold) return CloseDays.Breaks(sold);

        schedule.LastDay = request.LastDay;
        await db.SaveChangesAsync(cancellation);
        await db.Slots.Where(slot => slots.Contains(slot.Id)).ExecuteUpdateAsync(
            slot => slot.SetProperty(s => s.Closed, true).SetProperty(s => s.Version, s => s.Version + 1),
            cancellation);
        await transaction.CommitAsync(cancellation);
        touched.Add(slots);
        return TypedResults.Ok(new EndScheduleResponse(scheduleId, slots.Count));
    }

    /// <summary>The slots after a day that this schedule makes and no other one of the option does.</summary>
    private static Task<List<Guid>> LockSlotsAsync(
        BookingsDb db, Schedule schedule, DateOnly lastDay, CancellationToken cancellation) =>
        db.Database.SqlQuery<Guid>(
            $"""
            SELECT s.id AS "Value" FROM slots s
            WHERE s.option_id = {schedule.OptionId} AND s.local_date > {lastDay} AND s.local_date <= {schedule.LastDay}
              AND (s.starts_at AT TIME ZONE 'Asia/Shanghai')::time = ANY ({schedule.StartTimes})
              AND extract(dow FROM s.local_date)::int = ANY ({schedule.Weekdays})
              AND NOT EXISTS (
                SELECT FROM schedules o WHERE o.option_id = s.option_id AND o.id <> {schedule.Id}
                  AND s.local_date BETWEEN o.first_day AND o.last_day
                  AND (s.starts_at AT TIME ZONE 'Asia/Shanghai')::time = ANY (o.start_times)
                  AND extract(dow FROM s.local_date)::int = ANY (o.weekdays))
            ORDER BY s.id FOR UPDATE OF s
            """).ToListAsync(cancellation);
}

using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Bookings.Availability;

/// <param name="OptionId">Of which option; absent, the default one.</param>
/// <param name="Weekdays">0 is Sunday.</param>
/// <param name="StartTimes">Local, HH:mm.</param>
public sealed record AddScheduleRequest(
    DateOnly FirstDay, DateOnly LastDay, [Required, MinLength(1), MaxLength(7)] IReadOnlyList<int> Weekdays,
    [Required, MinLength(1), MaxLength(96)] IReadOnlyList<TimeOnly> StartTimes, [Range(5, 1440)] int DurationMinutes,
    [Range(1, 100_000)] int Capacity, Guid? OptionId = null);

public sealed record AddScheduleResponse(Guid ScheduleId, int NewSlots);

internal static class AddSchedule
{
    public static async Task<Results<Created<AddScheduleResponse>, NotFound, ProblemHttpResult>> Handle(
        Guid id, AddScheduleRequest request, ClaimsPrincipal user, BookingsDb db, CancellationToken cancellation)
    {
        if (request.LastDay < request.FirstDay) return Problems.Invalid("lastDay", "Not before firstDay.");
        if (request.Weekdays.Any(day => day is < 0 or > 6)) return Problems.Invalid("weekdays", "0 (Sunday) to 6.");
        if (await db.OwnProductAsync(id, user, cancellation) is not { } product) return TypedResults.NotFound();

        var option = product.Options.Find(
            option => option.Id == request.OptionId || (request.OptionId is null && option.IsDefault));
        if (option is null) return Problems.Invalid("optionId", "The product has no such option.");

        var schedule = db.Add(new Schedule
        {
            Id = Guid.CreateVersion7(), OptionId = option.Id, FirstDay = request.FirstDay, LastDay = request.LastDay,
            Weekdays = [.. request.Weekdays.Distinct()], StartTimes = [.. request.StartTimes.Distinct()],
            DurationMinutes = request.DurationMinutes, Capacity = request.Capacity,
        }).Entity;
        await db.SaveChangesAsync(cancellation);
        var slots = await SlotGenerator.GenerateAsync(db, cancellation);
        return TypedResults.Created(
            $"/v1/products/{id}/schedules/{schedule.Id}", new AddScheduleResponse(schedule.Id, slots));
    }
}

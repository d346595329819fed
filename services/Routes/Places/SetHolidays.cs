using System.ComponentModel.DataAnnotations;
using Jingdezhen.Tourism.Platform.Http;
using Jingdezhen.Tourism.Routes.Library;
using Jingdezhen.Tourism.Routes.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Routes.Places;

/// <param name="DayOff">False for a working day that makes up for a holiday.</param>
/// <param name="Assumed">The arrangement of that year is not published yet.</param>
public sealed record HolidayResponse(
    DateOnly Date, [Length(1, 50)] string NameZh, [Length(1, 50)] string NameEn, bool DayOff, bool Assumed);

public sealed record SetHolidaysRequest([MaxLength(400)] IReadOnlyList<HolidayResponse> Days);

internal static class SetHolidays
{
    /// <summary>Replaces the days of every year that the request names; other years stay.</summary>
    public static async Task<Results<NoContent, ProblemHttpResult>> Handle(
        SetHolidaysRequest request, RoutesDb db, CatalogueCache cache, RouteBook book, CancellationToken cancellation)
    {
        if (request.Days.GroupBy(day => day.Date).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            return Problems.Invalid("days", $"{twice.Key:yyyy-MM-dd} is there twice.");
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await CatalogueCache.AdvanceAsync(db, cancellation);
        var years = request.Days.Select(day => day.Date.Year).Distinct().ToArray();
        await db.Holidays.Where(day => years.Contains(day.Date.Year)).ExecuteDeleteAsync(cancellation);
        db.AddRange(request.Days.Select(day => new Holiday
        {
            Date = day.Date, NameZh = day.NameZh, NameEn = day.NameEn, DayOff = day.DayOff, Assumed = day.Assumed,
        }));
        await db.SaveChangesAsync(cancellation);
        await StaleRoutes.MarkYearsAsync(db, years, cancellation);
        await transaction.CommitAsync(cancellation);
        cache.Expire();
        book.Expire();
        return TypedResults.NoContent();
    }

    public static async Task<Ok<List<HolidayResponse>>> List(
        RoutesDb db, CancellationToken cancellation, int? year = null) =>
        TypedResults.Ok(await db.Holidays.AsNoTracking().Where(day => year == null || day.Date.Year == year)
            .OrderBy(day => day.Date).Take(1000)
            .Select(day => new HolidayResponse(day.Date, day.NameZh, day.NameEn, day.DayOff, day.Assumed))
                .ToListAsync(cancellation));
}

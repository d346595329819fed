using Jingdezhen.Tourism.Bookings.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Availability;

/// <summary>A slot as readers see it: an expired hold's places count as free, and so does the venue's day.</summary>
internal sealed record SlotRow(
    Guid Id, Guid ProductId, Guid OptionId, DateOnly LocalDate, DateTimeOffset StartsAt, DateTimeOffset EndsAt,
    DateTimeOffset CutoffAt, int Capacity, int Vacancies, bool Closed, bool PastCutoff);

internal static class SlotView
{
    /// <summary>OCTO's status words; LIMITED from under half left.</summary>
    public static string StatusOf(bool closed, int capacity, int vacancies) =>
        closed ? "CLOSED" : vacancies <= 0 ? "SOLD_OUT" : vacancies * 2 < capacity ? "LIMITED" : "AVAILABLE";

    /// <summary>The slots of some options over some days, true at this moment.</summary>
    public static Task<List<SlotRow>> SlotsAsync(
        this BookingsDb db, Guid[] options, DateOnly from, DateOnly to, int limit, CancellationToken cancellation) =>
        db.Rows().Where(slot => options.Contains(slot.OptionId) && slot.LocalDate >= from && slot.LocalDate <= to)
            .OrderBy(slot => slot.StartsAt).ThenBy(slot => slot.Id).Take(limit).ToListAsync(cancellation);

    public static Task<List<SlotRow>> SlotsAsync(this BookingsDb db, Guid[] ids, CancellationToken cancellation) =>
        db.Rows().Where(slot => ids.Contains(slot.Id)).OrderBy(slot => slot.StartsAt).ThenBy(slot => slot.Id)
            .ToListAsync(cancellation);

    /// <summary>The products that still have a place to sell on a day.</summary>
    public static Task<List<Guid>> ProductsWithPlacesAsync(
        this BookingsDb db, DateOnly day, CancellationToken cancellation) =>
        db.Rows().Where(slot => slot.LocalDate == day && !slot.Closed && !slot.PastCutoff && slot.Vacancies > 0)
            .Select(slot => slot.ProductId).Distinct().ToListAsync(cancellation);

    private static IQueryable<SlotRow> Rows(this BookingsDb db) => db.Database.SqlQuery<SlotRow>(
        $"""
        SELECT s.id, s.product_id, s.option_id, s.local_date, s.starts_at, s.ends_at, s.cutoff_at, s.capacity, s.closed,
            CASE WHEN s.waited_for THEN 0 ELSE
                greatest(0, least(s.capacity - s.taken + due.visitors, vd.capacity - vd.taken + due.visitors))
            END::int AS vacancies,
            now() >= s.cutoff_at AS past_cutoff
        FROM slots s LEFT JOIN venue_days vd ON vd.id = s.venue_day_id
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(visitors), 0) AS visitors FROM bookings
            WHERE slot_id = s.id AND status = 'OnHold' AND expires_at <= now()) AS due
        """);
}

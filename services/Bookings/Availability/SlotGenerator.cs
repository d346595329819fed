using Jingdezhen.Tourism.Bookings.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Availability;

/// <summary>Makes slots of schedules, set-based; what exists stays as it is, so any number of processes may run
/// it.</summary>
internal static class SlotGenerator
{
    /// <summary>How far ahead there is something to book.</summary>
    public const int DaysAhead = 90;

    /// <summary>Fills the days ahead, within the caller's transaction if there is one; returns how many slots are
    /// new.</summary>
    public static async Task<int> GenerateAsync(BookingsDb db, CancellationToken cancellation)
    {
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO venue_days (id, venue_id, day, capacity, taken)
            SELECT gen_random_uuid(), v.id, on_day::date, v.daily_capacity, 0
            FROM venues v, generate_series(
                (now() AT TIME ZONE 'Asia/Shanghai')::date,
                (now() AT TIME ZONE 'Asia/Shanghai')::date + {DaysAhead}, '1 day') AS on_day
            ON CONFLICT (venue_id, day) DO NOTHING
            """, cancellation);
        return await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO slots (id, product_id, option_id, venue_day_id, local_date, starts_at, ends_at, cutoff_at,
                capacity, taken, closed, version, announced_version)
            SELECT gen_random_uuid(), p.id, o.id, vd.id, on_day::date, start.at,
                start.at + make_interval(mins => s.duration_minutes),
                CASE WHEN p.availability_type = 'OpeningHours'
                        THEN start.at + make_interval(mins => s.duration_minutes)
                        ELSE start.at END
                    - make_interval(mins => o.cutoff_minutes),
                s.capacity, 0,
                EXISTS (
                    SELECT FROM closures c
                    WHERE c.product_id = p.id AND on_day::date BETWEEN c.first_day AND c.last_day),
                1, 0
            FROM schedules s
            JOIN options o ON o.id = s.option_id
            JOIN products p ON p.id = o.product_id
            CROSS JOIN generate_series(
                greatest(s.first_day, (now() AT TIME ZONE 'Asia/Shanghai')::date),
                least(s.last_day, (now() AT TIME ZONE 'Asia/Shanghai')::date + {DaysAhead}), '1 day') AS on_day
            CROSS JOIN unnest(s.start_times) AS time
            CROSS JOIN LATERAL (SELECT (on_day::date + time) AT TIME ZONE 'Asia/Shanghai' AS at) AS start
            LEFT JOIN venue_days vd ON vd.venue_id = p.venue_id AND vd.day = on_day::date
            WHERE extract(dow FROM on_day)::int = ANY (s.weekdays)
            ON CONFLICT (option_id, starts_at) DO NOTHING
            """, cancellation);
    }
}

using Npgsql;

namespace Jingdezhen.Tourism.Testing;

/// <summary>What trips are made of, written straight into the databases: slots of one product, and rooms of one
/// host.</summary>
/// <param name="Slots">By day, from the first on.</param>
/// <param name="UnitId">An adult's ticket of any slot, for 95 yuan.</param>
/// <param name="Rooms">For two, 300 yuan a night.</param>
public sealed record TripSeed(
    DateOnly FirstDay, IReadOnlyList<IReadOnlyList<Guid>> Slots, Guid UnitId, IReadOnlyList<Guid> Rooms)
{
    private static readonly Guid Unit = Guid.Parse("01900000-0000-7000-8000-000000000014");

    public static async Task<TripSeed> PlantAsync(
        string bookingsOwner, string homestaysOwner, int days, int slotsADay, int capacity, int rooms)
    {
        await using var bookings = NpgsqlDataSource.Create(bookingsOwner);
        await using (var plant = bookings.CreateCommand(
            $$"""
            INSERT INTO suppliers (id, name_zh, name_en, county, suspended, suspension_version, merchant_version)
            VALUES ('01900000-0000-7000-8000-000000000011', '古窑', 'Ancient Kiln', 'Changjiang', false, 0, 0);
            INSERT INTO products (id, supplier_id, code, kind, venue_id, county, name_zh, name_en, summary_zh,
                summary_en,
                availability_type, priced_per, night, real_name, latitude, longitude, languages, themes, assumed,
                    refund_tiers, active)
            VALUES ('01900000-0000-7000-8000-000000000012', '01900000-0000-7000-8000-000000000011', 'trip', 'kiln',
                'trip-venue',
                'Changjiang', '古窑', 'Kiln', '', '', 'StartTime', 'Unit', false, false, 29, 117, '{}', '{}', '{}',
                '[{"HoursBefore":24,"Percent":100},{"HoursBefore":2,"Percent":50}]', true);
            INSERT INTO options (id, product_id, code, name_zh, name_en, is_default, min_units, max_units,
                cutoff_minutes)
            VALUES ('01900000-0000-7000-8000-000000000013', '01900000-0000-7000-8000-000000000012', 's', 's', 's',
                true, 1, 10, 0);
            INSERT INTO units (id, option_id, type, name_zh, name_en, min_age, max_age, id_required, pax_count,
                price_fen, accompanied_by)
            VALUES ('{{Unit}}', '01900000-0000-7000-8000-000000000013', 'ADULT', 'a', 'a', 0, 120, false, 1, 9500,
                '{}');
            INSERT INTO venue_days (id, venue_id, day, capacity, taken)
            SELECT gen_random_uuid(), 'trip-venue', (now() AT TIME ZONE 'Asia/Shanghai')::date + 10 + d, 1000000, 0
            FROM generate_series(0, {{days - 1}}) AS d;
            INSERT INTO slots (id, product_id, option_id, venue_day_id, local_date, starts_at, ends_at, cutoff_at,
                capacity, taken,
                closed, version, announced_version)
            SELECT gen_random_uuid(), '01900000-0000-7000-8000-000000000012', '01900000-0000-7000-8000-000000000013',
                v.id, v.day,
                at, at + interval '1 hour', at, {{capacity}}, 0, false, 1, 1
            FROM venue_days v CROSS JOIN generate_series(0, {{slotsADay - 1}}) AS n
            CROSS JOIN LATERAL (
                SELECT (v.day + time '08:00' + n * interval '10 minutes') AT TIME ZONE 'Asia/Shanghai' AS at) AS start;
            UPDATE catalogue_versions SET version = version + 1;
            """))
        {
            await plant.ExecuteNonQueryAsync();
        }

        await using var homestays = NpgsqlDataSource.Create(homestaysOwner);
        await using (var plant = homestays.CreateCommand(
            $$"""
            INSERT INTO households (id, name, county) VALUES ('01900000-0000-7000-8000-000000000021', '余家', 'Fuliang');
            INSERT INTO hosts (id, household_id, name, county, licence_number, demonstration, merchant_version)
            VALUES ('01900000-0000-7000-8000-000000000022', '01900000-0000-7000-8000-000000000021', '余师傅', 'Fuliang',
                'L-1', false, 0);
            INSERT INTO listings (id, merchant_id, household_id, name_zh, name_en, county, village, address,
                licence_number, latitude,
                longitude, resident_run, amenities, accessibility, languages, photos, house_rules, instant_book,
                    free_cancel_days,
                holiday_free_cancel_days, late_refund_percent, active, demonstration, rating_sum, rating_count, version)
            VALUES ('01900000-0000-7000-8000-000000000023', '01900000-0000-7000-8000-000000000022',
                '01900000-0000-7000-8000-000000000021', '南河人家', 'South River Home', 'Fuliang', 'Sanbao', '三宝村 1号',
                    'L-1', 29.2,
                117.2, true, '{}', '{}', '{zh}', '{}', '', true, 7, 15, 50, true, false, 0, 0, 1);
            INSERT INTO rooms (id, listing_id, merchant_id, name, kind, max_adults, max_children, prices, min_nights,
                max_nights,
                active, feed_secret)
            SELECT gen_random_uuid(), '01900000-0000-7000-8000-000000000023', '01900000-0000-7000-8000-000000000022',
                'R' || n,
                'double', 2, 1, '{"baseFen":30000,"holidayPercent":100}', 1, 30, true, 'secret-' || n
            FROM generate_series(1, {{rooms}}) AS n;
            """))
        {
            await plant.ExecuteNonQueryAsync();
        }

        var slots = await ReadAsync<(DateOnly Day, Guid Id)>(
            bookings, "SELECT local_date, id FROM slots ORDER BY local_date, starts_at",
            row => (row.GetFieldValue<DateOnly>(0), row.GetGuid(1)));
        var byDay = slots.GroupBy(slot => slot.Day).OrderBy(day => day.Key).ToList();
        return new(
            byDay[0].Key, [.. byDay.Select(day => (IReadOnlyList<Guid>)[.. day.Select(slot => slot.Id)])], Unit,
            await ReadAsync(homestays, "SELECT id FROM rooms ORDER BY name", row => row.GetGuid(0)));
    }

    /// <summary>An order of one ticket line a slot and one stay, as the app sends it.</summary>
    public object Order(IEnumerable<Guid> slots, Guid? room, int day, int nights, int holdMinutes = 15) => new
    {
        source = "trip",
        holdMinutes,
        lines = slots.Select(
            slot => (object)new { availabilityId = slot, unitItems = new[] { new { unitId = UnitId } } })
            .Concat(room is null ? [] : [new
            {
                roomId = room, arrival = FirstDay.AddDays(day), departure = FirstDay.AddDays(day + nights), adults = 2,
            }]),
    };

    public static async Task<List<T>> ReadAsync<T>(
        NpgsqlDataSource database, string sql, Func<NpgsqlDataReader, T> read)
    {
        await using var command = database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync()) rows.Add(read(reader));
        return rows;
    }
}

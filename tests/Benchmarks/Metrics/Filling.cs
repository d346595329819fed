using Npgsql;

namespace Jingdezhen.Tourism.Benchmarks.Metrics;

/// <summary>Facts by plain SQL, as if a year had passed: a million guests, sales, cancellations, visits, stays,
/// cases.</summary>
internal static class Filling
{
    private const int Parts = 10;

    private static readonly string[] Kinds =
        ["booking", "visit", "stay", "complaint", "compensation", "survey", "route", "plan", "payment", "supply"];

    public static async Task RunAsync(NpgsqlDataSource database, DateOnly first, int facts)
    {
        foreach (var kind in Kinds)
        {
            for (var month = -1; month < 14; month++)
            {
                await MetricsBenchmark.RunAsync(
                    database, $"SELECT ensure_fact_month('{kind}_facts', '{first.AddMonths(month):yyyy-MM-dd}')");
            }
        }

        await DropIndexesAsync(database);

        // Of a hundred facts 42 are sales, 4 cancellations, 37 visits, 8 payments, 5 route views, 3 stays' steps.
        var sales = facts / 100 * 42;
        var sold = await MetricsBenchmark.NumberAsync(
            database, "SELECT count(*) FROM booking_facts WHERE event = 'confirmed'");

        // What was stopped on the way goes on where it stopped.
        for (var part = (int)(sold * Parts / sales); part < Parts; part++)
        {
            await SellAsync(database, sales / Parts, part);
        }

        if (await MetricsBenchmark.NumberAsync(database, "SELECT count(*) FROM route_facts") == 0)
        {
            await LookAsync(database, facts);
        }

        await IndexAsync(database);
        await MetricsBenchmark.RunAsync(database, "VACUUM ANALYZE");
    }

    /// <summary>Keeping the indexes of the large tables up with every row is most of what filling costs.</summary>
    private static Task DropIndexesAsync(NpgsqlDataSource database) => MetricsBenchmark.RunAsync(
        database,
        """
        DO $$ DECLARE one record; BEGIN
            FOR one IN SELECT conrelid::regclass AS of, conname FROM pg_constraint
                WHERE contype = 'p' AND conrelid IN ('booking_facts'::regclass, 'visit_facts'::regclass) LOOP
                EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', one.of, one.conname);
            END LOOP;
            FOR one IN SELECT indexrelid::regclass AS named FROM pg_index
                WHERE indrelid IN ('booking_facts'::regclass, 'visit_facts'::regclass) LOOP
                EXECUTE format('DROP INDEX %s', one.named);
            END LOOP;
        END $$
        """);

    private static async Task IndexAsync(NpgsqlDataSource database)
    {
        foreach (var table in (string[])["booking_facts", "visit_facts"])
        {
            await MetricsBenchmark.RunAsync(
                database,
                $"""
                SET maintenance_work_mem = '512MB';
                ALTER TABLE {table} ADD PRIMARY KEY (message_id, occurred_at);
                CREATE INDEX ON {table} (subject_id);
                RESET maintenance_work_mem
                """);
        }
    }

    private static Task SellAsync(NpgsqlDataSource database, int sales, int part) => MetricsBenchmark.RunAsync(
        database,
        $"""
        CREATE TEMP TABLE sold ON COMMIT DROP AS SELECT gen_random_uuid() AS id, i,
            timestamptz '2025-01-01 08:00+08' + (i::bigint * 7919 % 365) * interval '1 day'
                + i % 43200 * interval '1 second' AS at,
            ('00000000-0000-0000-0000-' || lpad((i % 300)::text, 12, '0'))::uuid AS product,
            ('00000000-0000-0000-0001-' || lpad((i % 50)::text, 12, '0'))::uuid AS merchant, 'v' || i % 79 AS venue,
            (ARRAY['Zhushan','Changjiang','Fuliang','Leping','Changnan New Area'])[1 + i % 5] AS county,
            (ARRAY['museum','kiln','show','vr','study-tour','tea-picking'])[1 + i % 6] AS kind,
            (ARRAY['app','web','ota','mini-program','counter'])[1 + i % 5] AS channel,
            'g' || (i::bigint * 2654435761 % 1000000) AS guest, (i % 30) * interval '1 day' AS lead
        FROM generate_series({(long)part * sales}, {((long)part + 1) * sales - 1}) i;
        INSERT INTO booking_facts (message_id, occurred_at, simulated, event, subject_id, product_id, merchant_id,
            venue_id,
            county, product_kind, night, channel, source, guest_key, country, age0to13, age14to17, age18to35, age36to59,
            age60up, bookings, visitors, price_fen, refund_fen, was_confirmed, starts_at)
        SELECT gen_random_uuid(), at, true, 'confirmed', id, product, merchant, venue, county, kind, i % 6 = 2, channel,
            'search', guest, 'CN', 0, 0, 2, 0, 0, 1, 2, 19000, 0, true, at + lead
        FROM sold;
        INSERT INTO booking_facts (message_id, occurred_at, simulated, event, subject_id, night, age0to13, age14to17,
            age18to35, age36to59, age60up, bookings, visitors, price_fen, refund, refund_fen, was_confirmed)
        SELECT gen_random_uuid(), at + interval '1 hour', true, 'cancelled', id, false, 0, 0, 0, 0, 0, 1, 2, 0,
            'FULL', 19000,
            true
        FROM sold WHERE i % 10 = 0;
        INSERT INTO visit_facts (message_id, occurred_at, simulated, subject_id, availability_id, product_id,
            merchant_id,
            venue_id, county, product_kind, channel, source, guest_key, country, age_band, visitors, re_entry,
            starts_at)
        SELECT gen_random_uuid(), at + lead, true, id, product, product, merchant, venue, county, kind, channel,
            'search',
            guest, 'CN', '18-35', 2, false, at + lead
        FROM sold WHERE i % 10 <> 0 AND at + lead < '2025-12-31 08:00+08';
        INSERT INTO payment_facts (message_id, occurred_at, simulated, event, subject_id, purpose, method, amount_fen)
        SELECT gen_random_uuid(), at, true, 'captured', gen_random_uuid(), 'booking', 'sandbox', 19000
        FROM sold WHERE i % 5 = 1;
        INSERT INTO stay_facts (message_id, occurred_at, simulated, event, subject_id, listing_id, merchant_id,
            household_id,
            county, resident_run, channel, guest_key, guests, arrival, nights, price_fen, refund_fen, was_confirmed,
            host_share_fen, village_fund_fen)
        SELECT gen_random_uuid(), at, true, 'confirmed', id, product, merchant, product, county, true, 'app', guest, 2,
            (at + lead)::date, 2, 60000, 0, true, 0, 0
        FROM sold WHERE i % 28 = 3;
        INSERT INTO stay_facts (message_id, occurred_at, simulated, event, subject_id, listing_id, merchant_id,
            household_id,
            county, resident_run, guest_key, guests, arrival, nights, price_fen, refund_fen, was_confirmed,
            host_share_fen,
            village_fund_fen)
        SELECT gen_random_uuid(), at + lead + interval '2 days', true, 'checked-out', id, product, merchant, product,
            county,
            true, guest, 2, (at + lead)::date, 2, 60000, 0, true, 48000, 3000
        FROM sold WHERE i % 28 = 3 AND at + lead < '2025-12-29 08:00+08';
        """);

    /// <summary>Ten times the paper's 3,000 cases a year, and what else there is little of.</summary>
    private static Task LookAsync(NpgsqlDataSource database, int facts) => MetricsBenchmark.RunAsync(
        database,
        $"""
        INSERT INTO route_facts (message_id, occurred_at, simulated, subject_id, source)
        SELECT gen_random_uuid(), timestamptz '2025-01-01 08:00+08' + i % 365 * interval '1 day', true,
            ('00000000-0000-0000-0002-' || lpad((i % 12000)::text, 12, '0'))::uuid, 'search'
        FROM generate_series(1, {facts / 100 * 5}) i;
        INSERT INTO plan_facts (message_id, occurred_at, simulated, event, subject_id, days, counties, source)
        SELECT gen_random_uuid(), timestamptz '2025-01-01 08:00+08' + i % 365 * interval '1 day', true, 'planned',
            gen_random_uuid(), 3, 2, 'search'
        FROM generate_series(1, {facts / 100}) i;
        CREATE TEMP TABLE filed ON COMMIT DROP AS SELECT gen_random_uuid() AS id, i,
            timestamptz '2025-01-01 08:00+08' + i % 365 * interval '1 day' AS at,
            ('00000000-0000-0000-0001-' || lpad((i % 50)::text, 12, '0'))::uuid AS merchant
        FROM generate_series(1, {Math.Min(30_000, facts / 300)}) i;
        INSERT INTO complaint_facts (message_id, occurred_at, simulated, event, subject_id, merchant_id, county,
            category,
            channel, clocks_met, clocks_breached, version)
        SELECT gen_random_uuid(), at, true, 'filed', id, merchant, 'Zhushan', 'price', 'app', 0, 0, 0 FROM filed;
        INSERT INTO complaint_facts (message_id, occurred_at, simulated, event, subject_id, merchant_id, county,
            category,
            filed_at, clocks_met, clocks_breached, version)
        SELECT gen_random_uuid(), at + i * 7 % 90000 * interval '1 second', true, 'accepted', id, merchant, 'Zhushan',
            'price', at, 0, 0, 0 FROM filed;
        INSERT INTO complaint_facts (message_id, occurred_at, simulated, event, subject_id, merchant_id, county,
            category,
            outcome, filed_at, decided_at, clocks_met, clocks_breached, version)
        SELECT gen_random_uuid(), at + interval '5 days', true, 'closed', id, merchant, 'Zhushan', 'price', 'agreed',
            at,
            at + i * 13 % 400000 * interval '1 second', 3, 1, 1 FROM filed;
        INSERT INTO compensation_facts (message_id, occurred_at, simulated, event, subject_id, merchant_id, county,
            category,
            amount_fen, approved_at, settled_at)
        SELECT gen_random_uuid(), at, true, 'paid', id, merchant, 'Zhushan', 'price', 30000, at,
            at + i % 1800 * interval '1 second' FROM filed;
        INSERT INTO survey_facts (message_id, occurred_at, simulated, subject_id, about, score, opened_at)
        SELECT gen_random_uuid(), at, true, id, 'case', CASE step WHEN 1 THEN 1 + i % 5 END, at
        FROM filed CROSS JOIN generate_series(0, 1) step;
        """);
}

using System.Globalization;
using System.Text.RegularExpressions;
using Jingdezhen.Tourism.Testing;
using Npgsql;

namespace Jingdezhen.Tourism.Benchmarks.Bookings;

/// <summary>
/// Bare SQL on the same server, at its best: pgbench with prepared statements writes the same rows (slot and venue-day
/// counters, booking, unit, key, message) into copies of the same tables with the same indexes and without any trigger.
/// </summary>
internal sealed partial class SqlRival(string connection, int slots)
{
    private const string Some = "'01900000-0000-7000-8000-00000000beef'";
    private readonly NpgsqlConnectionStringBuilder _server = new(connection);

    public async Task PrepareAsync()
    {
        await using var database = NpgsqlDataSource.Create(connection);
        await using var create = database.CreateCommand(
            $"""
            CREATE SCHEMA rival;
            CREATE TABLE rival.slots (LIKE public.slots INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES)
                WITH (fillfactor = 50);
            CREATE TABLE rival.venue_days
                (LIKE public.venue_days INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES)
                WITH (fillfactor = 50);
            CREATE TABLE rival.bookings (LIKE public.bookings INCLUDING DEFAULTS INCLUDING INDEXES);
            CREATE TABLE rival.unit_items (LIKE public.unit_items INCLUDING DEFAULTS INCLUDING INDEXES);
            CREATE TABLE rival.idempotency_keys (LIKE public.idempotency_keys INCLUDING DEFAULTS INCLUDING INDEXES);
            CREATE TABLE rival.outbox (LIKE public.outbox INCLUDING DEFAULTS INCLUDING INDEXES INCLUDING IDENTITY);
            INSERT INTO rival.venue_days SELECT * FROM public.venue_days;
            INSERT INTO rival.slots (id, product_id, option_id, venue_day_id, local_date, starts_at, ends_at, cutoff_at,
                capacity, taken, closed, version, announced_version)
            SELECT ('00000000-0000-7000-8000-' || lpad((row_number() OVER (ORDER BY id))::text, 12, '0'))::uuid,
                product_id, option_id, venue_day_id, local_date, starts_at, ends_at, cutoff_at, capacity, taken, closed,
                version, announced_version FROM public.slots;
            ANALYZE rival.slots; ANALYZE rival.venue_days;
            """);
        create.CommandTimeout = 120;
        await create.ExecuteNonQueryAsync();
    }

    /// <summary>Transactions a second; the script's slot is number 1, or a random one of all.</summary>
    public async Task<double> RunAsync(bool hot, int clients, int seconds)
    {
        var script = Path.Combine(Path.GetTempPath(), $"rival-{Guid.CreateVersion7():N}.sql");
        await File.WriteAllTextAsync(script, Script(hot ? 1 : slots));
        try
        {
            var environment = new Dictionary<string, string> { ["PGPASSWORD"] = _server.Password ?? "" };
            var output = await PrivateProcess.RunAsync(
                Pgbench(),
                ["-h", _server.Host!, "-p", $"{_server.Port}", "-U", _server.Username!, "-n", "-M", "prepared", "-c",
                    $"{clients}",
                    "-j", clients == 1 ? "1" : "2", "-T", $"{seconds}", "-f", script, _server.Database!],
                environment);
            return double.Parse(TransactionsPerSecond().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
        }
        finally
        {
            File.Delete(script);
        }
    }

    // A command of pgbench may go over several lines; it ends with a semicolon or, when its result is kept, with \gset.
    private static string Script(int slots) =>
        $$"""
        \set n random(1, {{slots}})
        BEGIN;
        SELECT id, option_id, venue_day_id, taken, capacity FROM rival.slots
            WHERE id = ('00000000-0000-7000-8000-' || lpad(:n::text, 12, '0'))::uuid FOR UPDATE \gset
        UPDATE rival.slots SET taken = taken + 1, version = version + 1 WHERE id = :id::uuid;
        UPDATE rival.venue_days SET taken = taken + 1 WHERE id = :venue_day_id::uuid;
        INSERT INTO rival.bookings (id, uuid, reference, account_id, supplier_id, product_id, option_id, slot_id,
            starts_at, ends_at, status, channel, source, guest_key, visitors, price_fen, expires_at, refund_policy,
            refund_fen, created_at, updated_at)
            SELECT g, g, 'ABCD-EFGH', {{Some}}, {{Some}}, {{Some}}, :option_id::uuid, :id::uuid,
                now(), now(), 'OnHold', 'app', 'benchmark', '\x00112233445566778899aabbccddeeff', 1, 9500,
                now() + interval '15 minutes', '24-100 2-50', 0, now(), now()
            FROM (SELECT gen_random_uuid() AS g) AS made RETURNING id AS booking \gset
        INSERT INTO rival.unit_items (id, booking_id, position, unit_id, pax_count, price_fen, status, age_band)
            VALUES (gen_random_uuid(), :booking::uuid, 0, {{Some}}, 1, 9500, 'Live', '18-35');
        INSERT INTO rival.idempotency_keys (caller, key, request_hash, status, location, answer)
            VALUES ('test/01900000-0000-7000-8000-00000000beef', :booking,
                '\x00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff', 201,
                '/v1/bookings/' || :booking, '{{new string('x', 900)}}');
        INSERT INTO rival.outbox (id, contract, body)
            VALUES (gen_random_uuid(), 'Jingdezhen.Tourism.Contracts.Bookings.V1.BookingHeld',
                '{{new string('x', 480)}}');
        COMMIT;
        """;

    private static string Pgbench() =>
        Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Last() + "/bin/pgbench";

    [GeneratedRegex(@"tps = ([\d.]+)")]
    private static partial Regex TransactionsPerSecond();
}

using System.Globalization;
using System.Text.RegularExpressions;
using Jingdezhen.Tourism.Testing;
using Npgsql;

namespace Jingdezhen.Tourism.Benchmarks.Homestays;

/// <summary>
/// Bare SQL on the same server: pgbench with prepared statements writes the rows of a hold (stay, key, message) into
/// copies of the same tables, with the same indexes, checks, foreign key and exclusion constraint. It reads no terms,
/// makes no price, asks nobody who they are, and no relay carries its messages away.
/// </summary>
internal sealed partial class StayRival(string connection, int rooms)
{
    /// <summary>As one statement, the fastest there is, and as the transaction that a service would send.</summary>
    public static readonly string[] Forms = ["one statement", "a transaction"];

    /// <summary>
    /// What follows a room's number in its id. The ids are version 7, made a tick apart as an import makes them: they
    /// differ in their front, which is all that a GiST index on uuid weighs.
    /// </summary>
    public const string RoomTail = "70008000000000000000";

    private readonly NpgsqlConnectionStringBuilder _server = new(connection);
    private int _answer = 600, _body = 400;

    public async Task PrepareAsync()
    {
        await using var database = NpgsqlDataSource.Create(connection);
        await using var create = database.CreateCommand(
            """
            CREATE SCHEMA rival;
            CREATE TABLE rival.stays (LIKE public.stays INCLUDING ALL);
            ALTER TABLE rival.stays ADD FOREIGN KEY (room_id) REFERENCES public.rooms (id);
            CREATE TABLE rival.idempotency_keys (LIKE public.idempotency_keys INCLUDING ALL);
            CREATE TABLE rival.outbox (LIKE public.outbox INCLUDING ALL);
            """);
        await create.ExecuteNonQueryAsync();
    }

    /// <summary>The rival's texts are as long as those that the service has just written.</summary>
    public async Task MeasureTextsAsync()
    {
        await using var database = NpgsqlDataSource.Create(connection);
        await using var ask = database.CreateCommand("SELECT avg(length(answer))::int FROM idempotency_keys");
        _answer = (int)(await ask.ExecuteScalarAsync())!;
        await using var message = database.CreateCommand("SELECT avg(length(body))::int FROM outbox");
        if (await message.ExecuteScalarAsync() is int length) _body = length;
    }

    /// <summary>Transactions a second.</summary>
    public async Task<double> RunAsync(string form, int clients, int seconds)
    {
        var script = Path.Combine(Path.GetTempPath(), $"rival-{Guid.CreateVersion7():N}.sql");
        await File.WriteAllTextAsync(script, form == Forms[0] ? OneStatement() : Transaction());
        try
        {
            var output = await PrivateProcess.RunAsync(
                Binaries + "pgbench",
                ["-h", _server.Host!, "-p", $"{_server.Port}", "-U", _server.Username!, "-n", "-M", "prepared",
                 "-c", $"{clients}", "-j", clients == 1 ? "1" : "2", "-T", $"{seconds}", "-f", script,
                 _server.Database!]);
            return double.Parse(TransactionsPerSecond().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
        }
        finally
        {
            File.Delete(script);
        }
    }

    public static async Task<double> FlushesPerSecondAsync()
    {
        var file = Path.Combine(Path.GetTempPath(), $"flush-{Guid.CreateVersion7():N}");
        var output = await PrivateProcess.RunAsync(Binaries + "pg_test_fsync", ["-s", "1", "-f", file]);
        return double.Parse(FlushRate().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    private static string Binaries =>
        Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Last() + "/bin/";

    private string Draw =>
        $"""
        \set room random(1, {rooms})
        \set day random(30, 389)
        """;

    private const string Stay =
        $"""
        INSERT INTO rival.stays (id, room_id, listing_id, merchant_id, household_id, account_id, arrival, departure,
            adults, children, state, nightly_fen, price_fen, channel, guest_key, awaits_host, expires_at, free_until,
            late_refund_percent, paid_fen, refunded_fen)
        VALUES (gen_random_uuid(), ('0198' || lpad((:room)::text, 8, '0') || '{RoomTail}')::uuid,
            '01900000-0000-7000-8000-00000000beef', '01900000-0000-7000-8000-00000000beef',
            '01900000-0000-7000-8000-00000000beef', '01900000-0000-7000-8000-00000000beef', current_date + (:day)::int,
            current_date + (:day)::int + 1, 2, 0, 'held', ARRAY[30000], 30000, 'app',
            '00112233445566778899aabbccddeeff', false, now() + interval '15 minutes', now(), 50, 0, 0)
        ON CONFLICT DO NOTHING RETURNING id
        """;

    private string Key(string held) =>
        $"""
        INSERT INTO rival.idempotency_keys (caller, key, request_hash, status, location, answer)
        SELECT 'test/01900000-0000-7000-8000-00000000beef', id::text,
            '\x00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff', 201, '/v1/stays/' || id,
            '{new string('x', _answer)}' FROM {held}
        """;

    private string Message(string held) =>
        $"""
        INSERT INTO rival.outbox (id, contract, body)
        SELECT gen_random_uuid(), 'Jingdezhen.Tourism.Contracts.Homestays.V1.StayHeld', '{new string('x', _body)}'
        FROM {held}
        """;

    private string OneStatement() =>
        $"""
        {Draw}
        WITH held AS ({Stay}), keys AS ({Key("held")}), said AS ({Message("held")}) SELECT id FROM held;
        """;

    // \gset wants a row, also where the night was taken.
    private string Transaction() =>
        $"""
        {Draw}
        BEGIN;
        WITH held AS ({Stay}) SELECT coalesce((SELECT id FROM held), gen_random_uuid()) AS id \gset
        {Key("(SELECT (:id)::uuid AS id) AS held")};
        {Message("(SELECT (:id)::uuid AS id) AS held")};
        COMMIT;
        """;

    [GeneratedRegex(@"tps = ([\d.]+)")]
    private static partial Regex TransactionsPerSecond();

    [GeneratedRegex(@"fdatasync\s+([\d.]+) ops/sec")]
    private static partial Regex FlushRate();
}

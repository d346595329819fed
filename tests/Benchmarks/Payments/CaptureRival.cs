using System.Globalization;
using Jingdezhen.Tourism.Testing;
using Npgsql;

namespace Jingdezhen.Tourism.Benchmarks.Payments;

/// <summary>
/// What a capture writes, as bare SQL from pgbench: the payment, the provider's event, the ledger's entry with both
/// sides under the accounts' locks, the outbox row; one transaction each.
/// </summary>
internal sealed class CaptureRival(string owner)
{
    private const string Script =
        """
        BEGIN;
        SELECT nextval('bench_n') AS n \gset
        UPDATE payments SET state = 'Captured', captured_at = now(), pay_with = NULL, next_step_at = NULL,
            provider_reference = 'sandbox' WHERE id = (SELECT id FROM bench_ids WHERE n = :n);
        INSERT INTO provider_events (provider, event_id, kind, subject_id, outcome, amount_fen)
            SELECT 'sandbox', id || '-bare', 'payment', id, 'Done', 12000 FROM bench_ids WHERE n = :n;
        SELECT * FROM ledger_lock(ARRAY['held:sandbox', 'payers:sandbox']);
        INSERT INTO ledger_entries (id, key, memo, digest)
            SELECT id, 'bare:' || id, 'Payment for booking captured', sha256(id::text::bytea)
            FROM bench_ids WHERE n = :n;
        INSERT INTO ledger_postings (entry_id, line, account, amount_fen) SELECT id, line, account, fen FROM bench_ids,
            (VALUES (0, 'payers:sandbox', -12000), (1, 'held:sandbox', 12000)) AS side (line, account, fen)
            WHERE n = :n;
        INSERT INTO outbox (id, contract, body)
            SELECT gen_random_uuid(), 'bare', repeat('x', 400) FROM bench_ids WHERE n = :n;
        COMMIT;
        """;

    private readonly string _binaries =
        Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Last() + "/bin/";

    /// <summary>Makes what the script needs, and returns how many commits of one row a second the disk takes.</summary>
    public async Task<double> PrepareAsync()
    {
        await ExecuteAsync(
            """
            CREATE SEQUENCE bench_n;
            CREATE TABLE bench_ids (n bigint PRIMARY KEY, id uuid NOT NULL);
            CREATE TABLE bench_flush (n int);
            INSERT INTO bench_flush VALUES (0);
            INSERT INTO ledger_accounts (code, floor_fen, balance_fen)
            VALUES ('held:sandbox', 0, 0), ('payers:sandbox', NULL, 0);
            """);
        return await PgbenchAsync("-c 1 -T 3", "UPDATE bench_flush SET n = n + 1;\n");
    }

    /// <summary>Payments that wait for their payer, in a random order.</summary>
    public async Task<IReadOnlyList<Guid>> PendingAsync(int count)
    {
        await ExecuteAsync(
            $"""
            WITH made AS (
                INSERT INTO payments (id, key, purpose, subject_id, amount_fen, currency, method, provider, expires_at,
                    created_at, capture_later, state, capture_asked, cancel_asked, late, refunded_fen, attempts)
                SELECT gen_random_uuid(), 'bench:' || gen_random_uuid(), 'bench', gen_random_uuid(), 12000, 'CNY',
                    'sandbox', 'sandbox', now() + interval '1 hour', now(), false, 'Pending', false, false, false, 0, 1
                FROM generate_series(1, {count}) RETURNING id)
            INSERT INTO sandbox_charges (id, kind, amount_fen, currency, capture_later, state)
            SELECT id, 'payment', 12000, 'CNY', false, 'waiting' FROM made
            """);
        await using var database = NpgsqlDataSource.Create(owner);
        await using var command =
            database.CreateCommand("SELECT id FROM payments WHERE state = 'Pending' ORDER BY random()");
        await using var reader = await command.ExecuteReaderAsync();
        var ids = new List<Guid>();
        while (await reader.ReadAsync()) ids.Add(reader.GetGuid(0));
        return ids;
    }

    /// <summary>Captures a second by so many clients.</summary>
    public async Task<double> RunAsync(int clients, IReadOnlyList<Guid> payments)
    {
        await ExecuteAsync(
            """
            TRUNCATE bench_ids;
            SELECT setval('bench_n', 1, false);
            INSERT INTO bench_ids SELECT row_number() OVER (), id FROM payments WHERE state = 'Pending';
            """);
        var perSecond = await PgbenchAsync($"-c {clients} -j 2 -t {payments.Count / clients}", Script);
        await ExecuteAsync("DELETE FROM payments WHERE state = 'Pending'; DELETE FROM outbox WHERE contract = 'bare'");
        return perSecond;
    }

    private async Task<double> PgbenchAsync(string arguments, string script)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, script);
        var server = new NpgsqlConnectionStringBuilder(owner);
        var output = await PrivateProcess.RunAsync(_binaries + "pgbench",
        [
            "-n", "-h", server.Host!, "-p", $"{server.Port}", "-U", server.Username!, "-f", file,
            .. arguments.Split(' '),
            server.Database!,
        ]);
        var line = output.Split('\n').Last(row => row.StartsWith("tps", StringComparison.Ordinal));
        return double.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var database = NpgsqlDataSource.Create(owner);
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}

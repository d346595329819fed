using Jingdezhen.Tourism.Metrics.Storage;
using Jingdezhen.Tourism.Testing;
using Npgsql;

namespace Jingdezhen.Tourism.Metrics.Tests.Facts;

/// <summary>
/// PostgreSQL lets a session that makes its list of a table's partitions while one is attached keep the list without
/// it; a month is therefore attached while nobody holds the table.
/// </summary>
public sealed class FactMonthTests(ServiceFixture<MetricsDb> metrics) : IClassFixture<ServiceFixture<MetricsDb>>
{
    private const int Sessions = 6, Months = 6, MostRounds = 190;
    private static readonly DateOnly First = new(2001, 1, 1);

    [Theory]
    [InlineData(true, 30)]
    [InlineData(false, MostRounds)] // attached beside readers: some session goes on without a month
    public async Task Every_session_that_reads_while_months_are_made_sees_them_all(bool alone, int rounds)
    {
        await using var source = NpgsqlDataSource.Create(metrics.OwnerConnection);
        if (!alone) await Execute(source, "CREATE OR REPLACE " + Beside);
        var readers = new List<NpgsqlConnection>();
        for (var reader = 0; reader < Sessions; reader++) readers.Add(await source.OpenConnectionAsync());

        var (made, missed) = (0, 0);
        await using var making = await source.OpenConnectionAsync();
        for (var round = 0; round < rounds && missed == 0; round++)
        {
            using var done = new CancellationTokenSource();
            var reading = readers.ConvertAll(reader => Task.Run(async () =>
            {
                while (!done.IsCancellationRequested) await PartitionsOf(reader);
            }));
            for (var month = 0; month < Months; month++, made++)
            {
                await using var make = new NpgsqlCommand(
                    $"SELECT {(alone ? "ensure_fact_month" : "attach_beside")}('plan_facts', $1)", making);
                make.Parameters.Add(new() { Value = First.AddMonths(made) });
                await make.ExecuteNonQueryAsync();
            }

            await done.CancelAsync();
            await Task.WhenAll(reading);
            foreach (var reader in readers) missed += await PartitionsOf(reader) < made ? 1 : 0;
        }

        foreach (var reader in readers) await reader.DisposeAsync();
        await Execute(source, "DO $$ DECLARE part text; BEGIN FOR part IN SELECT tablename FROM pg_tables "
            + "WHERE schemaname = 'fact_months' LOOP EXECUTE 'DROP TABLE fact_months.' || part; END LOOP; END $$");
        Assert.Equal(alone, missed == 0);
    }

    [Fact]
    public async Task A_month_waits_for_whoever_reads_and_lets_others_through()
    {
        await using var source = NpgsqlDataSource.Create(metrics.OwnerConnection);
        await using var slow = await source.OpenConnectionAsync();
        await using var reading = await slow.BeginTransactionAsync();
        await using (var read = new NpgsqlCommand(Count, slow)) await read.ExecuteScalarAsync();

        var making = Execute(source, "SELECT ensure_fact_month('stay_facts', '2032-05-01')");
        for (var tries = 0; tries < 3; tries++)
        {
            await Eventually.Equal(true, () => WaitsAsync(source));
            await Execute(source, Count); // behind it, and past it as soon as it gives way
        }

        Assert.False(making.IsCompleted);
        await reading.CommitAsync();
        await making;
    }

    private const string Count = "SELECT count(*) FROM stay_facts";

    private static async Task<bool> WaitsAsync(NpgsqlDataSource source)
    {
        await using var ask = source.CreateCommand(
            """
            SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'stay_facts'::regclass
                AND mode = 'AccessExclusiveLock' AND NOT granted)
            """);
        return (bool)(await ask.ExecuteScalarAsync())!;
    }

    private const string Beside = """
        FUNCTION attach_beside(kind text, month date) RETURNS void LANGUAGE plpgsql AS $$
        DECLARE
            part text := kind || '_' || to_char(month, 'YYYYMM');
        BEGIN
            EXECUTE format('CREATE TABLE fact_months.%I (LIKE public.%I INCLUDING DEFAULTS)', part, kind);
            EXECUTE format('ALTER TABLE public.%I ATTACH PARTITION fact_months.%I FOR VALUES FROM (%L) TO (%L)',
                kind, part, month::timestamp AT TIME ZONE 'UTC',
                (month + interval '1 month')::timestamp AT TIME ZONE 'UTC');
        END $$
        """;

    private static async Task<int> PartitionsOf(NpgsqlConnection session)
    {
        await using var plan = new NpgsqlCommand("EXPLAIN (COSTS OFF) SELECT message_id FROM plan_facts", session);
        await using var lines = await plan.ExecuteReaderAsync();
        var scans = 0;
        while (await lines.ReadAsync())
        {
            if (lines.GetString(0).Contains("plan_facts_", StringComparison.Ordinal)) scans++;
        }

        return scans;
    }

    private static async Task Execute(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}

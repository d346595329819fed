using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Jingdezhen.Tourism.LedgerVerify;
using Jingdezhen.Tourism.Payments.Storage;
using Jingdezhen.Tourism.Platform.Hosting;
using Jingdezhen.Tourism.Platform.Ledger;
using Jingdezhen.Tourism.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Jingdezhen.Tourism.Payments.Tests.LedgerModel;

/// <summary>The ledger under fire, as the runtime role, over several processes.</summary>
public sealed class LedgerTests
{
    private const int Processes = 3;
    private static readonly Account Till = new("till");
    private static readonly Account Purse = new("purse", FloorFen: 0);

    [Fact]
    public Task No_fen_is_lost_over_several_processes_and_a_stranger_can_check_it() => RunAsync(20_000, firstSeed: 1);

    /// <summary>Leaves its report in artifacts/reports/ledger-million.md.</summary>
    [Fact, Trait("Category", "Long")]
    public async Task No_fen_is_lost_in_a_million_operations()
    {
        var firstSeed = (uint)Random.Shared.Next(1, 1_000_000);

        var report = await RunAsync(1_000_000, firstSeed);

        var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "reports")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "ledger-million.md"), report);
    }

    private static async Task<string> RunAsync(int operations, uint firstSeed)
    {
        var (runtime, owner) = await TestPostgres.CreateAsync<PaymentsDb>();
        await FillAsync(runtime);
        var began = Stopwatch.GetTimestamp();

        var workers = await Task.WhenAll(Enumerable.Range(0, Processes).Select(async number =>
            JsonSerializer.Deserialize<WorkerReport>(await PrivateProcess.RunAsync("dotnet",
            [
                typeof(LedgerTests).Assembly.Location, runtime, $"{firstSeed + number}",
                $"{operations / Processes + 1}",
            ]))!));

        var fought = Stopwatch.GetElapsedTime(began);
        var wrong = workers.SelectMany(worker => worker.Wrong).ToList();
        Assert.True(wrong.Count == 0, $"first seed {firstSeed}: {string.Join('\n', wrong)}");
        Assert.All(workers, worker => Assert.True(
            worker is { Made: > 100, Repeated: > 100, RefusedByFloor: > 100, RefusedByKey: > 10, Careless: > 10 },
            worker.ToString()));
        Assert.Empty(await ViolationsAsync(owner, workers.Sum(worker => worker.Made) + 1));
        var proof = await ProveAsync(runtime);
        var verdict = Proof.Verify(proof, []);
        Assert.StartsWith("VALID", verdict, StringComparison.Ordinal);
        var flipped = await A_stranger_finds_one_flipped_bit(proof);
        var commit = await PrivateProcess.RunAsync("git", ["-C", Repository.Root, "rev-parse", "HEAD"]);
        return $"""
            # A million random operations against the ledger

            `tests/run --long Payments.Tests --filter No_fen_is_lost_in_a_million_operations` wrote this.

            | | |
            |---|---|
            | commit | {commit} |
            | finished | {TimeProvider.System.GetUtcNow():u} |
            | first seed | {firstSeed} (one for each of {Processes} processes, 4 lanes each) |
            | operations | {workers.Sum(worker => worker.Operations):N0} |
            | entries made | {workers.Sum(worker => worker.Made):N0} |
            | repeated keys, answered with the first entry | {workers.Sum(worker => worker.Repeated):N0} |
            | refused, the account would fall below its floor | {workers.Sum(worker => worker.RefusedByFloor):N0} |
            | refused, the key stands for something else | {workers.Sum(worker => worker.RefusedByKey):N0} |
            | rolled back by the asker | {workers.Sum(worker => worker.RolledBack):N0} |
            | careless writes past the door, refused by the database | {workers.Sum(worker => worker.Careless):N0} |
            | seconds of operations | {fought.TotalSeconds:N0} |
            | seconds with sealing, proof and flipped bits | {Stopwatch.GetElapsedTime(began).TotalSeconds:N0} |
            | wrong | 0: every entry and the ledger sum to zero, no balance below its floor, each key one entry |

            The stranger's verifier: {verdict}

            Each of {flipped} single flipped bits in the proof was found.

            """;
    }

    [Theory]
    [InlineData("the lock")]
    [InlineData("the answer for the floor")]
    [InlineData("the look for the key")]
    [InlineData("the check of the floor")]
    [InlineData("the sum of the sides")]
    [InlineData("the unique key")]
    [InlineData("the rights of the runtime role")]
    public async Task With_one_guard_off_the_property_fails(string guard)
    {
        var (runtime, owner) = await TestPostgres.CreateAsync<PaymentsDb>();
        await FillAsync(runtime);
        await ExecuteAsync(owner, guard switch
        {
            "the check of the floor" => "ALTER TABLE ledger_accounts DROP CONSTRAINT ledger_balance_above_floor",
            "the sum of the sides" => "ALTER TABLE ledger_postings DISABLE TRIGGER ledger_apply_postings",
            "the unique key" => "DROP INDEX ix_ledger_entries_key",
            "the rights of the runtime role" => "GRANT UPDATE ON ledger_entries, ledger_accounts TO PUBLIC",
            _ => "SELECT 1",
        });
        var guards = guard switch
        {
            "the lock" => LedgerGuards.All & ~LedgerGuards.Lock,
            "the answer for the floor" => LedgerGuards.All & ~LedgerGuards.Floor,
            "the look for the key" => LedgerGuards.All & ~LedgerGuards.Key,
            _ => LedgerGuards.All,
        };

        var reports = await Task.WhenAll(
            LedgerWorker.RunAsync(runtime, seed: 1, operations: 1500, guards),
            LedgerWorker.RunAsync(runtime, seed: 2, operations: 1500, guards));

        Assert.NotEmpty(
            reports.SelectMany(report => report.Wrong)
                .Concat(await ViolationsAsync(owner, reports.Sum(report => report.Made) + 1)));
    }

    [Fact]
    public async Task An_entry_is_put_right_by_another_entry_that_names_it()
    {
        var (runtime, _) = await TestPostgres.CreateAsync<PaymentsDb>();
        await using var database = NpgsqlDataSource.Create(runtime);
        var wrong = await PostAsync(database, Transfer.Between(Till, Purse, 500, "sale:1", "Sold for 500, it was 300"));

        await PostAsync(
            database, new("sale:1:corrected", "It was 300", [new(Purse, -200), new(Till, 200)], wrong.EntryId));

        await using var db = Open(database);
        Assert.Equal(300, await Ledger.BalanceAsync(db, "purse", CancellationToken.None));
        Assert.Contains(
            await ProveAsync(runtime), line =>
                line.Contains($"\"corrects\":\"{wrong.EntryId}\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_account_that_may_not_go_negative_answers_no_and_moves_nothing()
    {
        var (runtime, _) = await TestPostgres.CreateAsync<PaymentsDb>();
        await using var database = NpgsqlDataSource.Create(runtime);
        await PostAsync(database, Transfer.Between(Till, Purse, 100, "fill", "Filled"));

        var answer = await PostAsync(database, Transfer.Between(Purse, Till, 101, "too-much", "One fen too much"));

        Assert.Equal("account-floor", answer.Refusal?.Code);
        await using var db = Open(database);
        Assert.Equal(100, await Ledger.BalanceAsync(db, "purse", CancellationToken.None));
    }

    [Fact]
    public async Task A_key_has_one_effect_and_stands_for_one_thing()
    {
        var (runtime, _) = await TestPostgres.CreateAsync<PaymentsDb>();
        await using var database = NpgsqlDataSource.Create(runtime);

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ =>
            PostAsync(database, Transfer.Between(Till, Purse, 100, "once", "Filled"))));
        var other = await PostAsync(database, Transfer.Between(Till, Purse, 200, "once", "Filled"));

        Assert.Single(answers, answer => answer.Fresh);
        Assert.Single(answers.Select(answer => answer.EntryId).Distinct());
        Assert.Equal("ledger-key-reused", other.Refusal?.Code);
    }

    [Fact]
    public async Task An_entry_that_does_not_sum_to_zero_is_a_fault_of_the_asker()
    {
        var (runtime, _) = await TestPostgres.CreateAsync<PaymentsDb>();
        await using var database = NpgsqlDataSource.Create(runtime);

        await Assert.ThrowsAsync<ArgumentException>(() =>
            PostAsync(database, new("crooked", "One fen vanished", [new(Till, -100), new(Purse, 99)])));
    }

    [Fact]
    public async Task Entries_that_commit_out_of_order_all_get_their_place_in_the_chain()
    {
        var (runtime, _) = await TestPostgres.CreateAsync<PaymentsDb>();
        await using var database = NpgsqlDataSource.Create(runtime);
        await using var slow = Open(database);
        await using var open = await slow.Database.BeginTransactionAsync();
        await Ledger.PostAsync(
            slow, [Transfer.Between(Till, new("slow"), 1, "first-begun", "Begun first")], CancellationToken.None);
        await PostAsync(database, Transfer.Between(new("other"), new("fast"), 1, "first-committed", "Committed first"));
        Assert.Single(await EntriesAsync());

        await open.CommitAsync();

        Assert.Equal(
            ["first-committed", "first-begun"], (await EntriesAsync())
                .Select(row => row.GetProperty("key").GetString()));

        async Task<List<JsonElement>> EntriesAsync() => [.. (await ProveAsync(runtime))
            .Select(line => JsonSerializer.Deserialize<JsonElement>(line))
                .Where(row => row.TryGetProperty("position", out _))];
    }

    [Fact]
    public async Task A_rewritten_ledger_does_not_fit_a_head_that_somebody_kept()
    {
        var (runtime, owner) = await TestPostgres.CreateAsync<PaymentsDb>();
        await using var database = NpgsqlDataSource.Create(runtime);
        await PostAsync(database, Transfer.Between(Till, Purse, 100, "fill", "Filled"));
        var kept = (await ProveAsync(runtime)).Select(line => JsonSerializer.Deserialize<JsonElement>(line))
            .Single(row => row.TryGetProperty("head", out _)).GetProperty("head").GetString()!;

        // The owner of the database rewrites history from the first entry on, chain and head included.
        await ExecuteAsync(owner,
            """
            UPDATE ledger_entries SET memo = 'Forged', digest = sha256(convert_to(
                E'jingdezhen-ledger-entry-1\nfill\nForged\n-\ntill -100\npurse 100\n', 'UTF8'));
            DELETE FROM ledger_links;
            DELETE FROM ledger_heads;
            INSERT INTO ledger_unsealed SELECT id FROM ledger_entries
            """);
        var forged = await ProveAsync(runtime);

        Assert.StartsWith("VALID", Proof.Verify(forged, []), StringComparison.Ordinal);
        Assert.Throws<ProofException>(() => Proof.Verify(forged, [kept]));
    }

    private static async Task<int> A_stranger_finds_one_flipped_bit(List<string> proof)
    {
        var random = new Random(5);
        var (flipped, undetected) = (0, new List<string>());
        for (var round = 0; round < 30; round++)
        {
            var (line, text) = (random.Next(proof.Count), "");
            var bytes = Encoding.UTF8.GetBytes(proof[line]);
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            text = Encoding.UTF8.GetString(bytes);
            if (Means(text) == Means(proof[line])) continue;

            flipped++;
            try
            {
                Proof.Verify(proof.Select((row, number) => number == line ? text : row), []);
                undetected.Add($"{proof[line]} -> {text}");
            }
            catch (ProofException)
            {
                // Found.
            }
        }

        Assert.Empty(undetected);
        var file = Path.GetTempFileName();
        await File.WriteAllLinesAsync(file, proof);
        Assert.Contains("VALID", await VerifierAsync(file), StringComparison.Ordinal);
        proof[^3] = proof[^3].Replace(":1", ":2", StringComparison.Ordinal)
            .Replace("balanceFen\":", "balanceFen\":1", StringComparison.Ordinal);
        await File.WriteAllLinesAsync(file, proof);
        await Assert.ThrowsAsync<InvalidOperationException>(() => VerifierAsync(file));
        return flipped;
    }

    // A bit in the blank between two values, or in the name of the currency, changes nothing that the proof says.
    private static string Means(string line)
    {
        try
        {
            var row = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(line)!;
            foreach (var told in new[] { "currency", "day" }) row.Remove(told);
            if (row.TryGetValue("key", out var key) && key.ValueKind == JsonValueKind.Object)
            {
                return row["ledger"] + key.GetProperty("x").GetString() + key.GetProperty("y").GetString();
            }

            return JsonSerializer.Serialize(row);
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException)
        {
            return line;
        }
    }

    private static Task<string> VerifierAsync(string file) =>
        PrivateProcess.RunAsync("dotnet", [typeof(Proof).Assembly.Location, file]);

    private static async Task FillAsync(string runtime)
    {
        await using var database = NpgsqlDataSource.Create(runtime);
        await PostAsync(database, new("fill", "Filled", [
            new(new("bank"), -7000),
            .. Enumerable.Range(0, 7)
                .Select(number => new Posting(new($"pot:{number}", number % 3 == 0 ? -50 : 0), 1000)),
        ]));
    }

    private static async Task<Posted> PostAsync(NpgsqlDataSource database, Transfer transfer)
    {
        await using var db = Open(database);
        await using var transaction = await db.Database.BeginTransactionAsync();
        var answers = await Ledger.PostAsync(db, [transfer], CancellationToken.None);
        await transaction.CommitAsync();
        return answers[0];
    }

    private static async Task<List<string>> ProveAsync(string runtime)
    {
        await using var database = NpgsqlDataSource.Create(runtime);
        await using var db = Open(database);
        while (await LedgerChain.SealAsync(db, CancellationToken.None) > 0)
        {
        }

        var configuration = new ConfigurationBuilder().Build();
        using var key = await LedgerChain.SigningKeyAsync(db, configuration, CancellationToken.None);
        await LedgerChain.SignHeadAsync(db, "test", new(2026, 5, 1), key, CancellationToken.None);
        await using var output = new StringWriter();
        await LedgerEndpoints.WriteProofAsync(db, configuration, "test", output, CancellationToken.None);
        return [.. output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    private static async Task<List<string>> ViolationsAsync(string owner, int made)
    {
        await using var database = NpgsqlDataSource.Create(owner);
        await using var check = database.CreateCommand(
            $"""
            SELECT 'an entry does not sum to zero: ' || entry_id FROM ledger_postings
                GROUP BY entry_id HAVING sum(amount_fen) <> 0
            UNION ALL SELECT 'a balance is not the sum of its postings: ' || code FROM ledger_accounts
                WHERE balance_fen <> coalesce((SELECT sum(amount_fen) FROM ledger_postings WHERE account = code), 0)
            UNION ALL SELECT 'below its floor: ' || code FROM ledger_accounts WHERE balance_fen < floor_fen
            UNION ALL SELECT 'a key with two entries: ' || key FROM ledger_entries GROUP BY key HAVING count(*) > 1
            UNION ALL SELECT 'the workers made {made} entries, the ledger has ' || count(*) FROM ledger_entries
                HAVING count(*) <> {made}
            """);
        await using var reader = await check.ExecuteReaderAsync();
        var violations = new List<string>();
        while (await reader.ReadAsync()) violations.Add(reader.GetString(0));
        return violations;
    }

    private static async Task ExecuteAsync(string owner, string sql)
    {
        await using var database = NpgsqlDataSource.Create(owner);
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static PaymentsDb Open(NpgsqlDataSource database) =>
        new((DbContextOptions<PaymentsDb>)Database.Configure(
            new DbContextOptionsBuilder<PaymentsDb>(), database).Options);
}

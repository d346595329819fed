using System.Diagnostics;
using System.Security.Cryptography;
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
    [InlineData("the wholeness of an entry")]
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
            "the wholeness of an entry" => "ALTER TABLE ledger_postings DISABLE TRIGGER ledger_entry_is_whole",
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

    [Fact]
    public async Task A_stranger_finds_a_flipped_bit_in_whatever_line_of_the_proof_it_is()
    {
        var (runtime, _) = await TestPostgres.CreateAsync<PaymentsDb>();
        await FillAsync(runtime);
        await using var database = NpgsqlDataSource.Create(runtime);
        for (var number = 0; number < 80; number++) await PostAsync(database, LedgerWorker.TransferOf(number));
        var proof = await ProveAsync(runtime);
        Assert.StartsWith("VALID", Proof.Verify(proof, []), StringComparison.Ordinal);

        var flips = proof.SelectMany((line, number) => Flips(line, 20).Select(text => (number, text))).ToList();

        Assert.Equal(proof.Count, flips.Select(flip => flip.number).Distinct().Count());
        Assert.DoesNotContain(flips, flip => Passes(proof, flip.number, flip.text));
    }

    /// <summary>What the owner of the database can do behind the ledger's back, a bit at a time.</summary>
    [Fact]
    public async Task A_stranger_finds_a_flipped_bit_in_a_row_of_the_database()
    {
        var (runtime, owner) = await TestPostgres.CreateAsync<PaymentsDb>();
        await FillAsync(runtime);
        Assert.StartsWith("VALID", Proof.Verify(await ProveAsync(runtime), []), StringComparison.Ordinal);
        string[] flips =
        [
            Text("ledger_entries", "key"), Text("ledger_entries", "memo"), Text("ledger_heads", "jws"),
            "UPDATE ledger_postings SET amount_fen = amount_fen # 4 WHERE line = 3",
            "UPDATE ledger_accounts SET balance_fen = balance_fen # 1 WHERE code = 'pot:1'",
            "UPDATE ledger_links SET hash = set_bit(hash, 77, 1 - get_bit(hash, 77))",
            "UPDATE ledger_links SET position = position # 2",
        ];
        foreach (var flip in flips)
        {
            await ExecuteAsync(owner, flip);
            var flipped = await ProveAsync(runtime);

            Assert.True(Record(flipped) is ProofException, $"Not found: {flip}");
            await ExecuteAsync(owner, flip);
        }

        Assert.StartsWith("VALID", Proof.Verify(await ProveAsync(runtime), []), StringComparison.Ordinal);

        static string Text(string table, string column) =>
            $"""
            UPDATE {table} SET {column} = convert_from(set_bit(
                convert_to({column}, 'UTF8'), 9, 1 - get_bit(convert_to({column}, 'UTF8'), 9)), 'UTF8')
            """;

        static Exception? Record(List<string> proof) => Xunit.Record.Exception(() => Proof.Verify(proof, []));
    }

    /// <summary>What a bit of the text itself says would be believed if only the signature were made anew.</summary>
    [Theory]
    [InlineData("\"currency\":\"CNY\"", "\"currency\":\"CNX\"")]
    [InlineData("\"kty\":\"EC\"", "\"kty\":\"EB\"")]
    [InlineData("\"crv\":\"P-256\"", "\"crv\":\"P-257\"")]
    [InlineData("\"alg\":\"ES256\"", "\"alg\":\"ES257\"")]
    [InlineData("\"day\":\"2026-05-01\"", "\"day\":\"2026-05-03\"")]
    public async Task A_stranger_reads_the_words_around_the_chain_too(string word, string other)
    {
        var (runtime, _) = await TestPostgres.CreateAsync<PaymentsDb>();
        await FillAsync(runtime);
        var proof = await ProveAsync(runtime);
        var changed = proof.FindIndex(line => line.Contains(word, StringComparison.Ordinal));
        proof[changed] = proof[changed].Replace(word, other, StringComparison.Ordinal);
        await using var database = NpgsqlDataSource.Create(runtime);
        await using var db = Open(database);
        using var key = await LedgerChain.SigningKeyAsync(
            db, new ConfigurationBuilder().Build(), CancellationToken.None);

        var lines = string.Concat(proof.SkipLast(1).Select(line => line + "\n"));
        proof[^1] = JsonSerializer.Serialize(new
        {
            proof = LedgerChain.SignProof(key, "test", SHA256.HashData(Encoding.UTF8.GetBytes(lines))),
        });

        var found = Assert.Throws<ProofException>(() => Proof.Verify(proof, []));
        Assert.DoesNotContain("as it was signed", found.Message, StringComparison.Ordinal);
    }

    private static async Task<int> A_stranger_finds_one_flipped_bit(List<string> proof)
    {
        var random = new Random(5);
        var lines = Enumerable.Range(0, 30).Select(_ => random.Next(proof.Count)).ToList();
        var flips = lines.SelectMany(number => Flips(proof[number], 1).Select(text => (number, text))).ToList();
        Assert.DoesNotContain(flips, flip => Passes(proof, flip.number, flip.text));
        var file = Path.GetTempFileName();
        await File.WriteAllLinesAsync(file, proof);
        Assert.Contains("VALID", await VerifierAsync(file), StringComparison.Ordinal);
        await File.WriteAllLinesAsync(file, proof.Select((line, number) => number == flips[0].number
            ? flips[0].text : line));
        await Assert.ThrowsAsync<InvalidOperationException>(() => VerifierAsync(file));
        return flips.Count;
    }

    /// <summary>The line with one bit flipped, at places all over it.</summary>
    private static IEnumerable<string> Flips(string line, int times)
    {
        var random = new Random(line.Length + 5);
        var bytes = Encoding.UTF8.GetBytes(line);
        for (var flip = 0; flip < times; flip++)
        {
            var (place, bit) = (random.Next(bytes.Length), (byte)(1 << random.Next(8)));
            bytes[place] ^= bit;
            yield return Encoding.UTF8.GetString(bytes);
            bytes[place] ^= bit;
        }
    }

    private static bool Passes(List<string> proof, int number, string text)
    {
        try
        {
            Proof.Verify(proof.Select((line, index) => index == number ? text : line), []);
            return true;
        }
        catch (ProofException)
        {
            return false;
        }
    }

    [Theory]
    [InlineData("nothing off", true)]
    [InlineData("the sealers' lock off", true)]
    [InlineData("the lock and the keys of the chain off", false)]
    public async Task Two_who_seal_at_once_leave_one_whole_chain(string off, bool whole)
    {
        var (runtime, owner) = await TestPostgres.CreateAsync<PaymentsDb>();
        await FillAsync(runtime);
        await using var database = NpgsqlDataSource.Create(runtime);
        await using var slow = Open(database);
        await using var late = await slow.Database.BeginTransactionAsync();
        await Ledger.PostAsync(
            slow, [Transfer.Between(Till, new("slow"), 1, "first-begun", "Begun first")], CancellationToken.None);
        for (var number = 0; number < 20; number++) await PostAsync(database, LedgerWorker.TransferOf(number));
        var guards = off == "nothing off" ? LedgerGuards.All : LedgerGuards.All & ~LedgerGuards.Sealer;
        if (!whole)
        {
            await ExecuteAsync(
                owner, "ALTER TABLE ledger_links DROP CONSTRAINT pk_ledger_links; DROP INDEX ix_ledger_links_entry_id");
        }

        // Both read where the chain ends before either may write, and what comes next looks different to each of them.
        await using var holder = NpgsqlDataSource.Create(owner);
        await using var connection = await holder.OpenConnectionAsync();
        await using var hold = await connection.BeginTransactionAsync();
        await using var barrier = new NpgsqlCommand("LOCK TABLE ledger_links IN SHARE MODE", connection, hold);
        await barrier.ExecuteNonQueryAsync();
        var first = SealAsync();
        await WaitingForLocks.AreAsync(owner, 1);
        await late.CommitAsync();
        var second = SealAsync();
        await WaitingForLocks.AreAsync(owner, guards == LedgerGuards.All ? 1 : 2);
        await hold.CommitAsync();
        var faults = await Task.WhenAll(first, second);

        Assert.Equal(off == "the sealers' lock off" ? 1 : 0, faults.Count(fault => fault is not null));
        Assert.Equal(whole, await IsWholeAsync());

        async Task<Exception?> SealAsync()
        {
            await using var db = Open(database);
            return await Xunit.Record.ExceptionAsync(() => LedgerChain.SealAsync(db, guards, CancellationToken.None));
        }

        async Task<bool> IsWholeAsync()
        {
            var proof = await ProveAsync(runtime);
            return Xunit.Record.Exception(() => Proof.Verify(proof, [])) is null
                && proof.Any(line => line.Contains("\"key\":\"first-begun\"", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Many_seal_while_many_post_and_every_entry_has_one_place()
    {
        var (runtime, _) = await TestPostgres.CreateAsync<PaymentsDb>();
        await FillAsync(runtime);
        await using var database = NpgsqlDataSource.Create(runtime);
        using var posted = new CancellationTokenSource();

        var sealing = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var links = 0;
            while (!posted.IsCancellationRequested)
            {
                await using var db = Open(database);
                links += await LedgerChain.SealAsync(db, CancellationToken.None);
            }

            return links;
        })));
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(lane => Task.Run(async () =>
        {
            var made = 0;
            for (var number = lane; number < 400; number += 4)
            {
                made += (await PostAsync(database, LedgerWorker.TransferOf(number))).Fresh ? 1 : 0;
            }

            return made;
        })));
        await posted.CancelAsync();
        var links = await sealing;

        Assert.InRange(links.Sum(), 1, answers.Sum() + 1);
        Assert.StartsWith(
            $"VALID: {answers.Sum() + 1} entries", Proof.Verify(await ProveAsync(runtime), []),
            StringComparison.Ordinal);
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

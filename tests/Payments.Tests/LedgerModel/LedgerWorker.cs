using CsCheck;
using Jingdezhen.Tourism.Payments.Storage;
using Jingdezhen.Tourism.Platform.Hosting;
using Jingdezhen.Tourism.Platform.Ledger;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Jingdezhen.Tourism.Payments.Tests.LedgerModel;

/// <summary>What a worker saw: entries it made, and everything that should not have been possible.</summary>
/// <param name="Careless">Writes past the ledger's door that the database refused.</param>
public sealed record WorkerReport(
    int Operations, int Made, int Repeated, int RefusedByFloor, int RefusedByKey, int RolledBack, int Careless,
    List<string> Wrong);

/// <summary>
/// Random transfers between few accounts, so that every floor, lock and key is fought over. What a key stands for
/// follows from its number, so the workers of all processes collide on keys and agree on their meaning.
/// </summary>
internal static class LedgerWorker
{
    private const int Lanes = 4;
    private static readonly Account[] Pots =
    [
        new("bank"),
        .. Enumerable.Range(0, 7).Select(number => new Account($"pot:{number}", FloorFen: number % 3 == 0 ? -50 : 0)),
    ];

    private abstract record Operation;
    private sealed record Post(int[] Keys, bool RollBack, bool Reuse) : Operation;
    private sealed record Careless(int Kind) : Operation;

    private static Gen<Operation> Operations(int keys) => Gen.Frequency(
        (90, Gen.Select(Gen.Int[1, keys].Array[1, 20], Gen.Int[0, 19], Gen.Int[0, 29],
            (chosen, roll, reuse) => (Operation)new Post(chosen, roll == 0, reuse == 0))),
        (10, Gen.Int[0, 5].Select(kind => (Operation)new Careless(kind))));

    public static async Task<WorkerReport> RunAsync(string connection, uint seed, int operations, LedgerGuards guards)
    {
        await using var database = NpgsqlDataSource.Create(connection);
        var lanes = await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => Task.Run(() => RunLaneAsync(
            database, new PCG(seed * Lanes + (uint)lane, seed), operations / Lanes + 1, operations * 2, guards))));
        return lanes.Aggregate((sum, lane) => new(
            sum.Operations + lane.Operations, sum.Made + lane.Made, sum.Repeated + lane.Repeated,
            sum.RefusedByFloor + lane.RefusedByFloor, sum.RefusedByKey + lane.RefusedByKey,
            sum.RolledBack + lane.RolledBack, sum.Careless + lane.Careless, [.. sum.Wrong, .. lane.Wrong]));
    }

    private static async Task<WorkerReport> RunLaneAsync(
        NpgsqlDataSource database, PCG random, int operations, int keys, LedgerGuards guards)
    {
        var (done, made, repeated, floor, reused, rolledBack, careless) = (0, 0, 0, 0, 0, 0, 0);
        var wrong = new List<string>();
        var options = (DbContextOptions<PaymentsDb>)Database.Configure(
            new DbContextOptionsBuilder<PaymentsDb>(), database).Options;
        var generator = Operations(keys);
        while (done < operations && wrong.Count < 20)
        {
            var operation = generator.Generate(random, null, out _);
            await using var db = new PaymentsDb(options);
            try
            {
                if (operation is not Post post)
                {
                    done++;
                    await BeCarelessAsync(db, ((Careless)operation).Kind, keys);
                    wrong.Add($"A careless write of kind {((Careless)operation).Kind} was taken.");
                    continue;
                }

                done += post.Keys.Length;
                await using var transaction = await db.Database.BeginTransactionAsync();
                var transfers = post.Keys.Select(number => TransferOf(number, post.Reuse)).ToArray();
                var answers = await Ledger.PostAsync(db, transfers, guards, CancellationToken.None);
                if (post.RollBack)
                {
                    rolledBack += answers.Count;
                    continue;
                }

                await transaction.CommitAsync();
                made += answers.Count(answer => answer.Fresh);
                repeated += answers.Count(answer => answer is { Fresh: false, EntryId: not null });
                floor += answers.Count(answer => answer.Refusal?.Code == "account-floor");
                reused += answers.Count(answer => answer.Refusal?.Code == "ledger-key-reused");
            }
            catch (PostgresException refused) when (
                operation is Careless && refused.SqlState is "23514" or "42501" or "23505")
            {
                // The database's own guards: exactly what a careless writer should meet.
                careless++;
            }
            catch (Exception fault) when (fault is DbUpdateException or NpgsqlException or InvalidOperationException)
            {
                wrong.Add($"{operation.GetType().Name}: {fault.Message}");
            }
        }

        return new(done, made, repeated, floor, reused, rolledBack, careless, wrong);
    }

    /// <summary>The meaning of a key: two or three sides over the pots, the same in every process.</summary>
    internal static Transfer TransferOf(int number, bool reuse = false)
    {
        var random = new PCG((uint)number + 77, seed: 1);
        var (from, to, third) = ((int)random.Next(8), (int)random.Next(8), (int)random.Next(8));
        if (from == to) to = (to + 1) % Pots.Length;
        var amount = 1 + random.Next(300) + (reuse ? 1000L : 0);
        var memo = number % 5 == 0 ? $"退款 {number}" : $"Transfer {number}";
        return number % 4 == 0 && third != from && third != to
            ? new($"k:{number}", memo, [new(Pots[from], -amount - 7), new(Pots[to], amount), new(Pots[third], 7)])
            : Transfer.Between(Pots[from], Pots[to], amount, $"k:{number}", memo);
    }

    /// <summary>What code that forgot the ledger's door would do; the database alone has to refuse it.</summary>
    private static async Task BeCarelessAsync(PaymentsDb db, int kind, int keys)
    {
        var (id, key) = (Guid.CreateVersion7(), $"careless:{Guid.CreateVersion7()}");
        await using var transaction = await db.Database.BeginTransactionAsync();
        await (kind switch
        {
            0 => InsertAsync(id, key, -5, 4),
            1 => InsertAsync(id, key, -1_000_000_000, 1_000_000_000),
            2 => RepeatAsync(),
            3 => db.Database.ExecuteSqlAsync($"UPDATE ledger_entries SET memo = 'changed' WHERE key = {"k:" + keys}"),
            4 => db.Database.ExecuteSqlAsync(
                $"UPDATE ledger_accounts SET balance_fen = balance_fen + 1 WHERE code = 'bank'"),
            _ => JoinAsync((short)(1000 + 2 * Random.Shared.Next(10_000))),
        });
        await transaction.CommitAsync();

        // Two more sides that sum to zero, for an entry that was written and perhaps sealed long ago.
        Task<int> JoinAsync(short line) => db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO ledger_postings (entry_id, line, account, amount_fen)
            SELECT id, {line} + side, 'bank', CASE side WHEN 0 THEN 1 ELSE -1 END
            FROM ledger_entries, generate_series(0, 1) AS side WHERE key = 'fill'
            """);

        async Task<int> RepeatAsync()
        {
            await InsertAsync(id, key, -1, 1, "bank", "bank");
            return await InsertAsync(Guid.CreateVersion7(), key, -1, 1, "bank", "bank");
        }

        Task<int> InsertAsync(
            Guid entry, string name, long first, long second, string from = "pot:1", string to = "bank") =>
            db.Database.ExecuteSqlAsync(
                $"""
                WITH entry AS (
                    INSERT INTO ledger_entries (id, key, memo, digest) VALUES ({entry}, {name}, 'careless', '')
                    RETURNING id)
                INSERT INTO ledger_postings (entry_id, line, account, amount_fen)
                SELECT entry.id, line, account, fen FROM entry,
                    (VALUES (0, {from}, {first}), (1, {to}, {second})) AS side (line, account, fen)
                """);
    }
}

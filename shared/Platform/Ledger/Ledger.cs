using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Jingdezhen.Tourism.Platform.Ledger;

/// <summary>
/// The one way into a double-entry ledger, in the caller's transaction: accounts are locked in the order of their
/// codes, floors are answered for before anything is written, each key has one effect. The database keeps its own copy
/// of every rule: it locks nothing, but the runtime role cannot commit an entry that does not sum to zero, a balance
/// below its floor, a second use of a key, a change of what is written, or a posting that joins an entry later. Against
/// the owner of the database stand only the chain and its signed heads.
/// </summary>
public static class Ledger
{
    /// <summary>
    /// Posts many transfers at once, two round trips for all of them; later ones see what earlier ones moved.
    /// </summary>
    /// <returns>One answer for each transfer, in their order.</returns>
    /// <exception cref="ArgumentException">A transfer is malformed or does not sum to zero.</exception>
    /// <exception cref="InvalidOperationException">The caller has no transaction.</exception>
    public static Task<IReadOnlyList<Posted>> PostAsync(
        DbContext db, IReadOnlyList<Transfer> transfers, CancellationToken cancellation) =>
        PostAsync(db, transfers, LedgerGuards.All, cancellation);

    internal static async Task<IReadOnlyList<Posted>> PostAsync(
        DbContext db, IReadOnlyList<Transfer> transfers, LedgerGuards guards, CancellationToken cancellation)
    {
        if (db.Database.CurrentTransaction is not { } current)
        {
            throw new InvalidOperationException("The ledger posts in the transaction of the asker's own work.");
        }

        if (transfers.Count == 0) return [];
        foreach (var transfer in transfers) transfer.Validate();

        var transaction = (NpgsqlTransaction)current.GetDbTransaction();
        var (balances, known) = await LockAsync(transaction, transfers, guards, cancellation);
        var answers = new Posted[transfers.Count];
        var fresh = new List<(Guid Id, Transfer Transfer, byte[] Digest)>();
        for (var index = 0; index < transfers.Count; index++)
        {
            var (transfer, digest) = (transfers[index], transfers[index].Digest());
            answers[index] = known.TryGetValue(transfer.Key, out var first)
                ? first.Digest.AsSpan().SequenceEqual(digest)
                    ? new(first.Id, Fresh: false, Refusal: null)
                    : new(null, Fresh: false,
                        new("ledger-key-reused", $"The key {transfer.Key} stands for another entry."))
                : Admit(transfer, balances, guards);
            if (answers[index] is not { Fresh: true, EntryId: { } id }) continue;

            known[transfer.Key] = (id, digest);
            fresh.Add((id, transfer, digest));
        }

        if (fresh.Count > 0) await WriteAsync(transaction, fresh, cancellation);
        return answers;
    }

    /// <summary>The balance in fen of an account; 0 for one that was never touched.</summary>
    public static async Task<long> BalanceAsync(DbContext db, string account, CancellationToken cancellation) =>
        await db.Set<LedgerAccount>().Where(row => row.Code == account).Select(row => row.BalanceFen)
            .SingleOrDefaultAsync(cancellation);

    private static Posted Admit(Transfer transfer, Dictionary<string, Balance> balances, LedgerGuards guards)
    {
        var after = transfer.Postings.GroupBy(posting => posting.Account.Code)
            .Select(side => (Account: side.Key, Change: side.Sum(posting => posting.AmountFen))).ToList();

        // Only what leaves an account can break its floor: an account below a floor that was set later may still be
        // filled.
        var broken = after.Find(side => side.Change < 0
            && balances[side.Account].Fen + side.Change < balances[side.Account].Floor);
        if (broken.Account is not null && guards.HasFlag(LedgerGuards.Floor))
        {
            return new(null, Fresh: false, new("account-floor",
                $"{broken.Account} has {balances[broken.Account].Fen} fen and may not go below "
                + $"{balances[broken.Account].Floor}."));
        }

        foreach (var (account, change) in after) balances[account].Fen += change;
        return new(Guid.CreateVersion7(), Fresh: true, Refusal: null);
    }

    private sealed class Balance
    {
        public required long Fen { get; set; }
        public required long? Floor { get; init; }
    }

    private static async Task<(Dictionary<string, Balance>, Dictionary<string, (Guid Id, byte[] Digest)>)> LockAsync(
        NpgsqlTransaction transaction, IReadOnlyList<Transfer> transfers, LedgerGuards guards,
        CancellationToken cancellation)
    {
        var accounts = transfers.SelectMany(transfer => transfer.Postings).Select(posting => posting.Account)
            .DistinctBy(account => account.Code).OrderBy(account => account.Code, StringComparer.Ordinal).ToList();
        var codes = accounts.ConvertAll(account => account.Code);
        var keys = guards.HasFlag(LedgerGuards.Key) ? transfers.Select(transfer => transfer.Key).Distinct().ToArray()
            : [];
        while (true)
        {
            // The second statement sees what the holder of the locks committed: each has a snapshot of its own. Two
            // transfers of one key and one content share accounts, so the later one finds the earlier one's entry here.
            await using var batch = new NpgsqlBatch(transaction.Connection, transaction)
            {
                BatchCommands =
                {
                    new(guards.HasFlag(LedgerGuards.Lock)
                        ? "SELECT code, floor_fen, balance_fen FROM ledger_lock($1)"
                        : "SELECT code, floor_fen, balance_fen FROM ledger_accounts WHERE code = ANY($1)")
                    {
                        Parameters = { TextArray(codes) },
                    },
                    new("SELECT key, id, digest FROM ledger_entries WHERE key = ANY($1)")
                    {
                        Parameters = { TextArray(keys) },
                    },
                },
            };
            var balances = new Dictionary<string, Balance>();
            var known = new Dictionary<string, (Guid, byte[])>();
            await using (var reader = await batch.ExecuteReaderAsync(cancellation))
            {
                while (await reader.ReadAsync(cancellation))
                {
                    var floor = await reader.IsDBNullAsync(1, cancellation) ? (long?)null : reader.GetInt64(1);
                    balances[reader.GetString(0)] = new() { Floor = floor, Fen = reader.GetInt64(2) };
                }

                await reader.NextResultAsync(cancellation);
                while (await reader.ReadAsync(cancellation))
                {
                    known[reader.GetString(0)] = (reader.GetGuid(1), reader.GetFieldValue<byte[]>(2));
                }
            }

            if (balances.Count == codes.Count) return (balances, known);

            // Opened in the order of the locks, so that two who open the same accounts wait for, not on, each other.
            var missing = accounts.FindAll(account => !balances.ContainsKey(account.Code));
            await using var open = new NpgsqlCommand(
                """
                INSERT INTO ledger_accounts (code, floor_fen, balance_fen)
                SELECT code, floor, 0 FROM unnest($1, $2) WITH ORDINALITY AS account (code, floor, place) ORDER BY place
                ON CONFLICT DO NOTHING
                """, transaction.Connection, transaction);
            open.Parameters.Add(TextArray([.. missing.Select(account => account.Code)]));
            open.Parameters.Add(new()
            {
                Value = missing.Select(account => account.FloorFen).ToArray(),
                NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint,
            });
            await open.ExecuteNonQueryAsync(cancellation);
        }
    }

    private static async Task WriteAsync(
        NpgsqlTransaction transaction, List<(Guid Id, Transfer Transfer, byte[] Digest)> entries,
        CancellationToken cancellation)
    {
        var sides = entries.SelectMany(
            entry => entry.Transfer.Postings.Select((posting, line) => (entry.Id, line, posting)))
            .ToList();
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction)
        {
            BatchCommands =
            {
                new("""
                    INSERT INTO ledger_entries (id, key, memo, corrects, digest)
                    SELECT id, key, memo, corrects, digest
                    FROM unnest($1, $2, $3, $4, $5) WITH ORDINALITY AS entry (id, key, memo, corrects, digest, place)
                    ORDER BY place
                    """)
                {
                    Parameters =
                    {
                        UuidArray(entries.Select(entry => (Guid?)entry.Id)),
                        TextArray([.. entries.Select(entry => entry.Transfer.Key)]),
                        TextArray([.. entries.Select(entry => entry.Transfer.Memo)]),
                        UuidArray(entries.Select(entry => entry.Transfer.Corrects)),
                        new()
                        {
                            Value = entries.Select(entry => entry.Digest).ToArray(),
                            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea,
                        },
                    },
                },
                new("""
                    INSERT INTO ledger_postings (entry_id, line, account, amount_fen)
                    SELECT * FROM unnest($1, $2, $3, $4)
                    """)
                {
                    Parameters =
                    {
                        UuidArray(sides.Select(side => (Guid?)side.Id)),
                        new()
                        {
                            Value = sides.Select(side => (short)side.line).ToArray(),
                            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Smallint,
                        },
                        TextArray([.. sides.Select(side => side.posting.Account.Code)]),
                        new()
                        {
                            Value = sides.Select(side => side.posting.AmountFen).ToArray(),
                            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint,
                        },
                    },
                },
            },
        };
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    private static NpgsqlParameter TextArray(IReadOnlyCollection<string> values) =>
        new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };

    private static NpgsqlParameter UuidArray(IEnumerable<Guid?> values) =>
        new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid };
}

/// <summary>
/// What <see cref="Ledger"/> and <see cref="LedgerChain"/> rely on; all on except in the control tests that take one out.
/// </summary>
[Flags]
internal enum LedgerGuards
{
    None = 0,
    Lock = 1,
    Floor = 2,
    Key = 4,
    Sealer = 8,
    All = Lock | Floor | Key | Sealer,
}

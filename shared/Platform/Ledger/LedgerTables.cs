using Jingdezhen.Tourism.Platform.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Jingdezhen.Tourism.Platform.Ledger;

public static class LedgerTables
{
    /// <summary>The ledger's tables; a service's model has at most one ledger. Its migration also calls
    /// <see cref="CreateLedgerGuards"/> and <see cref="KeepLedgerEntriesWhole"/>.</summary>
    public static void AddLedger(this ModelBuilder model)
    {
        model.Entity<LedgerAccount>(account =>
        {
            account.ToTable("ledger_accounts", table =>
                table.HasCheckConstraint("ledger_balance_above_floor",
                    "floor_fen IS NULL OR balance_fen >= floor_fen"));
            account.HasKey(row => row.Code);
            account.IsAppendOnly();
        });
        model.Entity<LedgerEntry>(entry =>
        {
            entry.ToTable("ledger_entries");
            entry.Property(row => row.Sequence).UseIdentityAlwaysColumn();
            entry.Property(row => row.PostedAt).HasDefaultValueSql("now()");
            entry.HasIndex(row => row.Key).IsUnique();
            entry.HasIndex(row => row.Sequence).IsUnique();
            entry.HasOne<LedgerEntry>().WithMany().HasForeignKey(row => row.Corrects).OnDelete(DeleteBehavior.Restrict);
            entry.IsAppendOnly();
        });
        model.Entity<LedgerPosting>(posting =>
        {
            posting.ToTable(
                "ledger_postings", table => table.HasCheckConstraint("ledger_posting_moves", "amount_fen <> 0"));
            posting.HasKey(row => new { row.EntryId, row.Line });
            posting.HasIndex(row => row.Account);
            posting.HasOne<LedgerEntry>().WithMany().HasForeignKey(row => row.EntryId)
                .OnDelete(DeleteBehavior.Restrict);
            posting.HasOne<LedgerAccount>().WithMany().HasForeignKey(row => row.Account)
                .OnDelete(DeleteBehavior.Restrict);
            posting.IsAppendOnly();
        });
        model.Entity<UnsealedEntry>(unsealed =>
        {
            unsealed.ToTable("ledger_unsealed");
            unsealed.HasKey(row => row.EntryId);
            unsealed.Property(row => row.EntryId).ValueGeneratedNever();
        });
        model.Entity<LedgerLink>(link =>
        {
            link.ToTable("ledger_links");
            link.HasKey(row => row.Position);
            link.Property(row => row.Position).ValueGeneratedNever();
            link.HasIndex(row => row.EntryId).IsUnique();
            link.IsAppendOnly();
        });
        model.Entity<LedgerHead>(head =>
        {
            head.ToTable("ledger_heads");
            head.HasKey(row => row.Day);
            head.IsAppendOnly();
        });
        model.Entity<LedgerKey>(key =>
        {
            key.ToTable("ledger_keys");
            key.HasKey(row => row.Id);
            key.IsAppendOnly();
        });
    }

    /// <summary>
    /// What only the database can promise. Balances are moved by the postings themselves, with the owner's rights, so
    /// the runtime role has no other way to change one; the lock has to be a function for the same reason.
    /// </summary>
    public static void CreateLedgerGuards(this MigrationBuilder migration) => migration.Sql(
        """
        CREATE FUNCTION ledger_lock(codes text[]) RETURNS SETOF ledger_accounts
        LANGUAGE sql SECURITY DEFINER SET search_path = public AS
        $$ SELECT * FROM ledger_accounts WHERE code = ANY(codes) ORDER BY code COLLATE "C" FOR NO KEY UPDATE $$;

        CREATE FUNCTION ledger_apply_postings() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
        BEGIN
            IF EXISTS (SELECT FROM new_postings GROUP BY entry_id HAVING sum(amount_fen) <> 0) THEN
                RAISE check_violation USING MESSAGE = 'A ledger entry does not sum to zero.',
                    CONSTRAINT = 'ledger_entry_sums_to_zero';
            END IF;
            UPDATE ledger_accounts SET balance_fen = balance_fen + change.fen
            FROM (SELECT account, sum(amount_fen)::bigint AS fen FROM new_postings GROUP BY account) AS change
            WHERE ledger_accounts.code = change.account AND change.fen <> 0;
            RETURN NULL;
        END $$;
        CREATE TRIGGER ledger_apply_postings AFTER INSERT ON ledger_postings
            REFERENCING NEW TABLE AS new_postings FOR EACH STATEMENT EXECUTE FUNCTION ledger_apply_postings();

        CREATE FUNCTION ledger_queue_for_sealing() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
        BEGIN
            INSERT INTO ledger_unsealed (entry_id) SELECT id FROM new_entries;
            RETURN NULL;
        END $$;
        CREATE TRIGGER ledger_queue_for_sealing AFTER INSERT ON ledger_entries
            REFERENCING NEW TABLE AS new_entries FOR EACH STATEMENT EXECUTE FUNCTION ledger_queue_for_sealing();

        CREATE FUNCTION ledger_open_empty() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN NEW.balance_fen := 0; RETURN NEW; END $$;
        CREATE TRIGGER ledger_open_empty BEFORE INSERT ON ledger_accounts
            FOR EACH ROW EXECUTE FUNCTION ledger_open_empty();
        """);

    /// <summary>
    /// Nothing joins an entry later. All sides of an entry come in one statement, for each statement has to bring the
    /// entry's line 0, and the primary key lets only one of them do so; no row has to be looked up or locked for it.
    /// </summary>
    public static void KeepLedgerEntriesWhole(this MigrationBuilder migration) => migration.Sql(
        """
        CREATE FUNCTION ledger_entry_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (SELECT FROM new_postings GROUP BY entry_id HAVING min(line) <> 0) THEN
                RAISE check_violation USING MESSAGE = 'A ledger entry that is written takes no more postings.',
                    CONSTRAINT = 'ledger_entry_is_whole';
            END IF;
            RETURN NULL;
        END $$;
        CREATE TRIGGER ledger_entry_is_whole AFTER INSERT ON ledger_postings
            REFERENCING NEW TABLE AS new_postings FOR EACH STATEMENT EXECUTE FUNCTION ledger_entry_is_whole();
        """);

    public static void ReleaseLedgerEntries(this MigrationBuilder migration) => migration.Sql(
        """
        DROP TRIGGER ledger_entry_is_whole ON ledger_postings;
        DROP FUNCTION ledger_entry_is_whole();
        """);
}

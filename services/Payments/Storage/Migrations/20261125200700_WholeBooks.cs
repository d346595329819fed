using Jingdezhen.Tourism.Platform.Ledger;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Jingdezhen.Tourism.Payments.Storage.Migrations;

/// <summary>
/// Written by hand: a trigger, of which the model knows nothing, and one reconciliation for a provider and a day. Of
/// those that were made twice the earliest takes the differences of all; what was booked twice for one of them opens
/// again, so that closing it moves the second entry back.
/// </summary>
[DbContext(typeof(PaymentsDb)), Migration("20261125200700_WholeBooks")]
internal sealed class WholeBooks : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.KeepLedgerEntriesWhole();
        migrationBuilder.Sql(
            """
            ALTER TABLE reconciliation_differences
                ADD booked_fen bigint NOT NULL DEFAULT 0, ADD closings integer NOT NULL DEFAULT 0;
            UPDATE reconciliation_differences
            SET booked_fen = held_fen, closings = 1 WHERE closed_at IS NOT NULL;

            UPDATE reconciliation_differences AS difference SET reconciliation_id = first.id
            FROM reconciliations AS own, (
                SELECT DISTINCT ON (provider, day) id, provider, day FROM reconciliations
                ORDER BY provider, day, compared_at, id) AS first
            WHERE own.id = difference.reconciliation_id AND (first.provider, first.day) = (own.provider, own.day);
            DELETE FROM reconciliations AS later USING reconciliations AS first
            WHERE (first.provider, first.day) = (later.provider, later.day)
                AND (first.compared_at, first.id) < (later.compared_at, later.id);

            UPDATE reconciliation_differences AS difference SET booked_fen = twins.booked, closings = twins.closings
            FROM (
                SELECT reconciliation_id, kind, of, subject_id, sum(booked_fen) AS booked, sum(closings) AS closings
                FROM reconciliation_differences GROUP BY 1, 2, 3, 4 HAVING count(*) > 1) AS twins
            WHERE (difference.reconciliation_id, difference.kind, difference.of, difference.subject_id)
                = (twins.reconciliation_id, twins.kind, twins.of, twins.subject_id);
            DELETE FROM reconciliation_differences WHERE id IN (
                SELECT id FROM (
                    SELECT id, row_number() OVER (
                        PARTITION BY reconciliation_id, kind, of, subject_id ORDER BY closed_at NULLS LAST, id) AS place
                    FROM reconciliation_differences) AS placed WHERE place > 1);
            UPDATE reconciliation_differences SET closed_at = NULL WHERE booked_fen <> held_fen;

            DROP INDEX ix_reconciliations_provider_day;
            CREATE UNIQUE INDEX ix_reconciliations_provider_day ON reconciliations (provider, day);
            DROP INDEX ix_reconciliation_differences_reconciliation_id;
            CREATE UNIQUE INDEX ix_reconciliation_differences_subject
                ON reconciliation_differences (reconciliation_id, kind, of, subject_id);
            ALTER TABLE reconciliation_differences
                ALTER booked_fen DROP DEFAULT, ALTER closings DROP DEFAULT;
            """);
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(
            """
            DROP INDEX ix_reconciliation_differences_subject;
            CREATE INDEX ix_reconciliation_differences_reconciliation_id
                ON reconciliation_differences (reconciliation_id);
            DROP INDEX ix_reconciliations_provider_day;
            CREATE INDEX ix_reconciliations_provider_day ON reconciliations (provider, day);
            ALTER TABLE reconciliation_differences DROP booked_fen, DROP closings;
            """);
        migrationBuilder.ReleaseLedgerEntries();
    }
}

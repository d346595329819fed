using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Jingdezhen.Tourism.Complaints.Storage.Migrations
{
    /// <inheritdoc />
    public partial class TwoPeople : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "one_payout",
                table: "compensations");

            migrationBuilder.DropIndex(
                name: "ix_cases_assignee_id_next_due_at_id",
                table: "cases");

            migrationBuilder.DropIndex(
                name: "ix_cases_next_due_at_id",
                table: "cases");

            migrationBuilder.DropIndex(
                name: "ix_cases_next_due_at_id1",
                table: "cases");

            migrationBuilder.DropIndex(
                name: "ix_cases_next_due_at_id2",
                table: "cases");

            migrationBuilder.RenameColumn(
                name: "case_id",
                table: "surveys",
                newName: "subject_id");

            migrationBuilder.RenameIndex(
                name: "ix_surveys_case_id",
                table: "surveys",
                newName: "ix_surveys_subject_id");

            migrationBuilder.RenameColumn(
                name: "write_off_by",
                table: "recourses",
                newName: "word_proposed_by");

            migrationBuilder.AlterColumn<string>(
                name: "category",
                table: "surveys",
                type: "text",
                nullable: true,
                oldClrType: typeof(string),
                oldType: "text");

            migrationBuilder.AddColumn<string>(
                name: "product_kind",
                table: "surveys",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "subject",
                table: "surveys",
                type: "text",
                nullable: false,
                defaultValue: "case");

            migrationBuilder.AddColumn<string>(
                name: "word_proposed",
                table: "recourses",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "word_proposed",
                table: "compensations",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "word_proposed_by",
                table: "compensations",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "filed_by",
                table: "cases",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "found_by",
                table: "cases",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "overpaid_fen",
                table: "cases",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "queue_at",
                table: "cases",
                type: "timestamp with time zone",
                nullable: false,
                computedColumnSql: "coalesce(next_due_at, 'infinity'::timestamptz)",
                stored: true);

            migrationBuilder.CreateTable(
                name: "due_surveys",
                columns: table => new
                {
                    booking_id = table.Column<Guid>(type: "uuid", nullable: false),
                    merchant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    product_id = table.Column<Guid>(type: "uuid", nullable: false),
                    product_kind = table.Column<string>(type: "text", nullable: false),
                    county = table.Column<string>(type: "text", nullable: false),
                    due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    asked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_due_surveys", x => x.booking_id);
                });

            migrationBuilder.CreateIndex(
                name: "one_payout",
                table: "compensations",
                columns: new[] { "claimant_key", "subject_id" },
                unique: true,
                filter: "state IN ('Approved', 'Paid', 'Released', 'ClawedBack')");

            migrationBuilder.CreateIndex(
                name: "ix_cases_assignee_id_queue_at_id",
                table: "cases",
                columns: new[] { "assignee_id", "queue_at", "id" },
                filter: "state IN ('Submitted','Acknowledged','Accepted','AwaitingMerchant','Investigating','Mediating','Reopened')");

            migrationBuilder.CreateIndex(
                name: "ix_cases_queue_at_id",
                table: "cases",
                columns: new[] { "queue_at", "id" },
                filter: "breached AND state IN ('Submitted','Acknowledged','Accepted','AwaitingMerchant','Investigating','Mediating','Reopened')");

            migrationBuilder.CreateIndex(
                name: "ix_cases_queue_at_id1",
                table: "cases",
                columns: new[] { "queue_at", "id" },
                filter: "state IN ('Submitted','Acknowledged','Accepted','AwaitingMerchant','Investigating','Mediating','Reopened')");

            migrationBuilder.CreateIndex(
                name: "ix_cases_queue_at_id2",
                table: "cases",
                columns: new[] { "queue_at", "id" },
                filter: "overpaid_fen > 0");

            migrationBuilder.CreateIndex(
                name: "ix_cases_queue_at_id3",
                table: "cases",
                columns: new[] { "queue_at", "id" },
                filter: "assignee_id IS NULL AND state IN ('Submitted','Acknowledged','Accepted','AwaitingMerchant','Investigating','Mediating','Reopened')");

            migrationBuilder.CreateIndex(
                name: "due_surveys_open",
                table: "due_surveys",
                column: "due_at",
                filter: "asked_at IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "due_surveys");

            migrationBuilder.DropIndex(
                name: "one_payout",
                table: "compensations");

            migrationBuilder.DropIndex(
                name: "ix_cases_assignee_id_queue_at_id",
                table: "cases");

            migrationBuilder.DropIndex(
                name: "ix_cases_queue_at_id",
                table: "cases");

            migrationBuilder.DropIndex(
                name: "ix_cases_queue_at_id1",
                table: "cases");

            migrationBuilder.DropIndex(
                name: "ix_cases_queue_at_id2",
                table: "cases");

            migrationBuilder.DropIndex(
                name: "ix_cases_queue_at_id3",
                table: "cases");

            migrationBuilder.DropColumn(
                name: "queue_at",
                table: "cases");

            migrationBuilder.DropColumn(
                name: "product_kind",
                table: "surveys");

            migrationBuilder.DropColumn(
                name: "subject",
                table: "surveys");

            migrationBuilder.DropColumn(
                name: "word_proposed",
                table: "recourses");

            migrationBuilder.DropColumn(
                name: "word_proposed",
                table: "compensations");

            migrationBuilder.DropColumn(
                name: "word_proposed_by",
                table: "compensations");

            migrationBuilder.DropColumn(
                name: "filed_by",
                table: "cases");

            migrationBuilder.DropColumn(
                name: "found_by",
                table: "cases");

            migrationBuilder.DropColumn(
                name: "overpaid_fen",
                table: "cases");

            migrationBuilder.RenameColumn(
                name: "subject_id",
                table: "surveys",
                newName: "case_id");

            migrationBuilder.RenameIndex(
                name: "ix_surveys_subject_id",
                table: "surveys",
                newName: "ix_surveys_case_id");

            migrationBuilder.RenameColumn(
                name: "word_proposed_by",
                table: "recourses",
                newName: "write_off_by");

            migrationBuilder.AlterColumn<string>(
                name: "category",
                table: "surveys",
                type: "text",
                nullable: false,
                defaultValue: "",
                oldClrType: typeof(string),
                oldType: "text",
                oldNullable: true);

            migrationBuilder.CreateIndex(
                name: "one_payout",
                table: "compensations",
                columns: new[] { "claimant_key", "subject_id" },
                unique: true,
                filter: "state IN ('Approved', 'Paid', 'Released')");

            migrationBuilder.CreateIndex(
                name: "ix_cases_assignee_id_next_due_at_id",
                table: "cases",
                columns: new[] { "assignee_id", "next_due_at", "id" },
                filter: "state IN ('Submitted','Acknowledged','Accepted','AwaitingMerchant','Investigating','Mediating','Reopened')");

            migrationBuilder.CreateIndex(
                name: "ix_cases_next_due_at_id",
                table: "cases",
                columns: new[] { "next_due_at", "id" },
                filter: "breached AND state IN ('Submitted','Acknowledged','Accepted','AwaitingMerchant','Investigating','Mediating','Reopened')");

            migrationBuilder.CreateIndex(
                name: "ix_cases_next_due_at_id1",
                table: "cases",
                columns: new[] { "next_due_at", "id" },
                filter: "state IN ('Submitted','Acknowledged','Accepted','AwaitingMerchant','Investigating','Mediating','Reopened')");

            migrationBuilder.CreateIndex(
                name: "ix_cases_next_due_at_id2",
                table: "cases",
                columns: new[] { "next_due_at", "id" },
                filter: "assignee_id IS NULL AND state IN ('Submitted','Acknowledged','Accepted','AwaitingMerchant','Investigating','Mediating','Reopened')");
        }
    }
}

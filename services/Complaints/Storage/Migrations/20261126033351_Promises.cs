using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Jingdezhen.Tourism.Complaints.Storage.Migrations
{
    /// <inheritdoc />
    public partial class Promises : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropCheckConstraint(
                name: "recourse_amount",
                table: "recourses");

            migrationBuilder.AddColumn<int>(
                name: "return_round",
                table: "recourses",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<long>(
                name: "returned_fen",
                table: "recourses",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "returning_fen",
                table: "recourses",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "changed_at",
                table: "purchases",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "attached_by",
                table: "cases",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "promised_fen",
                table: "cases",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddCheckConstraint(
                name: "recourse_amount",
                table: "recourses",
                sql: "amount_fen > 0 AND repaid_fen BETWEEN 0 AND amount_fen AND returned_fen + returning_fen <= repaid_fen");

            // The standing accounts, so that the first transfers of all do not open them while they hold others.
            migrationBuilder.Sql(
                """
                INSERT INTO ledger_accounts (code, floor_fen, balance_fen) VALUES
                    ('claims', NULL, 0), ('contributions', NULL, 0), ('fund', 0, 0), ('paid-out', 0, 0),
                    ('paying-out', 0, 0), ('recovered', 0, 0), ('repayments', NULL, 0), ('written-off', 0, 0)
                ON CONFLICT DO NOTHING
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropCheckConstraint(
                name: "recourse_amount",
                table: "recourses");

            migrationBuilder.DropColumn(
                name: "return_round",
                table: "recourses");

            migrationBuilder.DropColumn(
                name: "returned_fen",
                table: "recourses");

            migrationBuilder.DropColumn(
                name: "returning_fen",
                table: "recourses");

            migrationBuilder.DropColumn(
                name: "changed_at",
                table: "purchases");

            migrationBuilder.DropColumn(
                name: "attached_by",
                table: "cases");

            migrationBuilder.DropColumn(
                name: "promised_fen",
                table: "cases");

            migrationBuilder.AddCheckConstraint(
                name: "recourse_amount",
                table: "recourses",
                sql: "amount_fen > 0 AND repaid_fen BETWEEN 0 AND amount_fen");
        }
    }
}

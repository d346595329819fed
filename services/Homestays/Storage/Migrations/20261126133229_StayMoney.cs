using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Jingdezhen.Tourism.Homestays.Storage.Migrations
{
    /// <inheritdoc />
    public partial class StayMoney : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "payment_key",
                table: "stays",
                type: "text",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "stay_payments",
                columns: table => new
                {
                    key = table.Column<string>(type: "text", nullable: false),
                    stay_id = table.Column<Guid>(type: "uuid", nullable: false),
                    method = table.Column<string>(type: "text", nullable: false),
                    amount_fen = table.Column<long>(type: "bigint", nullable: false),
                    asked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    failed_because = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_stay_payments", x => x.key);
                    table.ForeignKey(
                        name: "fk_stay_payments_stays_stay_id",
                        column: x => x.stay_id,
                        principalTable: "stays",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "stay_refunds",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    stay_id = table.Column<Guid>(type: "uuid", nullable: false),
                    payment_key = table.Column<string>(type: "text", nullable: false),
                    key = table.Column<string>(type: "text", nullable: false),
                    asked_as = table.Column<string>(type: "text", nullable: false),
                    amount_fen = table.Column<long>(type: "bigint", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: false),
                    asked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    settled_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    failed_because = table.Column<string>(type: "text", nullable: true),
                    ask_again_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_stay_refunds", x => x.id);
                    table.CheckConstraint("something_is_owed", "amount_fen > 0");
                    table.ForeignKey(
                        name: "fk_stay_refunds_stays_stay_id",
                        column: x => x.stay_id,
                        principalTable: "stays",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "ix_stay_payments_stay_id",
                table: "stay_payments",
                column: "stay_id");

            migrationBuilder.CreateIndex(
                name: "ix_stay_refunds_ask_again_at",
                table: "stay_refunds",
                column: "ask_again_at",
                filter: "ask_again_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_stay_refunds_asked_as",
                table: "stay_refunds",
                column: "asked_as",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_stay_refunds_key",
                table: "stay_refunds",
                column: "key",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_stay_refunds_stay_id",
                table: "stay_refunds",
                column: "stay_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "stay_payments");

            migrationBuilder.DropTable(
                name: "stay_refunds");

            migrationBuilder.DropColumn(
                name: "payment_key",
                table: "stays");
        }
    }
}

using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Jingdezhen.Tourism.Bookings.Storage.Migrations
{
    /// <inheritdoc />
    public partial class WaitingList : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "waited_for",
                table: "slots",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.CreateTable(
                name: "waiting_log",
                columns: table => new
                {
                    slot_id = table.Column<Guid>(type: "uuid", nullable: false),
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    party_id = table.Column<Guid>(type: "uuid", nullable: true),
                    visitors = table.Column<int>(type: "integer", nullable: true),
                    free = table.Column<int>(type: "integer", nullable: true),
                    bounded = table.Column<bool>(type: "boolean", nullable: true),
                    booking_id = table.Column<Guid>(type: "uuid", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_waiting_log", x => new { x.slot_id, x.sequence });
                });

            migrationBuilder.CreateTable(
                name: "waiting_parties",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    slot_id = table.Column<Guid>(type: "uuid", nullable: false),
                    product_id = table.Column<Guid>(type: "uuid", nullable: false),
                    arrival = table.Column<long>(type: "bigint", nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: true),
                    visitors = table.Column<int>(type: "integer", nullable: false),
                    units = table.Column<string>(type: "jsonb", nullable: false),
                    channel = table.Column<string>(type: "text", nullable: false),
                    source = table.Column<string>(type: "text", nullable: true),
                    campaign = table.Column<string>(type: "text", nullable: true),
                    country_of_residence = table.Column<string>(type: "text", nullable: true),
                    guest_key = table.Column<byte[]>(type: "bytea", nullable: true),
                    joined_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    passed = table.Column<int>(type: "integer", nullable: false),
                    kept_since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    booking_id = table.Column<Guid>(type: "uuid", nullable: true),
                    offered_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_waiting_parties", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_slots_waited_for",
                table: "slots",
                column: "id",
                filter: "waited_for");

            migrationBuilder.CreateIndex(
                name: "ix_waiting_parties_account_id_id",
                table: "waiting_parties",
                columns: new[] { "account_id", "id" },
                filter: "account_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_waiting_parties_account_id_slot_id",
                table: "waiting_parties",
                columns: new[] { "account_id", "slot_id" },
                unique: true,
                filter: "state IN ('Waiting', 'Offered')");

            migrationBuilder.CreateIndex(
                name: "ix_waiting_parties_booking_id",
                table: "waiting_parties",
                column: "booking_id",
                filter: "booking_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_waiting_parties_slot_id_arrival",
                table: "waiting_parties",
                columns: new[] { "slot_id", "arrival" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "waiting_log");

            migrationBuilder.DropTable(
                name: "waiting_parties");

            migrationBuilder.DropIndex(
                name: "ix_slots_waited_for",
                table: "slots");

            migrationBuilder.DropColumn(
                name: "waited_for",
                table: "slots");
        }
    }
}

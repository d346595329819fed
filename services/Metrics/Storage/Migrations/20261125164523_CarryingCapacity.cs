using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Jingdezhen.Tourism.Metrics.Storage.Migrations
{
    /// <inheritdoc />
    public partial class CarryingCapacity : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "across_counties",
                table: "supply_facts",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<bool>(
                name: "tea",
                table: "supply_facts",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "merchant_kind",
                table: "compensation_facts",
                type: "text",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "venue_days",
                columns: table => new
                {
                    venue_id = table.Column<string>(type: "text", nullable: false),
                    day = table.Column<DateOnly>(type: "date", nullable: false),
                    told_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    capacity = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_venue_days", x => new { x.venue_id, x.day });
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "venue_days");

            migrationBuilder.DropColumn(
                name: "across_counties",
                table: "supply_facts");

            migrationBuilder.DropColumn(
                name: "tea",
                table: "supply_facts");

            migrationBuilder.DropColumn(
                name: "merchant_kind",
                table: "compensation_facts");
        }
    }
}

using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Jingdezhen.Tourism.Metrics.Storage.Migrations
{
    /// <inheritdoc />
    public partial class CellFamilies : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "decided",
                table: "traces",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "filed",
                table: "traces",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "village",
                table: "compensation_facts",
                type: "text",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "sale_cells",
                columns: table => new
                {
                    dimension = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    key = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    day = table.Column<DateOnly>(type: "date", nullable: false),
                    bookings = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L),
                    bookings_keyed = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L),
                    bookings_night = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L),
                    bookings_online = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L),
                    cancelled = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L),
                    confirmed = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L),
                    holds = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L),
                    revenue = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L),
                    revenue_night = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L),
                    revenue_online = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L),
                    study_groups = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L),
                    study_revenue = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L),
                    tea_bookings = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L),
                    visitors = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L),
                    visitors_online = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L),
                    visitors_unslotted = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_sale_cells", x => new { x.dimension, x.key, x.day });
                });

            migrationBuilder.CreateTable(
                name: "visit_cells",
                columns: table => new
                {
                    dimension = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    key = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    day = table.Column<DateOnly>(type: "date", nullable: false),
                    arrived = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L),
                    capacity = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L),
                    expected = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L),
                    performances = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L),
                    redemptions = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L),
                    show_visits = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L),
                    visits = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L),
                    visits_aged = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L),
                    visits_greater_china = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L),
                    visits_inbound = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L),
                    visits_located = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L),
                    visits_young = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L),
                    vr_visits = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_visit_cells", x => new { x.dimension, x.key, x.day });
                });

            // What the old cells told is told again from the facts, by definitions that changed with them.
            migrationBuilder.Sql(
                """
                ALTER TABLE sale_cells SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
                ALTER TABLE visit_cells SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
                INSERT INTO rebuilds (id, requested_at, facts, cells, differences, "where")
                SELECT gen_random_uuid(), now(), 0, 0, 0, '{}' WHERE EXISTS (SELECT FROM cells);
                TRUNCATE cells;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "sale_cells");

            migrationBuilder.DropTable(
                name: "visit_cells");

            migrationBuilder.DropColumn(
                name: "decided",
                table: "traces");

            migrationBuilder.DropColumn(
                name: "filed",
                table: "traces");

            migrationBuilder.DropColumn(
                name: "village",
                table: "compensation_facts");
        }
    }
}

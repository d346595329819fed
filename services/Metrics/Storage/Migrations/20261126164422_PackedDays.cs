using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Jingdezhen.Tourism.Metrics.Storage.Migrations
{
    /// <inheritdoc />
    public partial class PackedDays : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "packed_days",
                columns: table => new
                {
                    measure = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    dimension = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    day = table.Column<DateOnly>(type: "date", nullable: false),
                    cells = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_packed_days", x => new { x.measure, x.dimension, x.day });
                });

            migrationBuilder.CreateTable(
                name: "packed_keys",
                columns: table => new
                {
                    dimension = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    key = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    number = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_packed_keys", x => new { x.dimension, x.key });
                });

            migrationBuilder.CreateIndex(
                name: "ix_packed_keys_number",
                table: "packed_keys",
                column: "number",
                unique: true);

            // The writer's turn: what it adds to cells while they are moved would be deleted with them.
            migrationBuilder.Sql(
                """
                SELECT pg_advisory_xact_lock(8001);
                ALTER TABLE packed_days ALTER cells SET STORAGE EXTERNAL,
                    SET (toast.autovacuum_vacuum_scale_factor = 0.05);
                INSERT INTO packed_keys (dimension, key, number)
                SELECT dimension, key, row_number() OVER (ORDER BY key) - 1
                FROM (SELECT DISTINCT dimension, key FROM cells WHERE dimension = 'route') AS known;
                INSERT INTO packed_days (measure, dimension, day, cells)
                SELECT measure, dimension, day,
                    string_agg(int4send(number) || int8send(value), ''::bytea ORDER BY number)
                FROM cells JOIN packed_keys USING (dimension, key) WHERE value <> 0 GROUP BY 1, 2, 3;
                DELETE FROM cells WHERE dimension = 'route';
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                INSERT INTO cells (measure, dimension, key, day, bucket, value)
                SELECT measure, dimension, key, day, 0, value
                FROM packed_days CROSS JOIN generate_series(1, length(cells), 12) AS entry
                CROSS JOIN LATERAL (SELECT
                    ('x' || encode(substring(cells FROM entry FOR 4), 'hex'))::bit(32)::int AS number,
                    ('x' || encode(substring(cells FROM entry + 4 FOR 8), 'hex'))::bit(64)::bigint AS value) AS one
                JOIN packed_keys USING (dimension, number)
                ON CONFLICT (measure, dimension, key, day, bucket) DO UPDATE SET value = cells.value + excluded.value;
                """);

            migrationBuilder.DropTable(
                name: "packed_days");

            migrationBuilder.DropTable(
                name: "packed_keys");
        }
    }
}

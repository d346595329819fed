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
                CREATE FUNCTION pg_temp.varint(number bigint) RETURNS bytea LANGUAGE plpgsql IMMUTABLE AS $$
                DECLARE bytes bytea := '';
                BEGIN
                    WHILE number >= 128 LOOP
                        bytes := bytes || set_byte('\x00', 0, (number & 127)::int | 128);
                        number := number >> 7;
                    END LOOP;
                    RETURN bytes || set_byte('\x00', 0, number::int);
                END $$;
                INSERT INTO packed_days (measure, dimension, day, cells)
                SELECT measure, dimension, day, string_agg(
                    pg_temp.varint(number - before) || pg_temp.varint((value << 1) # (value >> 63)), ''::bytea
                    ORDER BY number)
                FROM (SELECT measure, dimension, day, number, value,
                        lag(number, 1, 0) OVER (PARTITION BY measure, dimension, day ORDER BY number) AS before
                    FROM cells JOIN packed_keys USING (dimension, key) WHERE value <> 0) AS entry
                GROUP BY 1, 2, 3;
                DELETE FROM cells WHERE dimension = 'route';
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                CREATE FUNCTION pg_temp.entries(pack bytea) RETURNS TABLE (number int, value bigint)
                LANGUAGE plpgsql IMMUTABLE AS $$
                DECLARE
                    at int := 0;
                    zigzag bigint;
                    shift int;
                BEGIN
                    number := 0;
                    WHILE at < length(pack) LOOP
                        FOR field IN 1..2 LOOP
                            zigzag := 0;
                            shift := 0;
                            LOOP
                                zigzag := zigzag | ((get_byte(pack, at) & 127)::bigint << shift);
                                shift := shift + 7;
                                at := at + 1;
                                EXIT WHEN get_byte(pack, at - 1) < 128;
                            END LOOP;
                            IF field = 1 THEN number := number + zigzag::int; END IF;
                        END LOOP;
                        value := ((zigzag >> 1) & 9223372036854775807) # (-(zigzag & 1));
                        RETURN NEXT;
                    END LOOP;
                END $$;
                INSERT INTO cells (measure, dimension, key, day, bucket, value)
                SELECT measure, dimension, key, day, 0, value
                FROM packed_days CROSS JOIN LATERAL pg_temp.entries(cells) AS entry
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

using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Jingdezhen.Tourism.Metrics.Storage.Migrations
{
    /// <inheritdoc />
    public partial class DurationDays : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "duration_days",
                columns: table => new
                {
                    measure = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    dimension = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    key = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    day = table.Column<DateOnly>(type: "date", nullable: false),
                    seconds = table.Column<int[]>(type: "integer[]", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_duration_days", x => new { x.measure, x.dimension, x.key, x.day });
                });

            migrationBuilder.Sql(
                """
                INSERT INTO duration_days (measure, dimension, key, day, seconds)
                SELECT measure, dimension, key, day, array_agg(bucket) FROM cells, generate_series(1, value)
                WHERE measure IN ('seconds-to-accept', 'seconds-to-decide', 'seconds-to-pay') GROUP BY 1, 2, 3, 4;
                DELETE FROM cells WHERE measure IN ('seconds-to-accept', 'seconds-to-decide', 'seconds-to-pay');
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                INSERT INTO cells (measure, dimension, key, day, bucket, value)
                SELECT measure, dimension, key, day, CASE WHEN second < 0 THEN ~second ELSE second END,
                    sum(CASE WHEN second < 0 THEN -1 ELSE 1 END)
                FROM duration_days, unnest(seconds) AS second GROUP BY 1, 2, 3, 4, 5;
                """);

            migrationBuilder.DropTable(
                name: "duration_days");
        }
    }
}

using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Jingdezhen.Tourism.Metrics.Storage.Migrations
{
    /// <inheritdoc />
    public partial class ClockBreaches : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AlterColumn<string>(
                name: "category",
                table: "complaint_facts",
                type: "text",
                nullable: true,
                oldClrType: typeof(string),
                oldType: "text");

            migrationBuilder.AddColumn<string>(
                name: "clock",
                table: "complaint_facts",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "clock_kind",
                table: "complaint_facts",
                type: "text",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "clock",
                table: "complaint_facts");

            migrationBuilder.DropColumn(
                name: "clock_kind",
                table: "complaint_facts");

            migrationBuilder.AlterColumn<string>(
                name: "category",
                table: "complaint_facts",
                type: "text",
                nullable: false,
                defaultValue: "",
                oldClrType: typeof(string),
                oldType: "text",
                oldNullable: true);
        }
    }
}

using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Jingdezhen.Tourism.Homestays.Storage.Migrations
{
    /// <inheritdoc />
    public partial class HoldsByDeadline : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_stays_held",
                table: "stays");

            migrationBuilder.CreateIndex(
                name: "ix_stays_held",
                table: "stays",
                column: "expires_at",
                filter: "state = 'held'");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_stays_held",
                table: "stays");

            migrationBuilder.CreateIndex(
                name: "ix_stays_held",
                table: "stays",
                column: "room_id",
                filter: "state = 'held'");
        }
    }
}

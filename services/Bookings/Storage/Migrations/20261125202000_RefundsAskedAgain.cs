using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Jingdezhen.Tourism.Bookings.Storage.Migrations
{
    /// <inheritdoc />
    public partial class RefundsAskedAgain : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "ask_again_at",
                table: "order_refunds",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "ask_again_at",
                table: "booking_refunds",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_booking_refunds_ask_again_at",
                table: "booking_refunds",
                column: "ask_again_at",
                filter: "ask_again_at IS NOT NULL");

            // What failed before anybody asked again: those of bookings all, those of orders where nothing followed.
            migrationBuilder.Sql(
                """
                UPDATE booking_refunds SET ask_again_at = now() WHERE state = 'Failed';
                UPDATE order_refunds failed SET ask_again_at = now() WHERE state = 'Failed' AND NOT EXISTS (
                    SELECT FROM order_refunds later
                    WHERE later.order_id = failed.order_id AND later.payment_key = failed.payment_key
                      AND later.line_id IS NOT DISTINCT FROM failed.line_id AND later.amount_fen = failed.amount_fen
                      AND later.asked_at > failed.asked_at);
                UPDATE orders SET act_at = now() WHERE act_at IS NULL AND id IN (
                    SELECT order_id FROM order_refunds WHERE ask_again_at IS NOT NULL);
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_booking_refunds_ask_again_at",
                table: "booking_refunds");

            migrationBuilder.DropColumn(
                name: "ask_again_at",
                table: "order_refunds");

            migrationBuilder.DropColumn(
                name: "ask_again_at",
                table: "booking_refunds");
        }
    }
}

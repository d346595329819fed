using System;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Jingdezhen.Tourism.Notifications.Storage.Migrations;

/// <summary>Who was told already, which staff are meant, and whose sale a subject is and what it is called.</summary>
[DbContext(typeof(NotificationsDb)), Migration("20261125201500_WhomAndWhat")]
internal sealed class WhomAndWhat : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<Guid[]>("told", "notices", "uuid[]", defaultValueSql: "'{}'");
        migrationBuilder.AddColumn<string>("staff_role", "notices", "text", nullable: true);
        migrationBuilder.AddColumn<string>("staff_role", "preferences", "text", nullable: true);
        migrationBuilder.CreateIndex(
            "ix_preferences_staff_role", "preferences", "staff_role", filter: "staff_role IS NOT NULL");
        migrationBuilder.AddColumn<Guid>("reseller_id", "subjects", "uuid", nullable: true);
        migrationBuilder.AddColumn<string>("name_zh", "subjects", "text", nullable: true);
        migrationBuilder.AddColumn<string>("name_en", "subjects", "text", nullable: true);
        migrationBuilder.AddColumn<string>("reference", "subjects", "text", nullable: true);
    }
}

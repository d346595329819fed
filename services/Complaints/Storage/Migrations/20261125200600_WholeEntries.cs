using Jingdezhen.Tourism.Platform.Ledger;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Jingdezhen.Tourism.Complaints.Storage.Migrations;

/// <summary>Written by hand: a trigger, of which the model knows nothing.</summary>
[DbContext(typeof(ComplaintsDb)), Migration("20261125200600_WholeEntries")]
internal sealed class WholeEntries : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.KeepLedgerEntriesWhole();

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.ReleaseLedgerEntries();
}

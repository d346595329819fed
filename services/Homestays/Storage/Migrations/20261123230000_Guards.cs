using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Jingdezhen.Tourism.Homestays.Storage.Migrations;

/// <summary>
/// What the model cannot say. Written by hand: the exclusion constraint that keeps two parties out of one night, and the
/// triggers that count a room's version up and note when a row changed.
/// </summary>
[DbContext(typeof(HomestaysDb)), Migration("20261123230000_Guards")]
internal sealed class Guards : Migration
{
    /// <summary>The control tests take it away and bring it back.</summary>
    internal const string OnePartyANight =
        """
        ALTER TABLE stays ADD CONSTRAINT one_party_a_night EXCLUDE USING gist
            (room_id WITH =, daterange(arrival, departure) WITH &&)
            WHERE (state IN ('held', 'confirmed', 'checked-in', 'checked-out'));
        """;

    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        $"""
        CREATE EXTENSION IF NOT EXISTS btree_gist;

        {OnePartyANight}

        CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN NEW.changed_at := now(); RETURN NEW; END $$;
        CREATE TRIGGER stay_changes BEFORE UPDATE ON stays FOR EACH ROW EXECUTE FUNCTION note_change();

        CREATE FUNCTION count_version() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN NEW.changed_at := now(); NEW.version := OLD.version + 1; RETURN NEW; END $$;
        CREATE TRIGGER room_changes BEFORE UPDATE ON rooms FOR EACH ROW EXECUTE FUNCTION count_version();
        """);

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        DROP TRIGGER room_changes ON rooms;
        DROP FUNCTION count_version();
        DROP TRIGGER stay_changes ON stays;
        DROP FUNCTION note_change();
        ALTER TABLE stays DROP CONSTRAINT one_party_a_night;
        """);
}

using System.Net;
using System.Text.Json.Nodes;
using Jingdezhen.Tourism.Routes.Places;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Jingdezhen.Tourism.Routes.Tests.Places;

public sealed class ImportPlacesTests(RoutesFixture routes) : IClassFixture<RoutesFixture>
{
    [Fact]
    public async Task All_places_of_the_facts_are_there_and_each_has_its_first_edit()
    {
        Assert.Equal(79, await routes.Read(db => db.Places.CountAsync()));
        Assert.True(await routes.Read(db => db.PlaceEdits.CountAsync(edit => edit.Version == 1)) >= 79);
    }

    [Fact]
    public async Task Loading_the_same_files_again_changes_nothing()
    {
        using var admin = routes.As("admin");
        await admin.PostJson("/v1/places/import", RoutesFixture.ImportBody());

        var again = await (await admin.PostJson("/v1/places/import", RoutesFixture.ImportBody()))
            .As<ImportedPlacesResponse>();

        Assert.Equal(new ImportedPlacesResponse(0, 0, 79), again);
    }

    [Fact]
    public async Task One_wrong_row_keeps_all_of_them_out_and_is_named_with_file_row_and_reason()
    {
        using var admin = routes.As("admin");
        var body = RoutesFixture.ImportBody();
        var good = body["files"]![0]!["rows"]!.AsArray();
        good[2]!["nameEn"] = "Renamed";
        good[4]!["opening"]!["mon"] = new JsonArray("17:00-09:00");
        good[4]!["lat"] = 117.2;

        var problem = await (await admin.PostJson("/v1/places/import", body)).Problem(HttpStatusCode.BadRequest);

        Assert.Equal("rows-refused", problem.GetProperty("code").GetString());
        var rows = problem.GetProperty("rows").EnumerateArray().ToArray();
        Assert.Equal(2, rows.Length);
        Assert.All(rows, row => Assert.Equal(("places.json", 5, "taoyangli"),
            (row.GetProperty("file").GetString(), row.GetProperty("row").GetInt32(),
                row.GetProperty("id").GetString())));
        Assert.Contains(rows, row => row.GetProperty("reason")
            .GetString()!.Contains("17:00-09:00", StringComparison.Ordinal));
        Assert.Equal("Longzhu Pavilion", (await routes.Read(
            db => db.Places.SingleAsync(place => place.Id == "longzhu-pavilion"))).Facts.NameEn);
    }

    [Theory]
    [InlineData("id", "\"Not A Slug\"", "hyphens")]
    [InlineData("district", "\"Nanchang\"", "none of")]
    [InlineData("visitMinutes", "0", "5 and 600")]
    [InlineData("indoor", "\"maybe\"", "mixed")]
    [InlineData("ticketFen", "-1", "ticketFen")]
    [InlineData("partOf", "\"nowhere\"", "no other place")]
    [InlineData("opening", "{\"mon\":[]}", "missing")]
    [InlineData("lastAdmission", "\"25:00\"", "not a time")]
    [InlineData("themes", "\"tea\"", "list")]
    [InlineData("exceptions", "[{\"from\":\"2027-05-02\",\"to\":\"2027-05-01\"}]", "dates in order")]
    [InlineData("wheelchair", "\"yes\"", "true or false")]
    public async Task A_wrong_field_is_named(string field, string value, string reason)
    {
        using var admin = routes.As("admin");
        var row = JsonNode.Parse(RoutesFixture.Catalogue("places.json"))!.AsArray()[0]!.DeepClone();
        row["id"] = "new-place";
        row[field] = JsonNode.Parse(value);
        var body = new JsonObject { ["files"] = new JsonArray(
            new JsonObject { ["name"] = "one.json", ["rows"] = new JsonArray(row) }) };

        var problem = await (await admin.PostJson("/v1/places/import", body)).Problem(HttpStatusCode.BadRequest);

        Assert.Contains(reason, problem.GetProperty("rows")[0].GetProperty("reason").GetString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_an_admin_imports()
    {
        using var tourist = routes.As("tourist");

        Assert.Equal(HttpStatusCode.Forbidden, (await tourist.PostJson("/v1/places/import", RoutesFixture.ImportBody()))
            .StatusCode);
    }

    [Fact]
    public async Task The_history_of_edits_cannot_be_rewritten()
    {
        var fault = await Assert.ThrowsAsync<PostgresException>(
            () => routes.Read(db => db.Database.ExecuteSqlAsync($"DELETE FROM place_edits")));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, fault.SqlState);
    }

    [Fact]
    public async Task An_edit_names_the_version_it_changes_and_is_remembered()
    {
        using var admin = routes.As("admin");
        const string Path = "/v1/places/red-pagoda";
        var etag = (await admin.GetAsync(new Uri(Path, UriKind.Relative))).Headers.ETag!.ToString();
        var closed = new { exceptions = new[] { new { from = "2027-06-01", to = "2027-06-03",
            windows = Array.Empty<string>(), reason = "repairs" } } };

        Assert.Equal(HttpStatusCode.PreconditionRequired, (await admin.PatchJson(Path, closed)).StatusCode);
        var edited = await admin.PatchJson(Path, closed, etag);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await admin.PatchJson(Path, closed, etag)).StatusCode);

        Assert.Equal("repairs", (await edited.As<PlaceResponse>()).Facts.Exceptions.Single().Reason);
        var history = await (await admin.GetAsync(new Uri($"{Path}/history", UriKind.Relative)))
            .As<List<PlaceEditResponse>>();
        Assert.Equal([2, 1], history.Select(edit => edit.Version));
        Assert.Equal("edit", history[0].Source);
    }

    [Fact]
    public void A_holiday_opens_the_museum_on_a_Monday_and_an_exception_closes_it_again()
    {
        var rows = JsonNode.Parse(RoutesFixture.Catalogue("places.json"))!.AsArray();
        var row = rows[0]!.DeepClone().AsObject();
        row["holidayOpening"] = new JsonArray("09:00-22:00");
        row["exceptions"] =
            JsonNode.Parse("""[{"from":"2027-10-04","to":"2027-10-04","windows":[],"reason":"a state visit"}]""");
        var hours = new OpeningHours(PlaceReader.Read(row).Facts!);

        Assert.Empty(hours.On(new(2027, 5, 10), statutoryHoliday: false));
        Assert.Equal([new Window(540, 1320)], hours.On(new(2027, 5, 3), statutoryHoliday: true));
        Assert.Empty(hours.On(new(2027, 10, 4), statutoryHoliday: true));
    }

    [Fact]
    public async Task The_show_without_published_times_has_a_demonstration_schedule_that_says_so()
    {
        using var anyone = routes.Anonymous();

        var show = await (await anyone.GetAsync(new Uri("/v1/places/millennial-kiln-fire", UriKind.Relative)))
            .As<PlaceResponse>();

        Assert.True(show.Facts.Demonstration);
        Assert.Equal(["19:30-21:00"], show.Facts.Opening["sat"]);
        Assert.Equal("assumed", show.Facts.Certainty!.Opening);
    }

    [Fact]
    public async Task Holidays_of_2026_are_published_and_those_of_2027_assumed()
    {
        using var anyone = routes.Anonymous();

        var days = await (await anyone.GetAsync(new Uri("/v1/holidays", UriKind.Relative))).As<List<HolidayResponse>>();

        Assert.Contains(days, day => day is { Date: { Year: 2026, Month: 10, Day: 10 }, DayOff: false,
            Assumed: false });
        Assert.All(days.Where(day => day.Date.Year == 2027), day => Assert.True(day.Assumed));
    }
}

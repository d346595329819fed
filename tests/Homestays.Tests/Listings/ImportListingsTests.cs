using System.Net.Http.Headers;
using System.Text;
using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Homestays.Listings;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Homestays.Tests.Listings;

public sealed class ImportListingsTests(HomestaysFixture homestays) : IClassFixture<HomestaysFixture>
{
    private async Task<HttpResponseMessage> Import(string text, string type = "text/csv", string role = "admin")
    {
        using var http = homestays.As(role);
        using var content = new StringContent(text, Encoding.UTF8);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return await http.PutAsync(new Uri("/v1/admin/homestays/import", UriKind.Relative), content);
    }

    [Fact]
    public async Task The_demonstration_has_800_homes_of_residents_is_marked_and_loads_twice_without_a_change()
    {
        var csv = await (await homestays.As("admin").GetAsync("/v1/admin/homestays/demonstration"))
            .Content.ReadAsStringAsync();

        var first = await (await Import(csv)).Body();
        var second = await (await Import(csv)).Body();

        Assert.Equal(820, first.GetProperty("added").GetInt32());
        Assert.Equal((0, 0, 820), (second.GetProperty("added").GetInt32(), second.GetProperty("changed").GetInt32(),
            second.GetProperty("unchanged").GetInt32()));
        Assert.True(await homestays.Read(db => db.Listings.CountAsync(l => l.ResidentRun && l.Demonstration)) >= 800);
        Assert.Equal(820, await homestays.Read(db => db.Listings.CountAsync(l => l.NameZh.Contains("演示")
            && l.NameEn.Contains("demonstration"))));
        Assert.True(await homestays.Read(db => db.Listings.Where(l => l.Village != null).Select(l => l.Village)
            .Distinct().CountAsync()) >= 10);
        await homestays.Published<ListingChanged>(said => said is { Demonstration: true, Active: true, Rooms: > 0 });
        Assert.Equal(ImportRow.ToCsv(Demonstration.Rows(7, 50)), ImportRow.ToCsv(Demonstration.Rows(7, 50)));
        Assert.NotEqual(ImportRow.ToCsv(Demonstration.Rows(7, 50)), ImportRow.ToCsv(Demonstration.Rows(8, 50)));
    }

    [Fact]
    public async Task A_file_with_one_wrong_row_changes_nothing_and_says_which_and_why()
    {
        var before = await homestays.Read(db => db.Listings.CountAsync());
        var lines = ImportRow.ToCsv(Demonstration.Rows(11, 30)
            .Select(row => row with { ListingKey = "wrong-" + row.ListingKey })).TrimEnd().Split("\r\n");
        lines[3] = lines[3].Replace("DEMO-", "", StringComparison.Ordinal)
            .Replace(",29.", ",99.", StringComparison.Ordinal);
        lines[5] += ",one more";

        var answer = await Import(string.Join("\r\n", lines));
        var report = (await answer.Body()).GetProperty("rows").EnumerateArray()
            .Select(row => (row.GetProperty("row").GetInt32(), row.GetProperty("field").GetString())).ToList();

        Assert.Equal(400, (int)answer.StatusCode);
        Assert.Contains((6, ""), report);
        Assert.Equal(before, await homestays.Read(db => db.Listings.CountAsync()));

        lines[5] = lines[5].Replace(",one more", "", StringComparison.Ordinal);
        report = [.. (await (await Import(string.Join("\r\n", lines))).Body()).GetProperty("rows").EnumerateArray()
            .Select(row => (row.GetProperty("row").GetInt32(), row.GetProperty("field").GetString()))];
        Assert.Contains((4, "latitude"), report);
        Assert.Equal(before, await homestays.Read(db => db.Listings.CountAsync()));
    }

    [Theory]
    [InlineData("text/csv", "", "400 import-refused")]
    [InlineData("text/csv", "no-such-column\r\n1\r\n", "400 import-refused")]
    [InlineData("application/json", "[]", "400 import-refused")]
    [InlineData("application/json", "[null]", "400 import-refused")]
    [InlineData("application/json", "[{\"latitude\":\"north\"}]", "400 import-refused")]
    [InlineData("application/json", "{", "400 import-refused")]
    [InlineData("application/json", "[{\"listingKey\":\"a\"}]", "400 import-refused")]
    [InlineData("text/plain", "x", "415 unsupported-media-type")]
    public async Task What_is_no_list_of_rooms_is_refused(string type, string text, string code) =>
        Assert.Equal(code, await Import(text, type).Code());

    [Fact]
    public async Task Only_an_admin_imports() => Assert.Equal("403 forbidden", await Import("", role: "operator")
        .Code());

    [Fact]
    public async Task A_real_house_comes_as_JSON_and_needs_a_host_who_has_joined()
    {
        var host = await homestays.Host();
        var row = Demonstration.Rows(3, 1).First() with { ListingKey = "real-1", Demonstration = null,
            MerchantId = host.Merchant, Village = "三宝" };
        string Json(ImportRow of) => System.Text.Json.JsonSerializer.Serialize(new[] { of }, HomestaysFixture.Json);

        Assert.Equal("400 import-refused", await Import(Json(row with { MerchantId = Guid.CreateVersion7() }),
            "application/json").Code());
        Assert.Equal("400 import-refused", await Import(Json(row with { MerchantId = null }), "application/json")
            .Code());
        Assert.Equal("400 import-refused", await Import(Json(row with { Village = "a\0b" }), "application/json")
            .Code());
        Assert.Equal("200", await Import(Json(row), "application/json").Code());
        Assert.Equal("200", await Import(Json(row with { BaseFen = 55_500 }), "application/json").Code());

        var told = await homestays.Published<ListingChanged>(said => said.MerchantId == host.Merchant
            && said.Version == 2);
        Assert.False(told.Demonstration);
    }
}

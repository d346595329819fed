using System.Globalization;
using System.Net;
using System.Text.Json;
using Jingdezhen.Tourism.Testing;

namespace Jingdezhen.Tourism.EndToEnd.Tests;

/// <summary>The README's tour: a tourist books, pays and visits, and the admin sees it counted.</summary>
[Collection(Journeys.Name)]
public sealed class FirstJourneyTests(PlatformFixture fixture)
{
    private readonly RunningPlatform _platform = fixture.Platform;

    [Fact]
    public async Task A_tourist_books_pays_and_visits_and_the_admin_sees_it()
    {
        using var tourist = await _platform.As("tourist");
        using var admin = await _platform.As("admin");
        using var gate = await _platform.As("merchant");
        var offer = await Offer.FindAsync(tourist, "Ancient Kiln admission");
        var before = await OnlineSharesAsync(admin);

        var booking = await offer.HoldAsync(tourist, visitors: 2);
        await Till.PayAsync(tourist, booking);
        var confirmed = await ConfirmedAsync(tourist, booking);
        var after = await Eventually.Holds(
            () => OnlineSharesAsync(admin), shares => shares.Bookings == before.Bookings + 1);

        Assert.Equal(2, after.Visitors - before.Visitors);
        Assert.Equal("payment", confirmed.Text("confirmedBy"));

        var tickets = await tourist.FetchAsync($"v1/bookings/{booking.Text("id")}/tickets");
        using var picture = await tourist.GetAsync(new Uri(tickets[0].Text("qrSvg"), UriKind.Relative));
        Assert.Equal(2, tickets.GetArrayLength());
        Assert.StartsWith("<svg", await picture.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        Assert.Equal("admitted", await ScanAsync(gate, tickets[0], force: true));
        Assert.Equal("already-redeemed", await ScanAsync(gate, tickets[0]));
    }

    [Fact]
    public async Task A_stranger_learns_nothing_of_a_booking_and_a_forged_token_opens_nothing()
    {
        using var tourist = await _platform.As("tourist");
        using var stranger = await _platform.As("tourist2");
        var token = await _platform.TokenAsync("tourist");
        using var forger = _platform.With(
            token[..^4] + (token.EndsWith("AAAA", StringComparison.Ordinal) ? "BBBB" : "AAAA"));
        var offer = await Offer.FindAsync(tourist, "Ancient Kiln admission");

        var booking = new Uri(
            $"v1/bookings/{(await offer.HoldAsync(tourist, visitors: 1)).Text("id")}", UriKind.Relative);

        Assert.Equal(HttpStatusCode.OK, (await tourist.GetAsync(booking)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(booking)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await forger.GetAsync(booking)).StatusCode);
    }

    [Fact]
    public async Task The_gateway_shows_one_page_and_one_document_for_every_service()
    {
        using var anyone = new HttpClient { BaseAddress = _platform.Gateway };

        var page = await anyone.GetStringAsync(new Uri("docs", UriKind.Relative));

        Assert.All(_platform.Services.Where(service => service != "Gateway"), service =>
            Assert.Contains(service, page, StringComparison.OrdinalIgnoreCase));
    }

    private static Task<JsonElement> ConfirmedAsync(HttpClient tourist, JsonElement booking) => Eventually.Holds(
        () => tourist.FetchAsync($"v1/bookings/{booking.Text("id")}"), now => now.Text("status") == "confirmed");

    private static async Task<string> ScanAsync(HttpClient gate, JsonElement ticket, bool force = false)
    {
        var answer = await gate.SubmitAsync("v1/redemptions", new
        {
            scans = new[] { new { code = ticket.Text("code"), nonce = Guid.CreateVersion7().ToString(), force } },
        });
        return answer[0].Text("result");
    }

    /// <summary>
    /// The n behind the online shares of today: every sale through an app, the web or an OTA counts there.
    /// </summary>
    private static async Task<(long Bookings, long Visitors)> OnlineSharesAsync(HttpClient admin)
    {
        var shanghai = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");
        var today = TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), shanghai);
        var period = string.Create(
            CultureInfo.InvariantCulture, $"from={today:yyyy-MM-dd}&to={today.AddDays(1):yyyy-MM-dd}");
        var indicators = await admin.FetchAsync($"v1/indicators?{period}");
        long Of(string id) => indicators.EnumerateArray().Single(one => one.Text("id") == id).GetProperty("n")
            .GetInt64();
        return (Of("online-share-bookings"), Of("online-share-visitors"));
    }
}

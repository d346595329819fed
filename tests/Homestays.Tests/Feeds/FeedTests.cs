using System.Globalization;
using System.Net;
using System.Text;
using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Homestays.Feeds;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Homestays.Tests.Feeds;

public sealed class FeedTests(HomestaysFixture homestays) : IClassFixture<HomestaysFixture>
{
    private DateOnly Day(int fromNow) => homestays.Today.AddDays(fromNow);

    /// <summary>A platform's sample with its days, d1 to d9, counted from a first one.</summary>
    private static string Sample(string name, DateOnly first)
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Feeds", "Samples", $"{name}.ics"));
        for (var day = 1; day <= 9; day++)
        {
            text = text.Replace(
                $"{{d{day}}}", first.AddDays(day).ToString("yyyyMMdd", CultureInfo.InvariantCulture),
                StringComparison.Ordinal);
        }

        return text;
    }

    private static string Event(string uid, DateOnly from, DateOnly to) =>
        $"BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTART;VALUE=DATE:{from:yyyyMMdd}\r\nDTEND;VALUE=DATE:{to:yyyyMMdd}\r\n"
        + "SUMMARY:Reserved\r\nEND:VEVENT\r\n";

    private static string Calendar(params string[] events) =>
        $"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n{string.Concat(events)}END:VCALENDAR\r\n";

    private async Task<(HttpClient Host, Guid Source)> Import(House house, string url, string name = "airbnb")
    {
        var host = homestays.As("host", merchant: house.Merchant);
        return (host, await host.PostAsync("/v1/host/calendars", new { roomId = house.Room.Id, name, url }).Id());
    }

    private static async Task<(int Added, int Removed, string? Fault)> Sync(HttpClient host, Guid source)
    {
        var state = await host.PostAsync($"/v1/host/calendars/{source}/sync").Body();
        return (state.GetProperty("added").GetInt32(), state.GetProperty("removed").GetInt32(),
            state.GetProperty("lastFault").GetString());
    }

    [Theory, InlineData("airbnb"), InlineData("booking")]
    public async Task A_platforms_calendar_reads_alike_in_Ical_Net_in_ical_js_and_in_a_strict_reader(string platform)
    {
        var text = Sample(platform, new DateOnly(2027, 3, 1));

        var (read, fault) = ExternalCalendar.Read(text);

        Assert.Null(fault);
        var strict = StrictCalendar.Read(text, needsStamp: false);
        Assert.Equal(strict, await OtherCalendar.ReadAsync(text));
        Assert.Equal(
            strict.Select(entry => new ClaimedNights(entry.Uid, entry.From, entry.To)).OrderBy(c => c.From),
            read!.Nights);
        Assert.Equal(2, read.Nights.Count);
    }

    [Fact]
    public async Task What_we_write_reads_alike_in_Ical_Net_in_ical_js_and_in_a_strict_reader()
    {
        var entries = Enumerable.Range(0, 50).Select(i => new ExportCalendar.Entry(
            Guid.CreateVersion7(), new DateOnly(2027, 2, 26).AddDays(i * 3), new DateOnly(2027, 2, 28).AddDays(i * 3),
            new DateTimeOffset(2027, 1, 1, 1, 2, 3, 4, TimeSpan.Zero), "Reserved")).ToList();

        var text = ExportCalendar.Write(entries);

        var strict = StrictCalendar.Read(text, needsStamp: true);
        var other = Ical.Net.Calendar.Load(text)!.Events.Select(e => (e.Uid, e.Start!.Date, e.End!.Date));
        Assert.Equal(entries.Select(e => (e.Id + ExternalCalendar.OwnUid, e.From, e.To)),
            strict.Select(e => (e.Uid, e.From, e.To)));
        Assert.Equal(strict, await OtherCalendar.ReadAsync(text));
        Assert.Equal(strict.Select(e => (e.Uid, e.From, e.To)), other.Select(e => (e.Uid!, e.Item2, e.Item3)));
        Assert.Equal(text, ExportCalendar.Write(entries));
        Assert.Empty(ExternalCalendar.Read(text).Calendar!.Nights);
    }

    [Theory, InlineData("airbnb"), InlineData("booking")]
    public async Task What_one_platform_took_is_told_to_the_others_and_not_back_to_it(string platform)
    {
        var house = await homestays.Host();
        var theirs = Sample(platform, Day(20));
        var (host, source) = await Import(house, CalendarServer.PutText(theirs), platform);
        await Sync(host, source);
        var path = (await host.GetAsync($"/v1/host/rooms/{house.Room.Id}/feed").Body()).GetProperty("path")
            .GetString()!;
        async Task<IReadOnlyList<StrictCalendar.Event>> Ours(string query) => await OtherCalendar.ReadAsync(
            await (await homestays.Anonymous().GetAsync(path + query)).Content.ReadAsStringAsync());

        Assert.Equal(
            StrictCalendar.Read(theirs, needsStamp: false).Select(entry => (entry.From, entry.To)).Order(),
            (await Ours("")).Select(entry => (entry.From, entry.To)));
        Assert.Empty(await Ours($"?except={platform}"));
    }

    [Fact]
    public async Task A_rooms_feed_tells_when_it_is_taken_and_nothing_else()
    {
        var house = await homestays.Host();
        using var host = homestays.As("host", merchant: house.Merchant);
        await homestays.As("tourist").PostAsync("/v1/stays", new
        {
            roomId = house.Room.Id, arrival = Day(5), departure = Day(7), adults = 1, campaign = "spring",
            countryOfResidence = "FR",
        });
        await host.PostAsync("/v1/host/blocks", new { roomId = house.Room.Id, from = Day(9), to = Day(10),
            reason = "wedding of Mr Wang" });
        var path = (await host.GetAsync($"/v1/host/rooms/{house.Room.Id}/feed").Body()).GetProperty("path")
            .GetString()!;

        var answer = await homestays.Anonymous().GetAsync(path);
        var text = await answer.Content.ReadAsStringAsync();

        Assert.Equal([(Day(5), Day(7)), (Day(9), Day(10))], StrictCalendar.Read(text, needsStamp: true)
            .Select(e => (e.From, e.To)));
        Assert.All(
            ["Wang", "wedding", "spring", "FR", "30000", "余"],
            secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
        using var again = homestays.Anonymous();
        again.DefaultRequestHeaders.TryAddWithoutValidation("If-None-Match", answer.Headers.ETag!.ToString());
        Assert.Equal(HttpStatusCode.NotModified, (await again.GetAsync(path)).StatusCode);
        Assert.Equal("200", await host.PostAsync($"/v1/host/rooms/{house.Room.Id}/feed/renew").Code());
        Assert.Equal("404 not-found", await homestays.Anonymous().GetAsync(path).Code());
    }

    [Fact]
    public async Task An_import_adds_and_removes_exactly_what_changed_and_asks_again_by_ETag()
    {
        var house = await homestays.Host();
        var path = $"/{Guid.CreateVersion7():N}.ics";
        var url = CalendarServer.PutText(Calendar(Event("a", Day(10), Day(12)), Event("b", Day(20), Day(21))), "\"1\"",
            path);
        var (host, source) = await Import(house, url);

        Assert.Equal((2, 0, null), await Sync(host, source));
        var before = await homestays.Read(db => db.Blocks.Where(b => b.RoomId == house.Room.Id)
            .ToDictionaryAsync(b => b.Uid!, b => b.Id));
        Assert.Equal((2, 0, null), await Sync(host, source));
        CalendarServer.PutText(Calendar(Event("b", Day(20), Day(21)), Event("c", Day(30), Day(31))), "\"2\"", path);
        Assert.Equal((1, 1, null), await Sync(host, source));

        var after = await homestays.Read(db => db.Blocks.Where(b => b.RoomId == house.Room.Id)
            .ToDictionaryAsync(b => b.Uid!, b => b.Id));
        Assert.Equal(["b", "c"], after.Keys.Order());
        Assert.Equal(before["b"], after["b"]);
        var night = (await host.GetAsync($"/v1/host/rooms/{house.Room.Id}/calendar?from={Day(30):O}&to={Day(31):O}")
            .Body()).GetProperty("nights")[0];
        Assert.Equal("calendar:airbnb", night.GetProperty("blockedBy")[0].GetString());
        Assert.Equal("204", await host.DeleteAsync($"/v1/host/calendars/{source}").Code());
        Assert.Equal(0, await homestays.Read(db => db.Blocks.CountAsync(b => b.RoomId == house.Room.Id)));
    }

    [Fact]
    public async Task Nights_that_both_have_sold_are_told_once_and_the_stay_is_kept()
    {
        var house = await homestays.Host();
        var stay = await homestays.As("tourist").PostAsync(
            "/v1/stays", new { roomId = house.Room.Id, arrival = Day(2), departure = Day(5), adults = 1 }).Id();
        await homestays.Deliver(new ConfirmStay(stay, null, 90_000, "payment"));
        var path = $"/{Guid.CreateVersion7():N}.ics";
        var (host, source) = await Import(house, CalendarServer.PutText(Sample("airbnb", Day(0)), path: path));

        await Sync(host, source);
        await Sync(host, source);

        var told = await homestays.Published<CalendarConflictFound>(said => said.StayId == stay);
        Assert.Equal(("airbnb", Day(2), Day(3)), (told.SourceName, told.From, told.To));
        Assert.Single(homestays.PublishedSoFar<CalendarConflictFound>(), said => said.StayId == stay);
        Assert.Equal("confirmed", (await homestays.Read(db => db.Stays.SingleAsync(s => s.Id == stay))).State);
        Assert.Equal(1, (await host.GetAsync("/v1/host/calendar-conflicts").Body()).GetArrayLength());
        CalendarServer.PutText(Calendar(), path: path);
        await Sync(host, source);
        Assert.Equal(0, (await host.GetAsync("/v1/host/calendar-conflicts").Body()).GetArrayLength());
    }

    [Theory]
    [InlineData("http://127.0.0.1/x.ics")]
    [InlineData("http://[::1]/x.ics")]
    [InlineData("http://[::ffff:10.0.0.1]/x.ics")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://10.1.2.3/x.ics")]
    [InlineData("http://2130706433/x.ics")]
    [InlineData("http://example.com:5432/x.ics")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://user:pw@example.com/x.ics")]
    [InlineData("not an address")]
    public async Task Private_addresses_are_refused_when_typed_in(string url)
    {
        var house = await homestays.Host();

        Assert.Equal("400 invalid", await homestays.As("host", merchant: house.Merchant).PostAsync(
            "/v1/host/calendars", new { roomId = house.Room.Id, name = "x", url }).Code());
    }

    [Theory, InlineData("http://localhost/x.ics"), InlineData("http://localhost.localdomain/")]
    public async Task A_name_that_leads_to_a_private_address_is_not_connected_to(string url)
    {
        var house = await homestays.Host();
        var (host, source) = await Import(house, url);

        Assert.NotNull((await Sync(host, source)).Fault);
    }

    [Fact]
    public async Task A_redirect_into_the_private_network_is_not_followed_and_a_broken_answer_opens_nothing()
    {
        var house = await homestays.Host();
        var path = $"/{Guid.CreateVersion7():N}.ics";
        var url = CalendarServer.PutText(Calendar(Event("a", Day(10), Day(12))), path: path);
        var (host, source) = await Import(house, url);
        Assert.Null((await Sync(host, source)).Fault);

        async Task Breaks(Func<HttpListenerContext, Task> answer, string fault)
        {
            CalendarServer.Put(answer, path);
            Assert.Contains(fault, (await Sync(host, source)).Fault!, StringComparison.Ordinal);
            Assert.Equal(1, await homestays.Read(db => db.Blocks.CountAsync(b => b.RoomId == house.Room.Id)));
        }

        await Breaks(context => Redirect(context, "http://169.254.169.254/latest"), "private");
        await Breaks(context => Redirect(context, "http://127.0.0.1:1/"), "ports");
        await Breaks(context => Redirect(context, url), "redirects");
        await Breaks(context => Write(context, "<html>please sign in</html>"), "not a whole calendar");
        await Breaks(context => Write(context, Calendar(Event("a", Day(10), Day(12)))[..^20]), "not a whole calendar");
        await Breaks(context => Write(context, Calendar(new string('x', 1_100_000))), "larger");
        await Breaks(context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        }, "500");
        CalendarServer.PutText(Calendar(Event("a", Day(10), Day(12))), path: path);
        Assert.Null((await Sync(host, source)).Fault);
    }

    [Fact]
    public void Times_of_day_recurrences_and_cancelled_events_are_read_with_care()
    {
        var text = Calendar(
            "BEGIN:VEVENT\r\nUID:late\r\nDTSTART:20270301T180000Z\r\nDTEND:20270302T020000Z\r\nEND:VEVENT\r\n",
            "BEGIN:VEVENT\r\nUID:every\r\nDTSTART;VALUE=DATE:20270301\r\nRRULE:FREQ=DAILY\r\nEND:VEVENT\r\n",
            "BEGIN:VEVENT\r\nUID:off\r\nDTSTART;VALUE=DATE:20270301\r\nSTATUS:CANCELLED\r\nEND:VEVENT\r\n",
            "BEGIN:VEVENT\r\nUID:free\r\nDTSTART;VALUE=DATE:20270301\r\nTRANSP:TRANSPARENT\r\nEND:VEVENT\r\n");

        var (calendar, _) = ExternalCalendar.Read(text);

        // 18:00 UTC is two in the morning of the next day in Jingdezhen, and 02:00 UTC ten o'clock of it.
        Assert.Equal([new("late", new(2027, 3, 2), new(2027, 3, 3))], calendar!.Nights);
        Assert.Equal(3, calendar.Skipped);
    }

    [Fact]
    public async Task Somebody_elses_room_and_calendar_are_not_there()
    {
        var house = await homestays.Host();
        var (_, source) = await Import(house, CalendarServer.PutText(Calendar()));
        using var stranger = homestays.As("host", merchant: Guid.CreateVersion7());

        Assert.Equal("404 not-found", await stranger.GetAsync($"/v1/host/rooms/{house.Room.Id}/feed").Code());
        Assert.Equal("404 not-found", await stranger.PostAsync($"/v1/host/rooms/{house.Room.Id}/feed/renew").Code());
        Assert.Equal("404 not-found", await stranger.PostAsync($"/v1/host/calendars/{source}/sync").Code());
        Assert.Equal("404 not-found", await stranger.DeleteAsync($"/v1/host/calendars/{source}").Code());
        Assert.Equal("404 not-found", await stranger.PostAsync(
            "/v1/host/calendars", new { roomId = house.Room.Id, name = "x", url = CalendarServer.PutText(Calendar()) })
                .Code());
    }

    private static Task Redirect(HttpListenerContext context, string to)
    {
        context.Response.StatusCode = 302;
        context.Response.Headers["Location"] = to;
        return Task.CompletedTask;
    }

    private static async Task Write(HttpListenerContext context, string text) =>
        await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(text));
}

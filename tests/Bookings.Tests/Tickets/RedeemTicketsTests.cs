using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Jingdezhen.Tourism.Bookings.Tickets;
using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Tests.Tickets;

public sealed class RedeemTicketsTests(BookingsFixture bookings) : IClassFixture<BookingsFixture>
{
    [Fact]
    public async Task A_ticket_lets_in_once_and_counts_one_visit()
    {
        var (merchant, ticket) = await Sold(startsIn: TimeSpan.FromMinutes(30));

        var first = await Scan(merchant, ticket.Code);
        var second = await Scan(merchant, ticket.Code);

        Assert.Equal(("admitted", 1), (first.Result, first.Visitors));
        Assert.Equal(("already-redeemed", 0), (second.Result, second.Visitors));
        Assert.NotNull(second.FirstRedeemedAt);
        await bookings.Published<TicketRedeemed>(
            message => message.UnitItemId == ticket.UnitItemId && !message.ReEntry);
        Assert.Single(bookings.PublishedSoFar<TicketRedeemed>(), message => message.UnitItemId == ticket.UnitItemId);
    }

    [Fact]
    public async Task Two_gates_that_scan_at_once_let_in_one()
    {
        var (merchant, ticket) = await Sold(startsIn: TimeSpan.FromMinutes(30));

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Scan(merchant, ticket.Code)));

        Assert.Single(answers, answer => answer.Result == "admitted");
    }

    [Fact]
    public async Task The_same_scan_uploaded_again_is_the_same_scan()
    {
        var (merchant, ticket) = await Sold(startsIn: TimeSpan.FromMinutes(30));

        var first = await Scan(merchant, ticket.Code, nonce: "gate-1-000001");
        var again = await Scan(merchant, ticket.Code, nonce: "gate-1-000001");

        Assert.Equal(("admitted", "admitted"), (first.Result, again.Result));
        await bookings.Published<TicketRedeemed>(message => message.UnitItemId == ticket.UnitItemId);
        Assert.Single(bookings.PublishedSoFar<TicketRedeemed>(), message => message.UnitItemId == ticket.UnitItemId);
    }

    [Fact]
    public async Task The_wrong_slot_is_refused_unless_the_gate_insists()
    {
        var (merchant, ticket) = await Sold(startsIn: TimeSpan.FromDays(2));

        var early = await Scan(merchant, ticket.Code);
        var forced = await Scan(merchant, ticket.Code, force: true);

        Assert.Equal(("wrong-slot", "admitted"), (early.Result, forced.Result));
    }

    [Fact]
    public async Task A_second_passage_is_no_second_visit()
    {
        var (merchant, ticket) = await Sold(startsIn: TimeSpan.FromMinutes(30));
        await Scan(merchant, ticket.Code);

        var back = await Scan(merchant, ticket.Code, force: true);

        Assert.Equal("re-entry", back.Result);
        await bookings.Published<TicketRedeemed>(message => message.UnitItemId == ticket.UnitItemId && message.ReEntry);
    }

    [Fact]
    public async Task An_offline_scan_counts_at_the_time_of_the_scan()
    {
        var (merchant, ticket) = await Sold(startsIn: TimeSpan.FromMinutes(-30));
        var scannedAt = TimeProvider.System.GetUtcNow().AddMinutes(-20);

        await Scan(merchant, ticket.Code, scannedAt: scannedAt);

        var redeemed = await bookings.Read(db => db.UnitItems.Where(item => item.Id == ticket.UnitItemId)
            .Select(item => item.RedeemedAt).SingleAsync());
        Assert.Equal(scannedAt, redeemed!.Value, TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public async Task Another_merchants_gate_and_a_forged_code_let_nobody_in()
    {
        var (merchant, ticket) = await Sold(startsIn: TimeSpan.FromMinutes(30));
        var forged = ticket.Code[..^1] + (ticket.Code[^1] == 'A' ? 'B' : 'A');

        var elsewhere = await Scan(bookings.As("merchant", merchant: Guid.CreateVersion7()), ticket.Code);
        var fake = await Scan(merchant, forged);
        var nonsense = await Scan(merchant, "JDZ1:nonsense");

        Assert.Equal(
            ("not-yours", "invalid-ticket", "invalid-ticket"), (elsewhere.Result, fake.Result, nonsense.Result));
    }

    [Fact]
    public async Task A_gate_without_network_tells_a_good_ticket_from_a_bad_and_a_revoked_one()
    {
        var (merchant, ticket) = await Sold(startsIn: TimeSpan.FromMinutes(30));
        var (_, cancelled) = await Sold(startsIn: TimeSpan.FromMinutes(30), thenCancel: true);
        using var anybody = bookings.Anonymous();
        var folder = Directory.CreateTempSubdirectory().FullName;
        var keys = Path.Combine(folder, "keys.json");
        var list = Path.Combine(folder, "revocations.cose");
        await File.WriteAllTextAsync(keys, await anybody.GetStringAsync(new Uri("/v1/tickets/keys", UriKind.Relative)));
        await File.WriteAllBytesAsync(
            list, await anybody.GetByteArrayAsync(new Uri("/v1/tickets/revocations", UriKind.Relative)));

        var good = await Verify(ticket.Code, TimeSpan.Zero);
        var revoked = await Verify(cancelled.Code, TimeSpan.Zero);
        var early = await Verify(ticket.Code, TimeSpan.FromDays(-1));
        var changed = await Verify(ticket.Code.Replace("JDZ1:", "JDZ1:0", StringComparison.Ordinal), TimeSpan.Zero);

        Assert.Equal((0, 1, 1, 1), (good.Exit, revoked.Exit, early.Exit, changed.Exit));
        Assert.StartsWith("VALID: 1 × ADULT", good.Said, StringComparison.Ordinal);
        Assert.StartsWith("REVOKED", revoked.Said, StringComparison.Ordinal);

        async Task<(int Exit, string Said)> Verify(string code, TimeSpan shift)
        {
            using var output = new StringWriter();
            var exit = await VerifyTicket.RunAsync(
                ["verify-ticket", "--keys", keys, "--revocations", list, code], output,
                TimeProvider.System.GetUtcNow() + shift);
            return (exit, output.ToString());
        }
    }

    [Fact]
    public async Task A_tickets_code_holds_nothing_of_the_person()
    {
        var (_, ticket) = await Sold(startsIn: TimeSpan.FromMinutes(30));
        var bytes = Base45.Decode(ticket.Code.AsSpan(TicketCode.Prefix.Length))!;

        var text = System.Text.Encoding.UTF8.GetString(bytes);

        Assert.DoesNotContain("Wang", text, StringComparison.Ordinal);
        Assert.True(bytes.Length < 220, $"{bytes.Length} bytes");
    }

    [Fact]
    public async Task A_hold_has_no_tickets_and_a_drawing_shows_the_code()
    {
        var offer = await bookings.Sell(Given.Offer());
        using var tourist = bookings.As("tourist");
        var held = await BookingsFixture.Booked(BookingsFixture.Hold(tourist, offer));

        var none = await tourist.GetAsync(new Uri($"/v1/bookings/{held.Id}/tickets", UriKind.Relative));
        await bookings.Pay(tourist, held);
        var tickets = await tourist.GetFromJsonAsync<List<TicketResponse>>(
            new Uri($"/v1/bookings/{held.Id}/tickets", UriKind.Relative));
        var drawing = await tourist.GetAsync(new Uri(tickets![0].QrSvg, UriKind.Relative));

        Assert.Equal(HttpStatusCode.Conflict, none.StatusCode);
        Assert.Equal("image/svg+xml", drawing.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task The_days_manifest_lists_who_is_expected()
    {
        var (merchant, _) = await Sold(startsIn: TimeSpan.FromHours(2));
        var day = Jingdezhen.Tourism.Bookings.Availability.BusinessTime.DayOf(Given.Now.AddHours(2));

        var rows = await merchant.GetFromJsonAsync<JsonElement>(
            new Uri($"/v1/manifests?date={day:yyyy-MM-dd}", UriKind.Relative));

        Assert.Equal(1, rows.GetArrayLength());
        Assert.Equal("1 × ADULT", rows[0].GetProperty("units")[0].GetString());
    }

    private async Task<(HttpClient Merchant, TicketResponse Ticket)> Sold(TimeSpan startsIn, bool thenCancel = false)
    {
        var offer = await bookings.Sell(
            Given.Offer(startsIn: startsIn <= TimeSpan.Zero ? TimeSpan.FromMinutes(30) : startsIn));
        using var tourist = bookings.As("tourist");
        var held = await BookingsFixture.Booked(BookingsFixture.Hold(tourist, new
        {
            availabilityId = offer.Slot.Id,
            unitItems = BookingsFixture.Units(offer, 1),
            contact = new { fullName = "Wang Xiaoming", phone = "+8613800000000" },
        }));
        await bookings.Pay(tourist, held);
        if (startsIn <= TimeSpan.Zero)
        {
            await bookings.Read(db => db.Bookings.Where(b => b.Id == held.Id).ExecuteUpdateAsync(b => b
                .SetProperty(x => x.StartsAt, Given.Now + startsIn)
                    .SetProperty(x => x.EndsAt, Given.Now + startsIn + TimeSpan.FromHours(2))));
        }

        var tickets = await tourist.GetFromJsonAsync<List<TicketResponse>>(
            new Uri($"/v1/bookings/{held.Id}/tickets", UriKind.Relative));
        if (thenCancel)
        {
            await BookingsFixture.Booked(BookingsFixture.Post(tourist, $"/v1/bookings/{held.Id}/cancel", new { }));
        }

        return (bookings.As("merchant", merchant: offer.Supplier.Id), tickets!.Single());
    }

    private static async Task<ScanResponse> Scan(
        HttpClient gate, string code, string? nonce = null, bool force = false, DateTimeOffset? scannedAt = null)
    {
        var answer = await BookingsFixture.Post(gate, "/v1/redemptions", new
        {
            scans = new[] { new { code, nonce = nonce ?? Guid.CreateVersion7().ToString(), force, scannedAt } },
        });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<List<ScanResponse>>())!.Single();
    }
}

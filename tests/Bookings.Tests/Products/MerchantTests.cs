using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Jingdezhen.Tourism.Bookings.Availability;
using Jingdezhen.Tourism.Bookings.Bookings;
using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Contracts.Complaints.V1;
using Jingdezhen.Tourism.Contracts.Identity.V1;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Tests.Products;

public sealed class MerchantTests(BookingsFixture bookings) : IClassFixture<BookingsFixture>
{
    [Fact]
    public async Task A_merchant_that_joins_can_offer_schedule_and_sell_a_product()
    {
        var merchant = Guid.CreateVersion7();
        await bookings.Deliver(new MerchantJoined(merchant, "supplier", "三宝工坊", "Zhushan", "L-1", false, [], 1));
        using var seller = bookings.As("merchant", merchant: merchant);
        var tomorrow = BusinessTime.DayOf(TimeProvider.System.GetUtcNow()).AddDays(1);

        var offered = await BookingsFixture.Post(seller, "/v1/products", new
        {
            code = "cup-painting", kind = "workshop", venueId = "sanbao", county = "Zhushan", nameZh = "画杯",
            nameEn = "Cup painting", availabilityType = "START_TIME", latitude = 29.25, longitude = 117.25,
            units = new[] { new { type = "ADULT", priceFen = 8800 } },
        }, "k1");
        var product = (await offered.Content.ReadFromJsonAsync<ProductResponse>())!;
        var scheduled = await BookingsFixture.Post(seller, $"/v1/products/{product.Id}/schedules", new
        {
            firstDay = tomorrow, lastDay = tomorrow.AddDays(6), weekdays = new[] { 0, 1, 2, 3, 4, 5, 6 },
            startTimes = new[] { "10:00", "14:00" }, durationMinutes = 90, capacity = 8,
        }, "k2");

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created), (offered.StatusCode, scheduled.StatusCode));
        Assert.Equal(14, (await scheduled.Content.ReadFromJsonAsync<AddScheduleResponse>())!.NewSlots);

        // The planner learns of them at once, though nobody has touched them.
        await bookings.Published<AvailabilityChanged>(told => told.ProductId == product.Id);
    }

    [Fact]
    public async Task A_new_price_is_for_new_holds_and_a_sold_booking_keeps_its_price_and_policy()
    {
        var offer = await bookings.Sell(Given.Offer());
        using var tourist = bookings.As("tourist");
        var before = await BookingsFixture.Booked(BookingsFixture.Hold(tourist, offer));
        await bookings.Pay(tourist, before);

        await Change(offer,
            new { prices = new[] { new { unitId = offer.Adult.Id, priceFen = 12000 } },
            refundTiers = Array.Empty<object>() });
        var after = await BookingsFixture.Booked(BookingsFixture.Hold(tourist, offer));
        var cancelled = await BookingsFixture.Booked(
            BookingsFixture.Post(tourist, $"/v1/bookings/{before.Id}/cancel", new { }));

        Assert.Equal((9500L, 12000L), (before.PriceFen, after.PriceFen));
        Assert.Equal(("FULL", 9500L), (cancelled.Refund, cancelled.RefundFen));
    }

    [Fact]
    public async Task A_change_that_would_break_sold_bookings_is_refused_and_lists_them()
    {
        var offer = await bookings.Sell(Given.Offer(capacity: 5));
        var held = await BookingsFixture.Booked(BookingsFixture.Hold(bookings.As("tourist"), offer, adults: 3));
        using var seller = bookings.As("merchant", merchant: offer.Supplier.Id);

        var close = await BookingsFixture.Post(seller, $"/v1/products/{offer.Product.Id}/closures",
            new { firstDay = offer.Slot.LocalDate, lastDay = offer.Slot.LocalDate, reason = "repairs" },
            Guid.CreateVersion7().ToString());
        var shrink = await seller.PatchAsJsonAsync(
            new Uri($"/v1/availability/{offer.Slot.Id}", UriKind.Relative), new { capacity = 2 });
        var grow = await seller.PatchAsJsonAsync(
            new Uri($"/v1/availability/{offer.Slot.Id}", UriKind.Relative), new { capacity = 9 });

        Assert.Equal((409, 409, 204), ((int)close.StatusCode, (int)shrink.StatusCode, (int)grow.StatusCode));
        Assert.Contains(held.Reference, await close.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal((3, 3), await bookings.Places(offer));
    }

    [Fact]
    public async Task Closed_days_sell_nothing()
    {
        var offer = await bookings.Sell(Given.Offer());
        var closed = await BookingsFixture.Post(
            bookings.As("merchant", merchant: offer.Supplier.Id), $"/v1/products/{offer.Product.Id}/closures",
            new { firstDay = offer.Slot.LocalDate, lastDay = offer.Slot.LocalDate, reason = "repairs" },
            Guid.CreateVersion7().ToString());

        var hold = await BookingsFixture.Hold(bookings.As("tourist"), offer);

        Assert.Equal(HttpStatusCode.Created, closed.StatusCode);
        Assert.Contains(
            "urn:jingdezhen-tourism:closed", await hold.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_elses_product_is_not_there_to_change()
    {
        var offer = await bookings.Sell(Given.Offer());
        using var other = bookings.As("merchant", merchant: Guid.CreateVersion7());

        var changed = await other.PatchAsJsonAsync(
            new Uri($"/v1/products/{offer.Product.Id}", UriKind.Relative), new { active = false });
        var slot = await other.PatchAsJsonAsync(
            new Uri($"/v1/availability/{offer.Slot.Id}", UriKind.Relative), new { closed = true });

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (changed.StatusCode, slot.StatusCode));
    }

    [Fact]
    public async Task A_suspended_merchant_sells_nothing_until_reinstated_and_older_news_changes_nothing()
    {
        var offer = await bookings.Sell(Given.Offer());

        await bookings.Deliver(new MerchantSuspended(offer.Supplier.Id, "debt", 2), times: 3);
        var suspended = await BookingsFixture.Hold(bookings.As("tourist"), offer);
        await bookings.Deliver(new MerchantReinstated(offer.Supplier.Id, 1));
        var stillSuspended = await BookingsFixture.Hold(bookings.As("tourist"), offer);
        await bookings.Deliver(new MerchantReinstated(offer.Supplier.Id, 3));
        var again = await BookingsFixture.Hold(bookings.As("tourist"), offer);

        Assert.Equal(
            [409, 409, 201], new[] { suspended, stillSuspended, again }.Select(answer => (int)answer.StatusCode));
    }

    [Fact]
    public async Task A_deleted_account_is_forgotten_and_its_sale_stays_counted()
    {
        var offer = await bookings.Sell(Given.Offer());
        var account = Guid.CreateVersion7();
        var held = await BookingsFixture.Booked(BookingsFixture.Hold(bookings.As("tourist", account), new
        {
            availabilityId = offer.Slot.Id, unitItems = BookingsFixture.Units(offer, 1),
            contact = new { phone = "+8613800000000" },
        }));

        await bookings.Deliver(new AccountDeleted(account));

        var left = await bookings.Read(db => db.Bookings.SingleAsync(booking => booking.Id == held.Id));
        Assert.Equal(
            (null, null, null, BookingStatus.OnHold), (left.AccountId, left.Contact, left.GuestKey, left.Status));
        Assert.Equal((1, 1), await bookings.Places(offer));
    }

    [Fact]
    public async Task A_schedule_that_ends_earlier_closes_what_only_it_made_and_breaks_no_sold_booking()
    {
        var (seller, product, option) = await Offered();
        var first = BusinessTime.DayOf(TimeProvider.System.GetUtcNow()).AddDays(1);
        var daily = await Scheduled(seller, product, first, "10:00");
        await Scheduled(seller, product, first.AddDays(6), "10:00");
        var slots = await bookings.Read(
            db => db.Slots.Where(slot => slot.OptionId == option).OrderBy(slot => slot.StartsAt).ToListAsync());
        using var tourist = bookings.As("tourist");
        var held = await BookingsFixture.Booked(BookingsFixture.Hold(tourist, new
        {
            availabilityId = slots[4].Id, unitItems = new[] { new { unitId = (await Units(product))[0] } },
        }));

        var breaks = await End(seller, product, daily, first.AddDays(2));
        var ended = await End(seller, product, daily, first.AddDays(4));
        var foreign = await End(bookings.As("merchant", merchant: Guid.CreateVersion7()), product, daily, first);
        var longer = await End(seller, product, daily, first.AddDays(60));
        var listed = await seller.GetFromJsonAsync<List<ScheduleResponse>>(
            new Uri($"/v1/products/{product}/schedules", UriKind.Relative));

        Assert.Equal(
            [409, 200, 404, 400], new[] { breaks, ended, foreign, longer }.Select(answer => (int)answer.StatusCode));
        Assert.Contains(held.Reference, await breaks.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(1, (await ended.Content.ReadFromJsonAsync<EndScheduleResponse>())!.ClosedSlots);
        Assert.Equal([first.AddDays(4), first.AddDays(12)], listed!.Select(schedule => schedule.LastDay));
        var open = await bookings.Read(db => db.Slots.Where(slot => slot.OptionId == option && !slot.Closed)
            .OrderBy(slot => slot.StartsAt).Select(slot => slot.LocalDate).ToListAsync());
        Assert.DoesNotContain(first.AddDays(5), open);
        Assert.Contains(first.AddDays(6), open);
    }

    [Fact]
    public async Task A_closure_that_is_lifted_opens_its_days_again_but_for_those_of_another_closure()
    {
        var (seller, product, option) = await Offered();
        var first = BusinessTime.DayOf(TimeProvider.System.GetUtcNow()).AddDays(1);
        await Scheduled(seller, product, first, "10:00");
        var closure = await Close(seller, product, first, first.AddDays(3));
        await Close(seller, product, first.AddDays(3), first.AddDays(4));

        var foreign = await bookings.As("merchant", merchant: Guid.CreateVersion7())
            .DeleteAsync(new Uri($"/v1/products/{product}/closures/{closure}", UriKind.Relative));
        var lifted = await seller.DeleteAsync(new Uri($"/v1/products/{product}/closures/{closure}", UriKind.Relative));
        var listed = await seller.GetFromJsonAsync<List<ClosureResponse>>(
            new Uri($"/v1/products/{product}/closures", UriKind.Relative));

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NoContent), (foreign.StatusCode, lifted.StatusCode));
        Assert.Equal(first.AddDays(3), listed!.Single().FirstDay);
        var closed = await bookings.Read(db => db.Slots.Where(slot => slot.OptionId == option && slot.Closed)
            .OrderBy(slot => slot.StartsAt).Select(slot => slot.LocalDate).ToListAsync());
        Assert.Equal([first.AddDays(3), first.AddDays(4)], closed);
    }

    [Theory]
    [InlineData("availabilityType", "\"SOMETIMES\"")]
    [InlineData("units", "[]")]
    [InlineData("units", """[{"type":"ADULT","priceFen":-1}]""")]
    [InlineData("units", """[{"type":"ROBOT","priceFen":1}]""")]
    [InlineData("latitude", "290")]
    [InlineData("code", "\"Not A Code\"")]
    [InlineData("minUnits", "11")]
    [InlineData("groupPriceFen", "-5")]
    public async Task A_product_that_makes_no_sense_is_refused(string member, string value)
    {
        var merchant = Guid.CreateVersion7();
        await bookings.Deliver(new MerchantJoined(merchant, "supplier", "三宝工坊", "Zhushan", "L-1", false, [], 1));
        var body = JsonSerializer.SerializeToNode(new
        {
            code = "cup", kind = "workshop", venueId = "v", county = "Zhushan", nameZh = "杯", nameEn = "Cup",
            availabilityType = "START_TIME", latitude = 29, longitude = 117,
            units = new[] { new { type = "ADULT", priceFen = 1 } },
        })!;
        body[member] = JsonNode.Parse(value);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/products");
        request.Content = JsonContent.Create(body);
        request.Headers.Add("Idempotency-Key", "k");

        var answer = await bookings.As("merchant", merchant: merchant).SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(0, await bookings.Read(db => db.Products.CountAsync(product => product.SupplierId == merchant)));
    }

    private async Task<(HttpClient Seller, Guid Product, Guid Option)> Offered()
    {
        var merchant = Guid.CreateVersion7();
        await bookings.Deliver(new MerchantJoined(merchant, "supplier", "三宝工坊", "Zhushan", "L-1", false, [], 1));
        var seller = bookings.As("merchant", merchant: merchant);
        var offered = await BookingsFixture.Post(seller, "/v1/products", new
        {
            code = "cup-painting", kind = "workshop", venueId = "sanbao", county = "Zhushan", nameZh = "画杯",
            nameEn = "Cup painting", availabilityType = "START_TIME", latitude = 29.25, longitude = 117.25,
            units = new[] { new { type = "ADULT", priceFen = 8800 } },
        }, Guid.CreateVersion7().ToString());
        var product = (await offered.Content.ReadFromJsonAsync<ProductResponse>())!;
        return (seller, product.Id, product.Options.Single().Id);
    }

    private static async Task<Guid> Scheduled(HttpClient seller, Guid product, DateOnly first, string start)
    {
        var answer = await BookingsFixture.Post(seller, $"/v1/products/{product}/schedules", new
        {
            firstDay = first, lastDay = first.AddDays(6), weekdays = new[] { 0, 1, 2, 3, 4, 5, 6 },
            startTimes = new[] { start }, durationMinutes = 90, capacity = 8,
        }, Guid.CreateVersion7().ToString());
        return (await answer.Content.ReadFromJsonAsync<AddScheduleResponse>())!.ScheduleId;
    }

    private static Task<HttpResponseMessage> End(HttpClient seller, Guid product, Guid schedule, DateOnly lastDay) =>
        BookingsFixture.Post(seller, $"/v1/products/{product}/schedules/{schedule}/end", new { lastDay });

    private static async Task<Guid> Close(HttpClient seller, Guid product, DateOnly first, DateOnly last)
    {
        var answer = await BookingsFixture.Post(
            seller, $"/v1/products/{product}/closures", new { firstDay = first, lastDay = last, reason = "repairs" },
            Guid.CreateVersion7().ToString());
        return (await answer.Content.ReadFromJsonAsync<CloseDaysResponse>())!.ClosureId;
    }

    private async Task<List<Guid>> Units(Guid product) =>
        (await bookings.Anonymous()
            .GetFromJsonAsync<ProductResponse>(new Uri($"/v1/products/{product}", UriKind.Relative)))!
            .Options.SelectMany(option => option.Units).Select(unit => unit.Id).ToList();

    private async Task Change(Offer offer, object change)
    {
        var answer = await bookings.As("merchant", merchant: offer.Supplier.Id)
            .PatchAsJsonAsync(new Uri($"/v1/products/{offer.Product.Id}", UriKind.Relative), change);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }
}

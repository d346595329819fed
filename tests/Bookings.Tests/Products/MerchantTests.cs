using System.Net;
using System.Net.Http.Json;
using Jingdezhen.Tourism.Bookings.Availability;
using Jingdezhen.Tourism.Bookings.Bookings;
using Jingdezhen.Tourism.Bookings.Products;
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
            code = "cup-painting", kind = "workshop", venueId = "sanbao", county = "Zhushan", nameZh = "画杯", nameEn = "Cup painting",
            availabilityType = "START_TIME", latitude = 29.25, longitude = 117.25, units = new[] { new { type = "ADULT", priceFen = 8800 } },
        }, "k1");
        var product = (await offered.Content.ReadFromJsonAsync<ProductResponse>())!;
        var scheduled = await BookingsFixture.Post(seller, $"/v1/products/{product.Id}/schedules", new
        {
            firstDay = tomorrow, lastDay = tomorrow.AddDays(6), weekdays = new[] { 0, 1, 2, 3, 4, 5, 6 }, startTimes = new[] { "10:00", "14:00" },
            durationMinutes = 90, capacity = 8,
        }, "k2");

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created), (offered.StatusCode, scheduled.StatusCode));
        Assert.Equal(14, (await scheduled.Content.ReadFromJsonAsync<AddScheduleResponse>())!.NewSlots);
    }

    [Fact]
    public async Task A_new_price_is_for_new_holds_and_a_sold_booking_keeps_its_price_and_policy()
    {
        var offer = await bookings.Sell(Given.Offer());
        using var tourist = bookings.As("tourist");
        var before = await BookingsFixture.Booked(BookingsFixture.Hold(tourist, offer));
        await bookings.Pay(tourist, before);

        await Change(offer, new { prices = new[] { new { unitId = offer.Adult.Id, priceFen = 12000 } }, refundTiers = Array.Empty<object>() });
        var after = await BookingsFixture.Booked(BookingsFixture.Hold(tourist, offer));
        var cancelled = await BookingsFixture.Booked(BookingsFixture.Post(tourist, $"/v1/bookings/{before.Id}/cancel", new { }));

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
            new { firstDay = offer.Slot.LocalDate, lastDay = offer.Slot.LocalDate, reason = "repairs" }, Guid.CreateVersion7().ToString());
        var shrink = await seller.PatchAsJsonAsync(new Uri($"/v1/availability/{offer.Slot.Id}", UriKind.Relative), new { capacity = 2 });
        var grow = await seller.PatchAsJsonAsync(new Uri($"/v1/availability/{offer.Slot.Id}", UriKind.Relative), new { capacity = 9 });

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
            new { firstDay = offer.Slot.LocalDate, lastDay = offer.Slot.LocalDate, reason = "repairs" }, Guid.CreateVersion7().ToString());

        var hold = await BookingsFixture.Hold(bookings.As("tourist"), offer);

        Assert.Equal(HttpStatusCode.Created, closed.StatusCode);
        Assert.Contains("urn:jingdezhen-tourism:closed", await hold.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_elses_product_is_not_there_to_change()
    {
        var offer = await bookings.Sell(Given.Offer());
        using var other = bookings.As("merchant", merchant: Guid.CreateVersion7());

        var changed = await other.PatchAsJsonAsync(new Uri($"/v1/products/{offer.Product.Id}", UriKind.Relative), new { active = false });
        var slot = await other.PatchAsJsonAsync(new Uri($"/v1/availability/{offer.Slot.Id}", UriKind.Relative), new { closed = true });

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

        Assert.Equal([409, 409, 201], new[] { suspended, stillSuspended, again }.Select(answer => (int)answer.StatusCode));
    }

    [Fact]
    public async Task A_deleted_account_is_forgotten_and_its_sale_stays_counted()
    {
        var offer = await bookings.Sell(Given.Offer());
        var account = Guid.CreateVersion7();
        var held = await BookingsFixture.Booked(BookingsFixture.Hold(bookings.As("tourist", account), new
        {
            availabilityId = offer.Slot.Id, unitItems = BookingsFixture.Units(offer, 1), contact = new { phone = "+8613800000000" },
        }));

        await bookings.Deliver(new AccountDeleted(account));

        var left = await bookings.Read(db => db.Bookings.SingleAsync(booking => booking.Id == held.Id));
        Assert.Equal((null, null, null, BookingStatus.OnHold), (left.AccountId, left.Contact, left.GuestKey, left.Status));
        Assert.Equal((1, 1), await bookings.Places(offer));
    }

    private async Task Change(Offer offer, object change)
    {
        var answer = await bookings.As("merchant", merchant: offer.Supplier.Id)
            .PatchAsJsonAsync(new Uri($"/v1/products/{offer.Product.Id}", UriKind.Relative), change);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }
}

using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Contracts.Complaints.V1;
using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Contracts.Identity.V1;
using Jingdezhen.Tourism.Contracts.Notifications.V1;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Notifications.Notices;
using Jingdezhen.Tourism.Notifications.Preferences;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Testing;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Notifications.Tests.Notices;

public sealed partial class NoticeTests(NotificationsFixture notifications) : IClassFixture<NotificationsFixture>
{
    public static TheoryData<string> Topics => [.. new Templates().Topics];

    [Theory, InlineData("zh", "预订成功", "电子票"), InlineData("en", "Confirmed", "Your tickets")]
    public async Task A_confirmed_booking_is_mailed_once_in_the_persons_language_with_the_way_to_the_tickets(
        string language, string subject, string text)
    {
        var account = Guid.CreateVersion7();
        var email = await notifications.PersonAsync(account, language);
        var confirmed = NotificationsFixture.Confirmed(account);

        await notifications.Deliver(confirmed, times: 3);

        var mail = await MailAsync(email);
        Assert.StartsWith(subject, mail.Subject, StringComparison.Ordinal);
        Assert.Contains(text, mail.TextBody, StringComparison.Ordinal);
        Assert.Contains($"/bookings/{confirmed.BookingId}", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains(BookingReference.Of(confirmed.BookingId), mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("2026-05-01 09:00", mail.TextBody, StringComparison.Ordinal);
        Assert.Single(notifications.Mail.For(email));
    }

    [Fact]
    public async Task A_cancellation_that_overtook_its_confirmation_waits_to_learn_whose_it_is()
    {
        var account = Guid.CreateVersion7();
        var email = await notifications.PersonAsync(account, off: ["confirmed"]);
        var confirmed = NotificationsFixture.Confirmed(account);
        await notifications.Deliver(NotificationsFixture.Cancelled(confirmed.BookingId, confirmed.MerchantId));

        await notifications.Deliver(confirmed);
        await notifications.HurryAsync();

        Assert.Contains("190.00", (await MailAsync(email)).TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refund_is_told_to_whose_booking_it_was()
    {
        var account = Guid.CreateVersion7();
        var email = await notifications.PersonAsync(account, "en", off: ["confirmed"]);
        var confirmed = NotificationsFixture.Confirmed(account);
        await notifications.Deliver(confirmed);

        await notifications.Deliver(new RefundSettled(
            Guid.CreateVersion7(), "cancel:1", Guid.CreateVersion7(), "booking:1", "booking", confirmed.BookingId,
            4_550, "CNY",
            new(2026, 5, 2, 1, 0, 0, TimeSpan.Zero)));

        var mail = await MailAsync(email);
        Assert.Equal("Refunded: CNY 45.50", mail.Subject);
        Assert.Contains($"/bookings/{confirmed.BookingId}\n", mail.TextBody!.ReplaceLineEndings("\n"),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zh", "古窑民俗博览区", "陶艺村民宿")]
    [InlineData("en", "Ancient Kiln", "Pottery Village House")]
    public async Task Whatever_is_told_of_a_booking_or_a_stay_names_it_in_the_persons_language_alone(
        string language, string product, string listing)
    {
        var account = Guid.CreateVersion7();
        var email = await notifications.PersonAsync(account, language);
        var booking = NotificationsFixture.Confirmed(account) with
        {
            ProductZh = "古窑民俗博览区", ProductEn = "Ancient Kiln",
        };
        var stay = Confirmed(account) with { ListingZh = "陶艺村民宿", ListingEn = "Pottery Village House" };

        await notifications.Deliver(booking);
        await notifications.Deliver(new BookingUnitsCancelled(
            booking.BookingId, booking.ProductId, booking.AvailabilityId, booking.MerchantId, booking.HeldAt, "NONE", 0,
            1, 1, 1, new Dictionary<string, int>()));
        await notifications.Deliver(NotificationsFixture.Cancelled(booking.BookingId, booking.MerchantId));
        await notifications.Deliver(stay);
        await notifications.Deliver(Changed(stay));

        await Eventually.Equal(5, () => Task.FromResult(notifications.Mail.For(email).Count()));
        var mails = notifications.Mail.For(email).Select(mail => mail.Subject + "\n" + mail.TextBody).ToList();
        Assert.Equal(3, mails.Count(text => text.Contains(product, StringComparison.Ordinal)));
        Assert.Equal(2, mails.Count(text => text.Contains(listing, StringComparison.Ordinal)));
        Assert.Single(mails, text =>
            text.Contains(language == "zh" ? "没有需要退回" : "nothing to refund", StringComparison.Ordinal));
        Assert.All(mails, text => Assert.Equal(language == "zh", Chinese().IsMatch(text)));
        Assert.All(mails.Where(text => text.Contains(listing, StringComparison.Ordinal)),
            text => Assert.DoesNotContain(language == "zh" ? "二维码" : "QR code", text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Moved_nights_and_a_hold_that_ran_out_are_told_but_not_what_an_order_gave_back()
    {
        var account = Guid.CreateVersion7();
        var email = await notifications.PersonAsync(account, "en", off: ["stay-confirmed"]);
        var (moved, expired, ofOrder) = (Confirmed(account), Confirmed(account), Confirmed(account));
        foreach (var stay in new[] { moved, expired, ofOrder }) await notifications.Deliver(stay);

        await notifications.Deliver(new StayReleased(ofOrder.StayId, Guid.CreateVersion7(), ofOrder.RoomId, "expired"));
        await notifications.Deliver(new StayReleased(moved.StayId, null, moved.RoomId, "guest"));
        await notifications.Deliver(Changed(moved), times: 2);
        await notifications.Deliver(new StayReleased(expired.StayId, null, expired.RoomId, "expired"), times: 2);

        await Eventually.Equal(2, () => Task.FromResult(notifications.Mail.For(email).Count()));
        Assert.Equal(
            ["Changed: homestay", "The hold has run out: homestay"],
            notifications.Mail.For(email).Select(mail => mail.Subject).Order(StringComparer.Ordinal));
        Assert.Contains(notifications.Mail.For(email), mail =>
            mail.TextBody!.Contains("2027-05-03 – 2027-05-05", StringComparison.Ordinal)
                && mail.TextBody!.Contains(BookingReference.Of(moved.StayId), StringComparison.Ordinal));
    }

    [Theory, InlineData(false, 1), InlineData(true, 0)]
    public async Task Places_that_are_an_offer_are_not_told_as_held_too(bool offered, int mails)
    {
        var account = Guid.CreateVersion7();
        var email = await notifications.PersonAsync(account, "en", off: ["confirmed"]);
        var confirmed = NotificationsFixture.Confirmed(account);
        await notifications.Deliver(new BookingHeld(
            confirmed.BookingId, null, confirmed.ProductId, confirmed.AvailabilityId, confirmed.MerchantId,
            confirmed.VenueId, "app", null, null, 2, 19_000, confirmed.StartsAt, confirmed.HeldAt, account,
            Offered: offered));

        await notifications.Deliver(NotificationsFixture.Cancelled(confirmed.BookingId, confirmed.MerchantId));

        await Eventually.Equal(mails + 1, () => Task.FromResult(notifications.Mail.For(email).Count()));
        Assert.Equal(mails, notifications.Mail.For(email).Count(mail =>
            mail.Subject!.StartsWith("Held", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Messages_of_many_bookings_that_come_together_each_reach_their_own_person_once()
    {
        var people = await Task.WhenAll(Enumerable.Range(0, 12).Select(async _ =>
        {
            var account = Guid.CreateVersion7();
            return (Email: await notifications.PersonAsync(account, "en"),
                Sold: NotificationsFixture.Confirmed(account) with { ProductEn = $"Kiln of {account}" });
        }));

        await Task.WhenAll(people.SelectMany(person => new Task[]
        {
            notifications.Deliver(person.Sold, times: 2),
            notifications.Deliver(NotificationsFixture.Cancelled(person.Sold.BookingId, person.Sold.MerchantId)),
        }));
        await notifications.HurryAsync();

        foreach (var (email, sold) in people)
        {
            await Eventually.Equal(2, () => Task.FromResult(notifications.Mail.For(email).Count()));
            Assert.All(notifications.Mail.For(email), mail =>
                Assert.Contains(sold.ProductEn!, mail.Subject + mail.TextBody, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_sale_at_a_counter_is_told_to_nobody_and_not_tried_again()
    {
        var sold = NotificationsFixture.Confirmed(account: null) with { ProductZh = "古窑门票" };

        await notifications.Deliver(new BookingHeld(
            sold.BookingId, null, sold.ProductId, sold.AvailabilityId, sold.MerchantId, sold.VenueId, "counter", null,
            null, 2, 19_000, sold.StartsAt, sold.HeldAt));
        await notifications.Deliver(sold);
        await notifications.Deliver(NotificationsFixture.Cancelled(sold.BookingId, sold.MerchantId));

        // Of the cancellation nobody could know whose it is before the subject was looked at, once.
        await Eventually.Equal("Skipped,Skipped", () => notifications.Read(async db => string.Join(',',
            await db.Notices.Where(notice => notice.SubjectId == sold.BookingId && notice.Attempts == 1)
                .Select(notice => notice.State.ToString()).ToListAsync())));
    }

    [Fact]
    public async Task A_merchants_people_hear_of_a_case_that_they_are_asked_and_of_recourse_under_the_cases_number()
    {
        var merchant = Guid.CreateVersion7();
        var email = await notifications.PersonAsync(Guid.CreateVersion7(), "en", merchant: merchant);
        var filed = new CaseFiled(
            Guid.CreateVersion7(), merchant, null, null, null, null, null, "price", "app", 1, 9_500, "20260501-0007-3");

        await notifications.Deliver(filed, times: 2);
        await notifications.Deliver(new CaseFiled(
            Guid.CreateVersion7(), null, null, null, null, null, null, "price", "app", 1, 9_500, "20260501-0008-1"));
        await notifications.Deliver(new MerchantAsked(filed.CaseId, merchant, new(2026, 5, 2, 1, 0, 0, TimeSpan.Zero)));
        await notifications.Deliver(
            new MerchantPromised(filed.CaseId, merchant, 8_000, new(2026, 5, 9, 16, 0, 0, TimeSpan.Zero)));
        await notifications.Deliver(
            new RecourseOpened(Guid.CreateVersion7(), Guid.CreateVersion7(), filed.CaseId, merchant, 8_000));

        await Eventually.Equal(4, () => Task.FromResult(notifications.Mail.For(email).Count()));
        Assert.Equal(
            [
                "A complaint was filed: 20260501-0007-3", "Please answer complaint 20260501-0007-3",
                "Please keep your promise: 20260501-0007-3", "Recourse: CNY 80.00",
            ],
            notifications.Mail.For(email).Select(mail => mail.Subject).Order(StringComparer.Ordinal));
        Assert.All(notifications.Mail.For(email), mail =>
            Assert.Contains("20260501-0007-3", mail.TextBody, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_clock_warns_whoever_has_the_case_and_its_breach_calls_the_team_and_then_the_bureau()
    {
        var (assignee, of) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var assigned = await notifications.PersonAsync(assignee, "en", role: "operator");
        var team = await notifications.PersonAsync(Guid.CreateVersion7(), "en", role: "operator");
        var bureau = await notifications.PersonAsync(Guid.CreateVersion7(), "zh", role: "admin");
        var tourist = await notifications.PersonAsync(Guid.CreateVersion7(), "en");
        var due = new DateTimeOffset(2026, 5, 1, 1, 0, 0, TimeSpan.Zero);

        await notifications.Deliver(new ClockDueSoon(of, "accept", "fast", due, "rule", assignee), times: 2);
        await notifications.Deliver(new ClockDueSoon(of, "verify", "fast", due, "rule"));
        await notifications.Deliver(new ClockBreached(of, "mediate", "fast", due, "rule", 1, assignee));
        await notifications.Deliver(new ClockBreached(of, "whole", "legal", due, "rule", 2, assignee));

        await Eventually.Equal(
            (4, 2, 1),
            () => Task.FromResult((Mails(assigned).Length, Mails(team).Length, Mails(bureau).Length)));
        Assert.Equal(
            [
                $"Due soon: {of}, acceptance", $"Due soon: {of}, verification", $"Overdue: {of}, mediation",
                $"Overdue: {of}, the whole case",
            ],
            Mails(assigned));
        Assert.Equal([$"Due soon: {of}, verification", $"Overdue: {of}, mediation"], Mails(team));
        Assert.Equal([$"投诉已超时：{of} 全程办理"], Mails(bureau));
        Assert.Empty(Mails(tourist));

        string[] Mails(string email) =>
            [.. notifications.Mail.For(email).Select(mail => mail.Subject!).Order(StringComparer.Ordinal)];
    }

    [Fact]
    public async Task A_merchant_hears_of_recourse_when_it_is_opened_deducted_and_settled()
    {
        var merchant = Guid.CreateVersion7();
        var email = await notifications.PersonAsync(Guid.CreateVersion7(), "en", merchant: merchant);
        var (recourse, of) = (Guid.CreateVersion7(), Guid.CreateVersion7());

        await notifications.Deliver(new RecourseOpened(recourse, Guid.CreateVersion7(), of, merchant, 8_000));
        await notifications.Deliver(new RecourseDeducted(recourse, merchant, of, 8_000));
        await notifications.Deliver(new RecourseSettled(recourse, of, merchant, "deducted", 8_000));

        await Eventually.Equal(3, () => Task.FromResult(notifications.Mail.For(email).Count()));
        Assert.Equal(
            ["Deducted: CNY 80.00", "Recourse settled: CNY 80.00", "Recourse: CNY 80.00"],
            notifications.Mail.For(email).Select(mail => mail.Subject).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Of_an_order_people_hear_once_when_all_of_its_parts_are_theirs()
    {
        var account = Guid.CreateVersion7();
        var email = await notifications.PersonAsync(account, "en");
        var order = Guid.CreateVersion7();

        await notifications.Deliver(NotificationsFixture.Confirmed(account) with { OrderId = order });
        await notifications.Deliver(NotificationsFixture.Confirmed(account) with { OrderId = order });
        await notifications.Deliver(new OrderConfirmed(order, account, 2, "app", null, null, 38_000));

        var mail = await MailAsync(email);
        Assert.Equal("Your trip is confirmed: 2 parts", mail.Subject);
        Assert.Contains($"/orders/{order}", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains(BookingReference.Of(order), mail.TextBody, StringComparison.Ordinal);
        Assert.Single(notifications.Mail.For(email));
    }

    [Fact]
    public async Task Of_an_order_that_failed_people_hear_once_what_comes_back()
    {
        var account = Guid.CreateVersion7();
        var email = await notifications.PersonAsync(account, off: ["held"]);
        var (order, part) = (Guid.CreateVersion7(), NotificationsFixture.Confirmed(account));
        await notifications.Deliver(part with { OrderId = order });
        await notifications.Deliver(
            NotificationsFixture.Cancelled(part.BookingId, part.MerchantId) with { OrderId = order });

        await notifications.Deliver(new OrderFailed(order, account, "sold-out", 38_000));

        var mail = await MailAsync(email);
        Assert.Equal("行程未能预订", mail.Subject);
        Assert.Contains("380.00", mail.TextBody, StringComparison.Ordinal);
        Assert.Single(notifications.Mail.For(email));
    }

    [Fact]
    public async Task Of_a_held_order_people_hear_until_when_it_is_to_be_paid()
    {
        var account = Guid.CreateVersion7();
        var email = await notifications.PersonAsync(account, "en");
        var order = Guid.CreateVersion7();

        await notifications.Deliver(new OrderHeld(
            order, account, 3, "app", null, null, 38_000, new(2026, 5, 1, 1, 15, 0, TimeSpan.Zero)), times: 2);

        var mail = await MailAsync(email);
        Assert.Equal("Your trip is held: 3 parts", mail.Subject);
        Assert.Contains("before 2026-05-01 09:15", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("CNY 380.00", mail.TextBody, StringComparison.Ordinal);
        Assert.Single(notifications.Mail.For(email));
    }

    [Theory, InlineData("not-paid", "The hold on your trip has run out"),
     InlineData("given-up", "Your trip is cancelled"), InlineData("sold-out", "Your trip could not be booked")]
    public async Task How_an_order_ended_is_told_as_it_was(string reason, string subject)
    {
        var account = Guid.CreateVersion7();
        var email = await notifications.PersonAsync(account, "en");

        await notifications.Deliver(new OrderFailed(Guid.CreateVersion7(), account, reason, 0));

        Assert.Equal(subject, (await MailAsync(email)).Subject);
    }

    [Fact]
    public async Task A_confirmed_order_that_was_cancelled_says_what_goes_back()
    {
        var account = Guid.CreateVersion7();
        var email = await notifications.PersonAsync(account, "en");
        var order = Guid.CreateVersion7();

        await notifications.Deliver(new OrderCancelled(order, account, 2, "app", null, null, 38_000, 19_050));

        var mail = await MailAsync(email);
        Assert.Equal("Your trip is cancelled", mail.Subject);
        Assert.Contains("CNY 190.50", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains($"/orders/{order}", mail.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_refund_that_is_stuck_the_admins_hear()
    {
        var email = await notifications.PersonAsync(Guid.CreateVersion7(), "en", role: "admin");
        var order = Guid.CreateVersion7();

        await notifications.Deliver(new OrderStuck(order, 38_000, "declined"), times: 2);

        var mail = await MailAsync(email);
        Assert.Equal("A refund is stuck: CNY 380.00", mail.Subject);
        Assert.Contains(BookingReference.Of(order), mail.TextBody, StringComparison.Ordinal);
        Assert.Single(notifications.Mail.For(email));
    }

    [Theory, MemberData(nameof(Topics))]
    public void Every_topic_speaks_both_languages_and_leaves_no_placeholder(string topic)
    {
        var templates = new Templates();
        var values = new[] { "reference", "when", "price", "until", "link", "lines", "refund" }
            .ToDictionary(name => name, name => $"<{name}>");
        (values["what.zh"], values["what.en"]) = ("古窑", "Ancient Kiln");

        var (chinese, english) = (templates.Render(topic, "zh", values), templates.Render(topic, "en", values));

        Assert.Matches("[\u4e00-\u9fff]", chinese.Subject + chinese.Body);
        Assert.DoesNotMatch("[\u4e00-\u9fff]", english.Subject + english.Body);
        Assert.DoesNotContain("Kiln", chinese.Subject + chinese.Body, StringComparison.Ordinal);
        foreach (var text in new[] { chinese, english })
        {
            Assert.Contains("<link>", text.Body, StringComparison.Ordinal);
            Assert.DoesNotMatch("[{}]", text.Subject + text.Body);
        }
    }

    [Fact]
    public async Task A_link_inside_the_app_gets_the_apps_address()
    {
        var account = Guid.CreateVersion7();
        var email = await notifications.PersonAsync(account, "en");

        await notifications.Deliver(
            new NotifyAccount($"offer:{account}", account, "offer", new Dictionary<string, string>
        {
            ["what.zh"] = "古窑", ["what.en"] = "Ancient Kiln", ["until"] = "2026-05-01 12:00",
            ["link"] = "/bookings/1",
        }));

        var mail = await MailAsync(email);
        Assert.Equal("A place for you: Ancient Kiln", mail.Subject);
        Assert.Contains(
            "https://jingdezhen-tourism.example/bookings/1", mail.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_hears_of_nights_that_another_platform_has_sold_too()
    {
        var merchant = Guid.CreateVersion7();
        var email = await notifications.PersonAsync(Guid.CreateVersion7(), "en", merchant: merchant);
        var (found, stay) = (new DateOnly(2027, 5, 1), Guid.CreateVersion7());

        await notifications.Deliver(new CalendarConflictFound(
            Guid.CreateVersion7(), Guid.CreateVersion7(), merchant, stay, "airbnb", found, found.AddDays(2)), times: 2);

        var mail = await MailAsync(email);
        Assert.Equal("Calendar conflict: 2027-05-01 – 2027-05-03", mail.Subject);
        Assert.Contains("airbnb", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains($"/stays/{stay}", mail.TextBody, StringComparison.Ordinal);
        Assert.Single(notifications.Mail.For(email));
    }

    [Theory, InlineData("offer"), InlineData("case-step")]
    public async Task Another_service_has_a_person_told_once_for_its_key(string topic)
    {
        var account = Guid.CreateVersion7();
        var email = await notifications.PersonAsync(account, "en");
        var asked = new NotifyAccount($"{topic}:{account}", account, topic, new Dictionary<string, string>
        {
            ["what"] = "Ancient Kiln {link}", ["reference"] = "A1", ["link"] = "https://x.example/1",
        });

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => notifications.Deliver(asked)));

        Assert.Contains("Ancient Kiln {link}", (await MailAsync(email)).TextBody, StringComparison.Ordinal);
        Assert.Single(notifications.Mail.For(email));
    }

    [Fact]
    public async Task Without_the_unique_key_a_person_is_told_as_often_as_somebody_asks()
    {
        await using var own = new Own();
        await own.Fixture.InitializeAsync();
        await own.Fixture.ExecuteAsOwnerAsync("DROP INDEX ix_notices_key_channel");
        var account = Guid.CreateVersion7();
        var email = await own.Fixture.PersonAsync(account);
        var asked = new NotifyAccount($"offer:{account}", account, "offer", new Dictionary<string, string>());

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => own.Fixture.Deliver(asked)));

        await Eventually.Equal(3, () => Task.FromResult(own.Fixture.Mail.For(email).Count()));
    }

    [Fact]
    public async Task What_a_person_does_not_want_is_not_sent()
    {
        var account = Guid.CreateVersion7();
        var email = await notifications.PersonAsync(account, off: ["confirmed"]);
        var confirmed = NotificationsFixture.Confirmed(account);

        await notifications.Deliver(confirmed);

        await Eventually.Equal(2, () => notifications.Read(db => db.Notices.CountAsync(notice =>
            notice.SubjectId == confirmed.BookingId && notice.State == NoticeState.Skipped)));
        Assert.Empty(notifications.Mail.For(email));
    }

    [Fact]
    public async Task A_mail_server_with_a_bad_hour_is_tried_again()
    {
        await using var own = new Own();
        await own.Fixture.InitializeAsync();
        var account = Guid.CreateVersion7();
        var email = await own.Fixture.PersonAsync(account);
        own.Fixture.Mail.Refuse(1);
        await own.Fixture.Deliver(NotificationsFixture.Confirmed(account));
        await Eventually.Holds(
            () => own.Fixture.Read(
                db => db.Notices.Where(notice => notice.Channel == "mail").Select(notice => notice.LastError)
                    .SingleAsync()),
            error => error is not null);

        await own.Fixture.HurryAsync();

        await Eventually.Equal(1, () => Task.FromResult(own.Fixture.Mail.For(email).Count()));
    }

    [Fact]
    public async Task A_forgotten_account_leaves_no_address()
    {
        var account = Guid.CreateVersion7();
        await notifications.PersonAsync(account);

        await notifications.Deliver(new AccountDeleted(account));

        Assert.Equal(HttpStatusCode.NotFound, (await notifications.As("tourist", account).GetAsync(
            new Uri("/v1/preferences", UriKind.Relative))).StatusCode);
    }

    [Theory, InlineData("not an address"), InlineData("a@b.cn\r\nBcc: all@example.cn"), InlineData("A <a@b.cn>")]
    public async Task An_address_that_is_none_is_refused(string email)
    {
        var answer = await notifications.As("tourist").PutAsJsonAsync(
            new Uri("/v1/preferences", UriKind.Relative), new ChangePreferencesRequest(email, null, "zh", true, false));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory, InlineData("weather"), InlineData(null)]
    public async Task A_topic_that_is_none_is_refused(string? topic)
    {
        var answer = await notifications.As("tourist").PutAsJsonAsync(
            new Uri("/v1/preferences", UriKind.Relative),
            new ChangePreferencesRequest(null, null, "zh", false, false, [topic!]));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private static StayConfirmed Confirmed(Guid account) => new(
        Guid.CreateVersion7(), null, account, Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(),
        Guid.CreateVersion7(), null, "Fuliang", true, new(2027, 5, 1), new(2027, 5, 3), 2, "app", null, null, null,
        "CN", 60_000, "CNY", "payment");

    private static StayChanged Changed(StayConfirmed stay) => new(
        stay.StayId, null, stay.ListingId, stay.RoomId, stay.MerchantId, stay.Arrival.AddDays(2),
        stay.Departure.AddDays(2), stay.PriceFen, 0, Confirmed: true);

    [GeneratedRegex("[\u4e00-\u9fff]")]
    private static partial Regex Chinese();

    private async Task<MimeKit.MimeMessage> MailAsync(string email)
    {
        await Eventually.Holds(() => Task.FromResult(notifications.Mail.For(email).Count()), mails => mails > 0);
        return notifications.Mail.For(email).First();
    }

    private sealed class Own : IAsyncDisposable
    {
        public NotificationsFixture Fixture { get; } = new();

        public async ValueTask DisposeAsync() => await Fixture.DisposeAsync();
    }
}

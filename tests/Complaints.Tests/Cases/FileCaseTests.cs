using System.Net;
using Jingdezhen.Tourism.Complaints.Cases;
using Jingdezhen.Tourism.Complaints.Compensations;
using Jingdezhen.Tourism.Complaints.Evidence;
using Jingdezhen.Tourism.Contracts.Complaints.V1;
using Jingdezhen.Tourism.Contracts.Notifications.V1;
using Jingdezhen.Tourism.Platform.Security;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Jingdezhen.Tourism.Complaints.Tests.Cases;

public sealed class FileCaseTests(ComplaintsFixture complaints) : IClassFixture<ComplaintsFixture>
{
    [Fact]
    public async Task A_filed_case_quotes_its_booking_and_shows_both_due_times_with_the_rule_each_cites()
    {
        var (account, filed) = await complaints.Filed();

        var accept = filed.Clocks.Single(clock => clock.Clock == "accept");
        Assert.Equal(complaints.Now.AddHours(24), accept.FastDueAt!.Value, TimeSpan.FromMilliseconds(1));
        Assert.Contains("《旅游投诉处理办法》", accept.LegalCites!, StringComparison.Ordinal);
        var evidence = await complaints.As("tourist", account).Get<List<EvidenceResponse>>($"/v1/evidence/{filed.Id}");
        Assert.Equal(["policy", "purchase"], evidence.Select(item => item.Kind).Order(StringComparer.Ordinal));
        Assert.Contains("\"paidFen\":20000", evidence.Single(item => item.Kind == "purchase").Content,
            StringComparison.Ordinal);
        await complaints.Published<CaseFiled>(message => message.CaseId == filed.Id
            && message.County == "Zhushan" && message.Number == filed.Number);
        var told = await complaints.Published<NotifyAccount>(message => message.AccountId == account
            && message.Key == $"case:{filed.Id}:1");
        Assert.Equal(("已登记", "registered"), (told.Values["what.zh"], told.Values["what.en"]));
    }

    [Fact]
    public async Task The_same_filing_sent_twice_is_one_case()
    {
        var account = Guid.CreateVersion7();
        var booking = await complaints.Booking(account, await complaints.Merchant());
        var tourist = complaints.As("tourist", account);

        var first = await (await tourist.PostAsync("/v1/cases", ComplaintsFixture.Complaint(booking), key: "once"))
            .Body<CaseResponse>();
        var second = await (await tourist.PostAsync("/v1/cases", ComplaintsFixture.Complaint(booking), key: "once"))
            .Body<CaseResponse>();

        Assert.Equal(first.Number, second.Number);
        Assert.Single(await tourist.Get<List<CaseLineResponse>>("/v1/cases/mine"));
    }

    [Fact]
    public async Task An_operator_who_hears_a_caller_finds_the_booking_by_phone_and_day()
    {
        var account = Guid.CreateVersion7();
        var key = Convert.ToHexString(complaints.Services.GetRequiredService<PersonalDataVault>()
            .GuestKey("13879812345"));
        var booking = await complaints.Booking(account, await complaints.Merchant(), guestKey: key);
        var day = DateOnly.FromDateTime(complaints.Now.AddDays(-1).ToOffset(TimeSpan.FromHours(8)).DateTime);

        var filed = await ComplaintsFixture.File(
            complaints.As("operator"), ComplaintsFixture.Complaint(phone: "13879812345", on: day));

        Assert.Equal(booking, filed.PurchaseId);
        Assert.Equal(filed.Id, (await complaints.As("tourist", account).Get<CaseResponse>($"/v1/cases/{filed.Id}")).Id);
    }

    [Theory, InlineData("+8613879812346"), InlineData("13879812346"), InlineData("008613879812346")]
    public async Task A_phone_is_the_same_however_it_is_written(string said)
    {
        var merchant = await complaints.Merchant();
        await complaints.Booking(Guid.CreateVersion7(), merchant, guestKey: KeyOf("+86 138-7981 2346"));

        var filed = await ComplaintsFixture.File(
            complaints.As("operator"), ComplaintsFixture.Complaint(phone: said, on: Yesterday, merchant: merchant));

        Assert.NotNull(filed.PurchaseId);
    }

    [Fact]
    public async Task A_tourist_without_a_reference_finds_their_own_booking_by_the_day()
    {
        var account = Guid.CreateVersion7();
        var booking = await complaints.Booking(account, await complaints.Merchant());
        var tourist = complaints.As("tourist", account);

        var filed = await ComplaintsFixture.File(tourist, ComplaintsFixture.Complaint(on: Yesterday));
        var another = await ComplaintsFixture.File(tourist, ComplaintsFixture.Complaint(on: Yesterday.AddDays(-1)));

        Assert.Equal(booking, filed.PurchaseId);
        Assert.NotNull(filed.MerchantId);
        Assert.Null(another.PurchaseId);
    }

    [Fact]
    public async Task What_a_tourists_phone_leads_to_an_operator_attaches_and_the_case_is_decided_as_any_other()
    {
        var (account, merchant) = (Guid.CreateVersion7(), await complaints.Merchant(ComplaintsFixture.ClosedVenue));
        var counter = await complaints.Booking(null, merchant, closed: true, guestKey: KeyOf("13879800077"));
        var others = await complaints.Booking(
            Guid.CreateVersion7(), merchant, closed: true, guestKey: KeyOf("13879800077"));
        var (tourist, @operator) = (complaints.As("tourist", account), complaints.As("operator"));

        var filed = await ComplaintsFixture.File(
            tourist, ComplaintsFixture.Complaint(phone: "13879800077", on: Yesterday));
        var seen = await @operator.Get<List<PurchaseResponse>>($"/v1/cases/{filed.Id}/purchases");
        var byTourist = await tourist.GetAsync($"/v1/cases/{filed.Id}/purchases");
        var strangers = await AttachAsync(others);
        var attached = await (await AttachAsync(counter)).Body<CaseResponse>();
        var twice = await AttachAsync(counter);

        Assert.Null(filed.PurchaseId);
        Assert.Equal(new[] { counter, others }.Order(), seen.Select(each => each.Id).Order());
        Assert.Equal(HttpStatusCode.Forbidden, byTourist.StatusCode);
        Assert.Equal("unknown-purchase", await strangers.Code());
        Assert.Equal((counter, merchant, "agreed"), (attached.PurchaseId, attached.MerchantId, attached.State));
        Assert.Equal("approved", (await complaints.Compensation(filed.Id)).State);
        Assert.Contains(
            await @operator.Get<List<Evidence.EvidenceResponse>>($"/v1/evidence/{filed.Id}"),
            item => item.Kind == "purchase");
        Assert.Equal("already-decided", await twice.Code());
        Assert.True((await @operator.Get<HistoryResponse>($"/v1/cases/{filed.Id}/history")).Intact);

        Task<HttpResponseMessage> AttachAsync(Guid purchase) =>
            @operator.PostAsync($"/v1/cases/{filed.Id}/purchase", new { purchaseId = purchase });
    }

    [Fact]
    public async Task Who_attached_a_purchase_does_not_approve_its_money_alone()
    {
        var merchant = await complaints.Merchant();
        var booking = await complaints.Booking(null, merchant, guestKey: KeyOf("13879800078"));
        var finder = complaints.As("operator");
        var filed = await ComplaintsFixture.File(
            complaints.As("tourist"), ComplaintsFixture.Complaint(phone: "13879800078", on: Yesterday));
        await ComplaintsFixture.Do(finder, filed.Id, "purchase", new { purchaseId = booking });
        foreach (var step in (string[])["acknowledge", "accept", "ask-merchant"])
        {
            await ComplaintsFixture.Do(finder, filed.Id, step);
        }

        await ComplaintsFixture.Do(
            complaints.As("merchant", merchant: merchant), filed.Id, "answer", new { answer = "contest" });
        await ComplaintsFixture.Find(complaints.As("operator"), filed.Id);
        var asked = await (await finder.PostAsync($"/v1/compensations/of-case/{filed.Id}", new { }))
            .Body<CompensationResponse>();

        var alone = await (await finder.PostAsync($"/v1/compensations/{asked.Id}/approve", new { }))
            .Body<CompensationResponse>();

        Assert.Equal(("eligible", true), (alone.State, alone.SecondPersonNeeded));
    }

    [Fact]
    public async Task Somebody_elses_booking_cannot_be_complained_about()
    {
        var booking = await complaints.Booking(Guid.CreateVersion7(), await complaints.Merchant());

        var refused = await complaints.As("tourist").PostAsync("/v1/cases", ComplaintsFixture.Complaint(booking));

        Assert.Equal("unknown-purchase", await refused.Code());
    }

    [Fact]
    public async Task Ninety_days_after_the_contract_a_tourist_is_too_late_and_an_operator_needs_a_reason()
    {
        var longAgo = DateOnly.FromDateTime(complaints.Now.AddDays(-120).DateTime);

        var refused = await complaints.As("tourist").PostAsync("/v1/cases", ComplaintsFixture.Complaint(on: longAgo));

        Assert.Equal("filed-too-late", await refused.Code());
        Assert.Equal("filed-too-late", await (await complaints.As("operator").PostAsync(
            "/v1/cases", Late(reason: null))).Code());
        var taken = await ComplaintsFixture.File(complaints.As("operator"), Late("住院两个月"));
        var history = await complaints.As("admin").Get<HistoryResponse>($"/v1/cases/{taken.Id}/history");
        Assert.EndsWith("late: 住院两个月", history.Lines[0].Detail, StringComparison.Ordinal);

        object Late(string? reason) => new
        {
            category = "ticket", facts = "窑址关门没人接待", remedy = "退票", claimedFen = 100, phone = "13879800008",
            channel = "phone", happenedOn = longAgo, late = reason,
        };
    }

    [Fact]
    public async Task The_status_page_answers_to_number_and_phone_and_shuts_to_a_guesser()
    {
        var (_, filed) = await complaints.Filed();
        using var caller = complaints.Anonymous();

        Assert.Equal("submitted", (await (await StatusAsync("13879800001")).Body<CaseStatusResponse>()).State);
        for (var guess = 0; guess < 5; guess++) Assert.Equal(HttpStatusCode.NotFound,
            (await StatusAsync($"1390000000{guess}")).StatusCode);
        var shut = await StatusAsync("13879800001");

        Assert.Equal(("too-many-guesses", HttpStatusCode.TooManyRequests), (await shut.Code(), shut.StatusCode));
        Assert.NotNull(shut.Headers.RetryAfter);

        async Task<HttpResponseMessage> StatusAsync(string phone)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"/v1/cases/status/{filed.Number}",
                UriKind.Relative));
            request.Headers.Add("Case-Phone", phone);
            return await caller.SendAsync(request);
        }
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Fifty_guesses_at_once_are_no_more_than_five_one_after_the_other(bool guarded)
    {
        var office = await ComplaintsFixture.With(("Guards:GuessLock", $"{guarded}"));
        var (_, filed) = await office.Filed();
        using var caller = office.Anonymous();

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(async guess =>
        {
            using var request = new HttpRequestMessage(
                HttpMethod.Get, new Uri($"/v1/cases/status/{filed.Number}", UriKind.Relative));
            request.Headers.Add("Case-Phone", $"139000000{guess:00}");
            return (await caller.SendAsync(request)).StatusCode;
        }));

        var judged = answers.Count(answer => answer == HttpStatusCode.NotFound);
        Assert.True(guarded ? judged == 5 : judged > 5, $"{judged} of fifty were judged");
        await office.DisposeAsync();
    }

    [Fact]
    public async Task Behind_the_gateway_a_guesser_shuts_the_page_to_themselves_alone()
    {
        using var gateway = complaints.Anonymous();
        var statuses = new List<HttpStatusCode>();
        for (var turn = 0; turn < 21; turn++)
        {
            // Another case each time: no single number is shut.
            statuses.Add(await GuessAsync((await complaints.Filed()).Case.Number, "203.0.113.9"));
        }

        var other = await GuessAsync((await complaints.Filed()).Case.Number, "203.0.113.10");

        Assert.Equal(HttpStatusCode.TooManyRequests, statuses[^1]);
        Assert.Equal(HttpStatusCode.NotFound, statuses[^2]);
        Assert.Equal(HttpStatusCode.NotFound, other);

        async Task<HttpStatusCode> GuessAsync(string number, string address)
        {
            using var request = new HttpRequestMessage(
                HttpMethod.Get, new Uri($"/v1/cases/status/{number}", UriKind.Relative));
            request.Headers.Add("Case-Phone", "13911112222");
            request.Headers.Add("X-Forwarded-For", address);
            return (await gateway.SendAsync(request)).StatusCode;
        }
    }

    [Fact]
    public async Task A_wrong_guess_is_forgotten_after_a_day()
    {
        var now = TimeProvider.System.GetUtcNow();
        var (old, young) = (Guess(now.AddDays(-2)), Guess(now.AddHours(-2)));
        await complaints.Save(old, young);

        await using (var scope = complaints.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetServices<Microsoft.Extensions.Hosting.IHostedService>()
                .OfType<SweepGuessesJob>().Single().RunOnceAsync(scope.ServiceProvider, CancellationToken.None);
        }

        Assert.Equal([young.Id], await complaints.Read(db => db.StatusAttempts
            .Where(row => row.Id == old.Id || row.Id == young.Id).Select(row => row.Id).ToListAsync()));

        static StatusAttempt Guess(DateTimeOffset at) =>
            new() { Id = Guid.CreateVersion7(), Subject = "address 203.0.113.99", At = at };
    }

    [Fact]
    public async Task A_file_is_what_its_first_bytes_say_and_its_hash_is_on_the_record()
    {
        var (account, filed) = await complaints.Filed();
        var tourist = complaints.As("tourist", account);
        byte[] photo = [0xFF, 0xD8, 0xFF, 0xE0, .. Enumerable.Repeat((byte)7, 2_000_000)];

        var script = await tourist.PostAsync($"/v1/evidence/{filed.Id}?name=photo.jpg",
            "<script>alert(1)</script>"u8.ToArray());
        var added = await (await tourist.PostAsync($"/v1/evidence/{filed.Id}?name=关门.jpg", photo))
            .Body<EvidenceResponse>();
        var back = await tourist.GetAsync($"/v1/evidence/{filed.Id}/{added.Id}");
        var stranger = await complaints.As("tourist").GetAsync($"/v1/evidence/{filed.Id}/{added.Id}");

        Assert.Equal("unknown-file", await script.Code());
        Assert.Equal(("image/jpeg", photo.Length), (added.MediaType, added.Bytes));
        Assert.Equal(photo, await back.Content.ReadAsByteArrayAsync());
        Assert.Equal(HttpStatusCode.NotFound, stranger.StatusCode);
        var history = await tourist.Get<HistoryResponse>($"/v1/cases/{filed.Id}/history");
        Assert.Contains(history.Lines, line => line.What == "evidence" && line.Detail.EndsWith(added.Sha256!,
            StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cases_are_found_by_Chinese_and_by_English_words()
    {
        var account = Guid.CreateVersion7();
        var booking = await complaints.Booking(account, await complaints.Merchant());
        var filed = await ComplaintsFixture.File(complaints.As("tourist", account), ComplaintsFixture.Complaint(
            booking, facts: "陶瓷体验课缩水一半，老师没来 workshop lessons were cut short"));
        var staff = complaints.As("operator");

        Assert.Contains(filed.Id, await FoundAsync("体验课缩水"));
        Assert.Contains(filed.Id, await FoundAsync("lesson"));
        Assert.Contains(filed.Id, await FoundAsync(filed.Number));
        Assert.DoesNotContain(filed.Id, await FoundAsync("民宿漏水"));

        async Task<List<Guid>> FoundAsync(string text) =>
            (await staff.Get<List<CaseLineResponse>>($"/v1/cases/search?text={Uri.EscapeDataString(text)}"))
                .ConvertAll(line => line.Id);
    }

    [Fact]
    public async Task A_repeated_claimant_is_flagged_and_left_to_people()
    {
        var merchant = await complaints.Merchant(ComplaintsFixture.ClosedVenue);
        var account = Guid.CreateVersion7();
        var tourist = complaints.As("tourist", account);
        for (var turn = 0; turn < 3; turn++)
        {
            await ComplaintsFixture.File(tourist, ComplaintsFixture.Complaint(await complaints.Booking(account,
                merchant)));
        }

        var filed = await ComplaintsFixture.File(tourist, ComplaintsFixture.Complaint(await complaints.Booking(account,
            merchant, closed: true)));

        Assert.Equal("submitted", filed.State);
        Assert.Contains("repeated-claimant", (await complaints.As("admin")
            .Get<StaffCaseResponse>($"/v1/cases/{filed.Id}/file")).Flags);
    }

    [Fact]
    public async Task A_forgotten_claimant_is_gone_from_the_case_and_its_history_still_holds()
    {
        var (account, filed) = await complaints.Filed();
        await ComplaintsFixture.Do(complaints.As("operator"), filed.Id, "notes", new { because = "电话打不通" });
        byte[] photo = [0xFF, 0xD8, 0xFF, 0xE0];
        var added = await (await complaints.As("tourist", account).PostAsync(
            $"/v1/evidence/{filed.Id}?name=王小明.jpg", photo)).Body<EvidenceResponse>();

        await complaints.Deliver(new Contracts.Identity.V1.AccountDeleted(account));

        var admin = complaints.As("admin");
        var file = await admin.Get<StaffCaseResponse>($"/v1/cases/{filed.Id}/file");
        var history = await admin.Get<HistoryResponse>($"/v1/cases/{filed.Id}/history");
        Assert.Null(file.Contact);
        Assert.Empty(file.Case.Facts);
        Assert.True(history.Intact);
        Assert.All(history.Lines, line => Assert.Null(line.Text));
        Assert.Equal(HttpStatusCode.NotFound, (await admin.GetAsync($"/v1/evidence/{filed.Id}/{added.Id}")).StatusCode);
        var kept = (await admin.Get<List<EvidenceResponse>>($"/v1/evidence/{filed.Id}"))
            .Single(row => row.Id == added.Id);
        Assert.Equal(("", added.Sha256), (kept.Content, kept.Sha256));
        Assert.Empty(await complaints.Read(db => db.Cases.Where(row => row.Id == filed.Id)
            .Select(row => row.PhoneHash).SingleAsync()));
    }

    [Fact]
    public async Task The_service_itself_cannot_change_or_delete_a_line_of_a_history()
    {
        await complaints.Filed();

        var change = await Record.ExceptionAsync(() => complaints.Read(db =>
            db.Database.ExecuteSqlRawAsync("UPDATE case_events SET actor = 'nobody'")));
        var delete = await Record.ExceptionAsync(() => complaints.Read(db =>
            db.Database.ExecuteSqlRawAsync("DELETE FROM case_events")));

        Assert.All([change, delete], fault => Assert.Equal("42501", Assert.IsType<Npgsql.PostgresException>(fault)
            .SqlState));
    }

    private DateOnly Yesterday => DateOnly.FromDateTime(
        complaints.Now.AddDays(-1).ToOffset(TimeSpan.FromHours(8)).DateTime);

    private string KeyOf(string phone) => Convert.ToHexString(
        complaints.Services.GetRequiredService<PersonalDataVault>().GuestKey(phone));
}

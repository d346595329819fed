using Jingdezhen.Tourism.Complaints.Surveys;
using Jingdezhen.Tourism.Contracts.Complaints.V1;
using Microsoft.Extensions.DependencyInjection;

namespace Jingdezhen.Tourism.Complaints.Tests.Surveys;

public sealed class SurveyTests(ComplaintsFixture complaints) : IClassFixture<ComplaintsFixture>
{
    [Theory]
    [InlineData(91, 100, 0.8377, 0.9519), InlineData(0, 10, 0, 0.2775), InlineData(10, 10, 0.7225, 1),
        InlineData(0, 0, 0, 1)]
    public void The_interval_is_Wilsons(int satisfied, int answered, double low, double high)
    {
        var interval = Wilson.Interval(satisfied, answered);

        Assert.Equal(low, interval.Low, 4);
        Assert.Equal(high, interval.High, 4);
    }

    [Fact]
    public async Task A_closed_case_asks_once_and_the_answer_counts_with_its_interval()
    {
        var merchant = await complaints.Merchant(ComplaintsFixture.ClosedVenue);
        foreach (var score in (int?[])[5, 4, 3, 5, null])
        {
            var account = Guid.CreateVersion7();
            var tourist = complaints.As("tourist", account);
            var booking = await complaints.Booking(account, merchant, closed: true);
            var filed = await ComplaintsFixture.File(tourist, ComplaintsFixture.Complaint(booking));
            await complaints.PaidOut(filed.Id);
            var survey = Assert.Single(await tourist.Get<List<SurveyResponse>>("/v1/surveys/mine"));
            if (score is null) continue;

            await (await tourist.PostAsync($"/v1/surveys/{survey.Id}/answer", new { score, comment = "处理很快" }))
                .Body<SurveyResponse>();
            Assert.Equal("already-answered", await (await tourist.PostAsync($"/v1/surveys/{survey.Id}/answer",
                new { score })).Code());
            await complaints.Published<SurveyAnswered>(message => message.SubjectId == filed.Id
                && message.Score == score);
        }

        var today = DateOnly.FromDateTime(complaints.Now.ToOffset(TimeSpan.FromHours(8)).DateTime);
        var rate = await complaints.As("admin").Get<SatisfactionResponse>(
            $"/v1/surveys/satisfaction?from={today:yyyy-MM-dd}&to={today.AddDays(1):yyyy-MM-dd}&merchant={merchant}");
        Assert.Equal((5, 4, 3, 0.75), (rate.Opened, rate.Answered, rate.Satisfied, rate.Rate));
        Assert.InRange(rate.Low!.Value, 0.30, 0.31);
        Assert.InRange(rate.High!.Value, 0.95, 0.96);
    }

    [Fact]
    public async Task Without_an_account_a_survey_is_answered_by_number_and_phone_and_guarded_as_the_status_page_is()
    {
        var @operator = complaints.As("operator");
        var filed = await ComplaintsFixture.File(@operator, ComplaintsFixture.Complaint(phone: "13955550001"));
        foreach (var step in (string[])["acknowledge", "accept"]) await ComplaintsFixture.Do(@operator, filed.Id, step);
        var early = await AnswerAsync("13955550001");
        foreach (var step in (string[])["agree", "close"]) await ComplaintsFixture.Do(@operator, filed.Id, step);

        var answered = await (await AnswerAsync("13955550001")).Body<SurveyResponse>();
        var again = await AnswerAsync("13955550001");
        for (var guess = 0; guess < 5; guess++)
        {
            Assert.Equal(System.Net.HttpStatusCode.NotFound, (await AnswerAsync($"1390000000{guess}")).StatusCode);
        }

        var shut = await AnswerAsync("13955550001");

        Assert.Equal(System.Net.HttpStatusCode.NotFound, early.StatusCode);
        Assert.Equal((5, filed.Id), (answered.Score, answered.SubjectId));
        Assert.Equal("already-answered", await again.Code());
        Assert.Equal("too-many-guesses", await shut.Code());
        await complaints.Published<SurveyAnswered>(message => message.SubjectId == filed.Id && message.Score == 5);

        async Task<HttpResponseMessage> AnswerAsync(string phone)
        {
            using var caller = complaints.Anonymous();
            caller.DefaultRequestHeaders.Add("Case-Phone", phone);
            return await caller.PostAsync($"/v1/surveys/by-case/{filed.Number}", new { score = 5 });
        }
    }

    [Fact]
    public async Task Whoever_used_the_headset_is_asked_a_day_later_once_and_the_answer_tells_its_kind()
    {
        var (account, merchant) = (Guid.CreateVersion7(), await complaints.Merchant());
        var booking = await complaints.Booking(account, merchant);
        var used = Redeemed(booking, merchant, "vr");
        await complaints.Deliver(used, times: 2, occurredAt: complaints.Now);
        await complaints.Deliver(used with { UnitItemId = Guid.CreateVersion7() }, occurredAt: complaints.Now);
        var kiln = await complaints.Booking(account, merchant);
        await complaints.Deliver(Redeemed(kiln, merchant, "kiln"), occurredAt: complaints.Now);

        await OpenAsync(complaints.Now.AddHours(23));
        var early = await complaints.As("tourist", account).Get<List<SurveyResponse>>("/v1/surveys/mine");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OpenAsync(complaints.Now.AddHours(25))));
        var survey = Assert.Single(
            await complaints.As("tourist", account).Get<List<SurveyResponse>>("/v1/surveys/mine"));
        await (await complaints.As("tourist", account).PostAsync($"/v1/surveys/{survey.Id}/answer", new { score = 5 }))
            .Body<SurveyResponse>();

        Assert.Empty(early);
        Assert.Equal(("experience", booking), (survey.Subject, survey.SubjectId));
        await complaints.Published<SurveyOpened>(message => message.SubjectId == booking
            && message is { Subject: "experience", ProductKind: "vr", County: "Zhushan" });
        await complaints.Published<SurveyAnswered>(message => message.SubjectId == booking
            && message is { Subject: "experience", ProductKind: "vr", Score: 5 });
    }

    private static Contracts.Bookings.V1.TicketRedeemed Redeemed(Guid booking, Guid merchant, string kind) => new(
        booking, Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), merchant, "ancient-kiln-expo",
        "Zhushan", kind, "app", null, null, null, "CN", null, 1, false, TimeProvider.System.GetUtcNow());

    private async Task OpenAsync(DateTimeOffset moment)
    {
        await using var scope = complaints.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<OpenSurveys>().RunAsync(moment, CancellationToken.None);
    }
}

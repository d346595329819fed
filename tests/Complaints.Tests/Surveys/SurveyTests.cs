using Jingdezhen.Tourism.Complaints.Surveys;
using Jingdezhen.Tourism.Contracts.Complaints.V1;

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
}

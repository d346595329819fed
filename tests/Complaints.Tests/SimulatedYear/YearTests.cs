using System.Collections.Concurrent;
using Jingdezhen.Tourism.Complaints.Compensations;
using Jingdezhen.Tourism.Complaints.Fund;
using Jingdezhen.Tourism.Complaints.Recourses;
using Jingdezhen.Tourism.Complaints.Surveys;
using Jingdezhen.Tourism.Complaints.Warnings;
using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Platform.Messaging;
using Jingdezhen.Tourism.Testing;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Complaints.Tests.SimulatedYear;

/// <summary>
/// A seeded year of complaints through the API, in waves of one evening each; the generator writes down what must come
/// out,
/// and the summaries must say exactly that.
/// </summary>
public sealed class YearTests(ComplaintsFixture complaints) : IClassFixture<ComplaintsFixture>
{
    private const int Wave = 60;

    private sealed record Plan(
        string Kind, bool LateAcknowledge, bool LateAccept, bool LatePayout, int? Score, bool Repays, long PaidFen)
    {
        public Guid Account { get; } = Guid.CreateVersion7();
        public Guid Booking { get; } = Guid.CreateVersion7();
        public bool Paid => Kind is "clear" or "contested";
        public bool ByHand => Kind != "clear";

        /// <summary>Steps that come after their fast clock; what is by rule is never late.</summary>
        public int Breaches => (ByHand && LateAcknowledge ? 1 : 0)
            + (ByHand && Kind != "withdrawn" && LateAccept && !IsDeclined ? 1 : 0) + (Paid && LatePayout ? 1 : 0);

        private bool IsDeclined => Kind is "declined" or "duplicate";
    }

    [Fact]
    public Task Two_waves_of_complaints_come_out_as_the_generator_wrote_them() => LiveAsync(2 * Wave);

    [Fact, Trait("Category", "Long")]
    public async Task Three_thousand_cases_of_a_year_come_out_as_the_generator_wrote_them()
    {
        var own = new ComplaintsFixture();
        await own.InitializeAsync();
        await new YearTests(own).LiveAsync(3_000);
        await own.DisposeAsync();
    }

    private async Task LiveAsync(int cases)
    {
        var random = new Random(2026);
        var (consenting, other) = (await complaints.Merchant(ComplaintsFixture.ClosedVenue),
            await complaints.Merchant());
        var plans = Enumerable.Range(0, cases).Select(_ => Draw(random)).ToList();
        var first = DayOf(complaints.Now);
        foreach (var wave in plans.Chunk(Wave))
        {
            await LiveAsync(wave, consenting, other);
            complaints.Clock.Advance(TimeSpan.FromDays(365.0 * Wave / 3_000) - TimeSpan.FromHours(6));
        }

        var last = DayOf(complaints.Now).AddDays(1);
        var admin = complaints.As("admin");
        var period = $"from={first:yyyy-MM-dd}&to={last:yyyy-MM-dd}";
        var figures = await admin.Get<CaseFiguresResponse>($"/v1/cases/figures?{period}");
        var satisfaction = await admin.Get<SatisfactionResponse>($"/v1/surveys/satisfaction?{period}");
        var recovery = await admin.Get<RecoveryResponse>("/v1/recourse/figures");
        var fund = await admin.Get<FundResponse>("/v1/fund");
        var paid = plans.Where(plan => plan.Paid).ToList();
        var repaid = paid.Where(plan => plan.Repays).Sum(plan => plan.PaidFen);

        Assert.Equal(
            (cases, plans.Count(plan => plan.Kind is not ("withdrawn" or "duplicate")), Count("withdrawn"),
                Count("duplicate")),
            (figures.Filed, figures.Counting, figures.Withdrawn, figures.Duplicates));
        Assert.Equal((paid.Count, paid.Sum(plan => plan.PaidFen)), (figures.Compensations, figures.PaidFen));
        Assert.Equal(plans.Sum(plan => plan.Breaches), figures.ClocksBreached);
        Assert.Equal(
            (paid.Count(plan => plan.Score is not null), paid.Count(plan => plan.Score >= 4)),
            (satisfaction.Answered, satisfaction.Satisfied));
        Assert.Equal((paid.Count, repaid), (recovery.Debts, recovery.RecoveredFen));
        Assert.Equal(
            (ComplaintsFixture.OpeningFen - paid.Sum(plan => plan.PaidFen) + repaid, true),
                (fund.BalanceFen, fund.Balanced));

        int Count(string kind) => plans.Count(plan => plan.Kind == kind);
    }

    // One evening: what is in time first, what is late after its due time.
    private async Task LiveAsync(Plan[] wave, Guid consenting, Guid other)
    {
        await SellAsync(wave, consenting, other);
        var ids = new ConcurrentDictionary<Plan, Guid>();
        var (first, second) = (complaints.As("operator"), complaints.As("operator"));
        await Each(wave, async plan => ids[plan] = (await ComplaintsFixture.File(
            complaints.As("tourist", plan.Account), ComplaintsFixture.Complaint(plan.Booking, plan.PaidFen))).Id);

        complaints.Clock.Advance(TimeSpan.FromMinutes(1));
        await Acknowledge(late: false);
        complaints.Clock.Advance(TimeSpan.FromMinutes(9));
        await Acknowledge(late: true);
        complaints.Clock.Advance(TimeSpan.FromMinutes(5));
        await Each(wave.Where(plan => plan.Kind is "withdrawn" or "declined" or "duplicate"), plan =>
            plan.Kind == "withdrawn"
            ? ComplaintsFixture.Do(complaints.As("tourist", plan.Account), ids[plan], "withdraw")
            : ComplaintsFixture.Do(first, ids[plan], "decline",
                new { because = "不属于受理范围", duplicate = plan.Kind == "duplicate" }));
        await PayOutAsync(wave.Where(plan => plan is { Kind: "clear", LatePayout: false }), ids);
        complaints.Clock.Advance(TimeSpan.FromMinutes(20));
        await PayOutAsync(wave.Where(plan => plan is { Kind: "clear", LatePayout: true }), ids);
        await Accept(late: false);
        complaints.Clock.Advance(TimeSpan.FromMinutes(60));
        await Accept(late: true);

        var contested = wave.Where(plan => plan.Kind == "contested").ToList();
        await Each(contested, async plan =>
        {
            await ComplaintsFixture.Find(first, ids[plan]);
            await ComplaintsFixture.Do(first, ids[plan], "ask-merchant");
            await ComplaintsFixture.Do(complaints.As("merchant", merchant: other), ids[plan], "answer",
                new { answer = "contest" });
            foreach (var asked in await first.Get<List<CompensationResponse>>($"/v1/compensations/of-case/{ids[plan]}"))
            {
                if (asked.State != "eligible") continue;
                await first.PostAsync($"/v1/compensations/{asked.Id}/approve");
                await second.PostAsync($"/v1/compensations/{asked.Id}/approve");
            }
        });
        complaints.Clock.Advance(TimeSpan.FromMinutes(10));
        await PayOutAsync(contested.Where(plan => !plan.LatePayout), ids);
        complaints.Clock.Advance(TimeSpan.FromMinutes(30));
        await PayOutAsync(contested.Where(plan => plan.LatePayout), ids);
        await Each(wave.Where(plan => plan.Paid && plan.Score is not null), async plan =>
        {
            var tourist = complaints.As("tourist", plan.Account);
            var survey = Assert.Single(await tourist.Get<List<SurveyResponse>>("/v1/surveys/mine"));
            await (await tourist.PostAsync($"/v1/surveys/{survey.Id}/answer", new { score = plan.Score }))
                .Body<SurveyResponse>();
        });
        await RepayAsync(wave.Where(plan => plan.Paid && plan.Repays).ToList(), ids);

        Task Acknowledge(bool late) => Each(wave.Where(plan => plan.ByHand && plan.LateAcknowledge == late),
            plan => ComplaintsFixture.Do(first, ids[plan], "acknowledge"));

        Task Accept(bool late) => Each(wave.Where(plan => plan.Kind == "contested" && plan.LateAccept == late),
            plan => ComplaintsFixture.Do(first, ids[plan], "accept"));
    }

    private async Task SellAsync(Plan[] wave, Guid consenting, Guid other)
    {
        var starts = complaints.Now.AddDays(-1);
        await PublishAsync(wave.SelectMany(plan =>
        {
            var (slot, product) = (Guid.CreateVersion7(), Guid.CreateVersion7());
            var merchant = plan.Kind == "clear" ? consenting : other;
            return (object[])
            [
                new BookingConfirmed(
                    plan.Booking, null, plan.Account, product, Guid.CreateVersion7(), slot, merchant, "v", "Zhushan",
                        "kiln", false,
                    "app", null, null, null, "CN", new Dictionary<string, int>(), 1, 1, plan.PaidFen, "CNY", "payment",
                        starts,
                    starts.AddHours(2), starts),
                new AvailabilityChanged(
                    slot, product, Guid.CreateVersion7(), merchant, "v", starts, starts.AddHours(2),
                    plan.Kind == "clear" ? "CLOSED" : "AVAILABLE", 1, 0, 2),
            ];
        }));
        var ids = wave.Select(plan => plan.Booking).ToList();
        await Eventually.Equal(
            wave.Length, () => complaints.Read(db => db.Purchases.CountAsync(row => ids.Contains(row.Id)
                && db.Slots.Any(slot => slot.Id == row.SlotId))), TimeSpan.FromSeconds(60));
    }

    private async Task PayOutAsync(IEnumerable<Plan> plans, ConcurrentDictionary<Plan, Guid> ids)
    {
        var cases = plans.Select(plan => ids[plan]).ToList();
        var approved = await complaints.Read(db => db.Compensations.AsNoTracking()
            .Where(row => cases.Contains(row.CaseId) && row.State == CompensationState.Approved).ToListAsync());
        await PublishAsync(approved.Select(row => new PayoutSettled(
            Guid.CreateVersion7(), row.PayoutKey, "compensation", row.CaseId, row.PayeeId, row.AmountFen, "CNY",
                complaints.Now)));
        await Eventually.Equal(
            cases.Count, () => complaints.Read(db => db.Compensations.CountAsync(row => cases.Contains(row.CaseId)
                && row.State == CompensationState.Paid)), TimeSpan.FromSeconds(60));
    }

    private async Task RepayAsync(List<Plan> plans, ConcurrentDictionary<Plan, Guid> ids)
    {
        var cases = plans.ConvertAll(plan => ids[plan]);
        var owed = await complaints.Read(db => db.Recourses.AsNoTracking().Where(row => cases.Contains(row.CaseId))
            .ToListAsync());
        await PublishAsync(owed.Select(row => new PaymentCaptured(
            Guid.CreateVersion7(), $"{row.Id}", "recourse", row.Id, row.AmountFen, "CNY", "sandbox", complaints.Now,
                false)));
        await Eventually.Equal(
            cases.Count, () => complaints.Read(db => db.Recourses.CountAsync(row => cases.Contains(row.CaseId)
                && row.State == RecourseState.Repaid)), TimeSpan.FromSeconds(60));
    }

    private static Plan Draw(Random random)
    {
        var roll = random.Next(100);
        var kind = roll < 35 ? "clear" : roll < 75 ? "contested" : roll < 85 ? "declined" : roll < 92 ? "withdrawn"
            : "duplicate";
        int? score = random.Next(100) < 80 ? random.Next(100) < 91 ? random.Next(4, 6) : random.Next(1, 4) : null;
        return new(
            kind, random.Next(10) == 0, random.Next(10) == 0, random.Next(10) == 0, score, random.Next(10) < 9,
            1_000 * random.Next(8, 49));
    }

    private Task<int> PublishAsync(IEnumerable<object> messages) => complaints.Read(db =>
    {
        foreach (var message in messages) Outbox.Publish(db, message);
        return db.SaveChangesAsync();
    });

    private static Task Each(IEnumerable<Plan> plans, Func<Plan, Task> act) => Parallel.ForEachAsync(
        plans, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (plan, _) => await act(plan));

    private static DateOnly DayOf(DateTimeOffset moment) => DateOnly.FromDateTime(
        moment.ToOffset(TimeSpan.FromHours(8)).DateTime);
}

using System.Collections.Concurrent;
using Jingdezhen.Tourism.Complaints.Cases;
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
/// out, and the summaries must say exactly that: of the whole, of every month, of every category and of every merchant.
/// </summary>
public sealed class YearTests : IAsyncLifetime
{
    private const int Wave = 60;
    private const int Merchants = 4;
    private static readonly string[] Categories = [.. Case.Categories];

    // One for each test: its clock begins with the database's, by which deadlines are swept.
    private readonly ComplaintsFixture _complaints = new();

    private sealed record Plan(
        string Kind, bool LateAcknowledge, bool LateAccept, bool LatePayout, int? Score, bool Repays, long PaidFen,
        string Category, int Seller)
    {
        public Guid Account { get; } = Guid.CreateVersion7();
        public Guid Booking { get; } = Guid.CreateVersion7();
        public bool Paid => Kind is "clear" or "contested";
        public bool ByHand => Kind != "clear";

        /// <summary>Of the merchants who consented, or of the others.</summary>
        public Guid Merchant { get; set; }

        public DateOnly FiledOn { get; set; }
        public DateOnly AskedOn { get; set; }

        // Each is one of a kind, whatever it learns.
        public bool Equals(Plan? other) => ReferenceEquals(this, other);
        public override int GetHashCode() => Booking.GetHashCode();

        /// <summary>Steps that come after their fast clock; what is by rule is never late.</summary>
        public int Breaches => (ByHand && LateAcknowledge ? 1 : 0)
            + (ByHand && Kind != "withdrawn" && LateAccept && !IsDeclined ? 1 : 0) + (Paid && LatePayout ? 1 : 0);

        private bool IsDeclined => Kind is "declined" or "duplicate";
    }

    [Fact, Trait("Category", "Long")]
    public Task Two_waves_of_complaints_come_out_as_the_generator_wrote_them() => LiveAsync(2 * Wave);

    [Fact, Trait("Category", "Long")]
    public Task Three_thousand_cases_of_a_year_come_out_as_the_generator_wrote_them() => LiveAsync(3_000);

    public Task InitializeAsync() => _complaints.InitializeAsync();

    public Task DisposeAsync() => _complaints.DisposeAsync();

    private async Task LiveAsync(int cases)
    {
        var random = new Random(2026);
        var (consenting, others) = (new Guid[Merchants], new Guid[Merchants]);
        for (var seller = 0; seller < Merchants; seller++)
        {
            consenting[seller] = await _complaints.Merchant(ComplaintsFixture.ClosedVenue);
            others[seller] = await _complaints.Merchant();
        }

        var plans = Enumerable.Range(0, cases).Select(_ => Draw(random)).ToList();
        foreach (var plan in plans) plan.Merchant = (plan.Kind == "clear" ? consenting : others)[plan.Seller];
        var first = DayOf(_complaints.Now);
        foreach (var wave in plans.Chunk(Wave))
        {
            await LiveAsync(wave);
            _complaints.Clock.Advance(TimeSpan.FromDays(365.0 * Wave / 3_000) - TimeSpan.FromHours(6));
        }

        var end = DayOf(_complaints.Now).AddDays(1);
        await JudgeAsync(plans, first, end, "");
        for (var month = new DateOnly(first.Year, first.Month, 1); month < end; month = month.AddMonths(1))
        {
            await JudgeAsync(plans, month, month.AddMonths(1), "");
        }

        foreach (var category in Categories)
        {
            await JudgeAsync(plans.FindAll(plan => plan.Category == category), first, end, $"&category={category}");
        }

        foreach (var merchant in consenting.Concat(others))
        {
            await JudgeAsync(plans.FindAll(plan => plan.Merchant == merchant), first, end, $"&merchant={merchant}");
        }

        await JudgeMoneyAsync(plans, consenting.Concat(others));
    }

    private async Task JudgeAsync(List<Plan> plans, DateOnly from, DateOnly to, string of)
    {
        var (admin, period) = (_complaints.As("admin"), $"from={from:yyyy-MM-dd}&to={to:yyyy-MM-dd}{of}");
        var figures = await admin.Get<CaseFiguresResponse>($"/v1/cases/figures?{period}");
        var satisfaction = await admin.Get<SatisfactionResponse>($"/v1/surveys/satisfaction?{period}");

        var filed = plans.FindAll(plan => plan.FiledOn >= from && plan.FiledOn < to);
        var paid = filed.FindAll(plan => plan.Paid);
        var asked = plans.FindAll(plan => plan.Paid && plan.AskedOn >= from && plan.AskedOn < to);
        Assert.Equal(
            new CaseFiguresResponse(
                filed.Count, filed.Count(plan => plan.Kind is not ("withdrawn" or "duplicate")), Count("withdrawn"),
                Count("duplicate"), paid.Count, filed.Count(plan => plan.Breaches > 0), figures.ClocksMet,
                filed.Sum(plan => plan.Breaches), paid.Count, paid.Sum(plan => plan.PaidFen), figures.Repeated),
            figures);
        Assert.Equal(
            (asked.Count, asked.Count(plan => plan.Score is not null), asked.Count(plan => plan.Score >= 4)),
            (satisfaction.Opened, satisfaction.Answered, satisfaction.Satisfied));

        int Count(string kind) => filed.Count(plan => plan.Kind == kind);
    }

    private async Task JudgeMoneyAsync(List<Plan> plans, IEnumerable<Guid> merchants)
    {
        var admin = _complaints.As("admin");
        var fund = await admin.Get<FundResponse>("/v1/fund");
        var paid = plans.FindAll(plan => plan.Paid);
        var (spent, repaid) = (Sum(paid), Sum(paid.FindAll(plan => plan.Repays)));
        Assert.Equal(
            new FundResponse(
                ComplaintsFixture.OpeningFen - spent + repaid, 0, spent, ComplaintsFixture.OpeningFen, spent - repaid,
                repaid, 0, Balanced: true),
            fund);
        foreach (var merchant in merchants)
        {
            var recovery = await admin.Get<RecoveryResponse>($"/v1/recourse/figures?merchant={merchant}");
            var debts = paid.FindAll(plan => plan.Merchant == merchant);
            Assert.Equal(
                (debts.Count, Sum(debts), Sum(debts.FindAll(plan => plan.Repays))),
                (recovery.Debts, recovery.OwedFen, recovery.RecoveredFen));
        }

        static long Sum(List<Plan> some) => some.Sum(plan => plan.PaidFen);
    }

    // One evening: what is in time first, what is late after its due time.
    private async Task LiveAsync(Plan[] wave)
    {
        await SellAsync(wave);
        var ids = new ConcurrentDictionary<Plan, Guid>();
        var (first, second) = (_complaints.As("operator"), _complaints.As("operator"));
        await Each(wave, async plan =>
        {
            plan.FiledOn = DayOf(_complaints.Now);
            ids[plan] = (await ComplaintsFixture.File(
                _complaints.As("tourist", plan.Account),
                ComplaintsFixture.Complaint(plan.Booking, plan.PaidFen, category: plan.Category))).Id;
        });

        _complaints.Clock.Advance(TimeSpan.FromMinutes(1));
        await Acknowledge(late: false);
        _complaints.Clock.Advance(TimeSpan.FromMinutes(9));
        await Acknowledge(late: true);
        _complaints.Clock.Advance(TimeSpan.FromMinutes(5));
        await Each(wave.Where(plan => plan.Kind is "withdrawn" or "declined" or "duplicate"), plan =>
            plan.Kind == "withdrawn"
            ? ComplaintsFixture.Do(_complaints.As("tourist", plan.Account), ids[plan], "withdraw")
            : ComplaintsFixture.Do(first, ids[plan], "decline",
                new { because = "不属于受理范围", duplicate = plan.Kind == "duplicate" }));
        await PayOutAsync(wave.Where(plan => plan is { Kind: "clear", LatePayout: false }), ids);
        _complaints.Clock.Advance(TimeSpan.FromMinutes(20));
        await PayOutAsync(wave.Where(plan => plan is { Kind: "clear", LatePayout: true }), ids);
        await Accept(late: false);
        _complaints.Clock.Advance(TimeSpan.FromMinutes(60));
        await Accept(late: true);

        var contested = wave.Where(plan => plan.Kind == "contested").ToList();
        await Each(contested, async plan =>
        {
            await ComplaintsFixture.Find(first, ids[plan]);
            await ComplaintsFixture.Do(first, ids[plan], "ask-merchant");
            await ComplaintsFixture.Do(_complaints.As("merchant", merchant: plan.Merchant), ids[plan], "answer",
                new { answer = "contest" });
            foreach (var asked in await first.Get<List<CompensationResponse>>($"/v1/compensations/of-case/{ids[plan]}"))
            {
                if (asked.State != "eligible") continue;
                await first.PostAsync($"/v1/compensations/{asked.Id}/approve");
                await second.PostAsync($"/v1/compensations/{asked.Id}/approve");
            }
        });
        _complaints.Clock.Advance(TimeSpan.FromMinutes(10));
        await PayOutAsync(contested.Where(plan => !plan.LatePayout), ids);
        _complaints.Clock.Advance(TimeSpan.FromMinutes(30));
        await PayOutAsync(contested.Where(plan => plan.LatePayout), ids);
        await Each(wave.Where(plan => plan.Paid && plan.Score is not null), async plan =>
        {
            var tourist = _complaints.As("tourist", plan.Account);
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

    private async Task SellAsync(Plan[] wave)
    {
        var starts = _complaints.Now.AddDays(-1);
        await PublishAsync(wave.SelectMany(plan =>
        {
            var (slot, product) = (Guid.CreateVersion7(), Guid.CreateVersion7());
            return (object[])
            [
                new BookingConfirmed(
                    plan.Booking, null, plan.Account, product, Guid.CreateVersion7(), slot, plan.Merchant, "v",
                    "Zhushan", "kiln", false,
                    "app", null, null, null, "CN", new Dictionary<string, int>(), 1, 1, plan.PaidFen, "CNY", "payment",
                        starts,
                    starts.AddHours(2), starts),
                new AvailabilityChanged(
                    slot, product, Guid.CreateVersion7(), plan.Merchant, "v", starts, starts.AddHours(2),
                    plan.Kind == "clear" ? "CLOSED" : "AVAILABLE", 1, 0, 2),
            ];
        }));
        var ids = wave.Select(plan => plan.Booking).ToList();
        await Eventually.Equal(
            wave.Length, () => _complaints.Read(db => db.Purchases.CountAsync(row => ids.Contains(row.Id)
                && db.Slots.Any(slot => slot.Id == row.SlotId))), TimeSpan.FromSeconds(60));
    }

    private async Task PayOutAsync(IEnumerable<Plan> due, ConcurrentDictionary<Plan, Guid> ids)
    {
        var plans = due.ToList();
        foreach (var plan in plans) plan.AskedOn = DayOf(_complaints.Now);
        var cases = plans.ConvertAll(plan => ids[plan]);
        var approved = await _complaints.Read(db => db.Compensations.AsNoTracking()
            .Where(row => cases.Contains(row.CaseId) && row.State == CompensationState.Approved).ToListAsync());
        await PublishAsync(approved.Select(row => new PayoutSettled(
            Guid.CreateVersion7(), row.PayoutKey, "compensation", row.CaseId, row.PayeeId, row.AmountFen, "CNY",
                _complaints.Now)));
        await Eventually.Equal(
            cases.Count, () => _complaints.Read(db => db.Compensations.CountAsync(row => cases.Contains(row.CaseId)
                && row.State == CompensationState.Paid)), TimeSpan.FromSeconds(60));
    }

    private async Task RepayAsync(List<Plan> plans, ConcurrentDictionary<Plan, Guid> ids)
    {
        var cases = plans.ConvertAll(plan => ids[plan]);
        var owed = await _complaints.Read(db => db.Recourses.AsNoTracking().Where(row => cases.Contains(row.CaseId))
            .ToListAsync());
        await PublishAsync(owed.Select(row => new PaymentCaptured(
            Guid.CreateVersion7(), $"{row.Id}", "recourse", row.Id, row.AmountFen, "CNY", "sandbox", _complaints.Now,
                false)));
        await Eventually.Equal(
            cases.Count, () => _complaints.Read(db => db.Recourses.CountAsync(row => cases.Contains(row.CaseId)
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
            1_000 * random.Next(8, 49), Categories[random.Next(Categories.Length)], random.Next(Merchants));
    }

    private Task<int> PublishAsync(IEnumerable<object> messages) => _complaints.Read(db =>
    {
        foreach (var message in messages) Outbox.Publish(db, message);
        return db.SaveChangesAsync();
    });

    private static Task Each(IEnumerable<Plan> plans, Func<Plan, Task> act) => Parallel.ForEachAsync(
        plans, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (plan, _) => await act(plan));

    private static DateOnly DayOf(DateTimeOffset moment) => DateOnly.FromDateTime(
        moment.ToOffset(TimeSpan.FromHours(8)).DateTime);
}

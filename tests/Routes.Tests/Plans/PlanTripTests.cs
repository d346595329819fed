using System.Net;
using System.Text;
using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Contracts.Routes.V1;
using Jingdezhen.Tourism.Routes.Crowds;
using Jingdezhen.Tourism.Routes.Places;
using Jingdezhen.Tourism.Routes.Plans;
using Microsoft.Extensions.DependencyInjection;

namespace Jingdezhen.Tourism.Routes.Tests.Plans;

public sealed class PlanTripTests(RoutesFixture routes) : IClassFixture<RoutesFixture>
{
    private static readonly DateOnly Saturday = RoutesFixture.Saturday;

    [Fact]
    public async Task A_plan_of_three_days_is_checked_and_says_why_each_stop_is_there()
    {
        var plan = await Plan(Days(3) with { Interests = new Dictionary<string,
            double> { ["ceramic-heritage"] = 1, ["tea"] = 0.8 } });

        Assert.True(plan.Certificate.Valid);
        Assert.Equal(3, plan.Days.Count);
        Assert.All(plan.Days, day => Assert.True(day.Stops.Count(stop => stop.Kind == "visit") >= 3));
        Assert.All(plan.Days.SelectMany(day => day.Stops).Where(stop => stop.Kind == "visit"), stop =>
        {
            Assert.True(stop.Leg.Arrive <= stop.Start && stop.Start < stop.End && stop.End <= stop.Leave);
            Assert.All(stop.Reasons, reason => Assert.NotEqual(reason.Code, reason.Zh));
        });
    }

    [Fact]
    public async Task A_plan_is_told_to_the_platform_with_source_and_campaign()
    {
        var plan = await Plan(Days(1) with { Source = "xiaohongshu", Campaign = "spring-tea", GuestKey = "g1" });

        var told = await routes.Published<ItineraryPlanned>(message => message.ItineraryId == plan.Id);

        Assert.Equal(("xiaohongshu", "spring-tea", "g1", 1), (told.Source, told.Campaign, told.GuestKey, told.Days));
        Assert.Equal(plan.Days[0].Stops.Count(stop => stop.Kind == "visit"), told.Stops);
    }

    [Fact]
    public async Task A_must_see_that_is_closed_is_left_out_and_the_reason_named()
    {
        var monday = new TripWishes([new(Saturday.AddDays(2))],
            MustSee: ["china-ceramics-museum", "ancient-kiln-expo"]);

        var plan = await Plan(monday);

        var left = plan.LeftOut.Single(each => each.PlaceId == "china-ceramics-museum");
        Assert.Equal((true, "closed-all-days"), (left.MustSee, left.Code));
        Assert.Contains(plan.Days[0].Stops, stop => stop.Place.PlaceId == "ancient-kiln-expo");
    }

    [Fact]
    public async Task A_budget_of_nothing_walks_and_visits_what_is_free()
    {
        var plan = await Plan(Days(1) with { BudgetFen = 0, Transport = TransportWish.Mixed });

        Assert.Equal(0, plan.Costs.TotalFen);
        Assert.NotEmpty(plan.Days[0].Stops);
    }

    [Theory]
    [InlineData("""{"days":[]}""", "days")]
    [InlineData("""{"days":[{"date":"2027-04-10","from":"18:00","to":"09:00"}]}""", "days[0].to")]
    [InlineData("""{"days":[{"date":"2027-04-10","from":"9 o'clock"}]}""", "days[0].from")]
    [InlineData("""{"days":[{"date":"2027-04-10"},{"date":"2027-04-10"}]}""", "days[1].date")]
    [InlineData("""{"days":[{"date":"1999-04-10"}]}""", "days[0].date")]
    [InlineData("""{"days":[{"date":"2027-04-10","start":{"lat":31.23,"lon":121.47}}]}""", "days[0].start")]
    [InlineData("""{"days":[{"date":"2027-04-10"}],"stay":{"placeId":"atlantis"}}""", "days[0].start.placeId")]
    [InlineData("""{"days":[{"date":"2027-04-10"}],"mustSee":["atlantis"]}""", "mustSee[0]")]
    [InlineData("""{"days":[{"date":"2027-04-10"}],"mustSee":["jdz-north-station"]}""", "mustSee[0]")]
    [InlineData("""{"days":[{"date":"2027-04-10"}],"mustSee":["yaoli"],"avoid":["yaoli"]}""", "mustSee[0]")]
    [InlineData(
        """{"days":[{"date":"2027-04-10"}],"mustSee":["guyao-porcelain-music"],"avoid":["ancient-kiln-expo"]}""",
        "mustSee[0]")]
    [InlineData("""{"days":[{"date":"2027-04-10"}],"interests":{"football":1}}""", "interests.football")]
    [InlineData("""{"days":[{"date":"2027-04-10"}],"interests":{"tea":7}}""", "interests.tea")]
    [InlineData("""{"days":[{"date":"2027-04-10"}],"interests":{"tea":0},"themes":["tea"]}""", "themes[0]")]
    [InlineData("""{"days":[{"date":"2027-04-10"}],"counties":["Wuyuan"]}""", "counties[0]")]
    [InlineData("""{"days":[{"date":"2027-04-10"}],"programmes":["none"]}""", "programmes[0]")]
    [InlineData("""{"days":[{"date":"2027-04-10"}],"party":{"adults":0}}""", "party")]
    [InlineData("""{"days":[{"date":"2027-04-10"}],"party":{"adults":1,"wheelchairs":2}}""", "party.wheelchairs")]
    [InlineData("""{"days":[{"date":"2027-04-10"}],"budgetFen":-1}""", "budgetFen")]
    [InlineData("""{"days":[{"date":"2027-04-10"}],"timeLimitMilliseconds":100000}""", "timeLimitMilliseconds")]
    [InlineData("""{"days":[{"date":"2027-04-10"}],"enteredOn":"2027-03-01"}""", "enteredOn")]
    [InlineData(
        """
            {"days":[{"date":"2027-04-10"}],"breaks":[{"name":"tea","earliest":"15:00","latest":"14:00","minutes":20}]}
            """, "breaks[0].latest")]
    [InlineData("""{"days":[{"date":"2027-04-10"}],"fixed":[{"placeId":"yaoli","date":"2027-04-11","at":"10:00"}]}""",
        "fixed[0].date")]
    [InlineData(
        """
            {"days":[{"date":"2027-04-10"}],"fixed":[{"placeId":"yaoli","date":"2027-04-10","at":"10:00"},
            {"placeId":"raonan","date":"2027-04-10","at":"10:00"}]}
            """, "fixed[1].at")]
    public async Task Contradictory_or_impossible_wishes_are_refused_with_the_field(string wishes, string field)
    {
        var problem = await (await Post(wishes)).Problem(HttpStatusCode.BadRequest);

        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.ToString());
    }

    [Theory]
    [InlineData("""{"days":[{"date":"2027-04-10"}],"seed":18446744073709551616}""", "$.seed")]
    [InlineData("""{"days":[{"date":"2027-04-10"}],"seed":-1}""", "$.seed")]
    [InlineData("""{"days":[{"date":"2027-04-31"}]}""", "$.days[0].date")]
    [InlineData("""{"days":[{"date":"2027-04-10"}],"pace":"lightning"}""", "$.pace")]
    public async Task A_value_that_cannot_be_read_is_named_by_its_path(string wishes, string path)
    {
        var problem = await (await Post(wishes)).Problem(HttpStatusCode.BadRequest);

        Assert.Contains(path, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forty_days_are_too_many()
    {
        var wishes = Days(40);

        var problem = await (await routes.Anonymous().PostJson("/v1/plans", wishes)).Problem(HttpStatusCode.BadRequest);

        Assert.Contains("1 to 14", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_planned_after_the_144th_hour()
    {
        var plan = await Plan(Days(8) with { EnteredOn = Saturday });

        Assert.All(plan.Days.SelectMany(day => day.Stops), stop =>
            Assert.True(stop.Leave <= Geo.At(Saturday.AddDays(7), 0)));
    }

    [Fact]
    public async Task A_ticketed_place_is_planned_into_a_slot_that_has_room_and_the_plan_carries_its_availability()
    {
        var day = Saturday.AddDays(20);
        var (full, free) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await routes.Deliver(Slot(full, "huangyao", day, 9, 11, capacity: 20, vacancies: 1, version: 1));
        var afternoon = Slot(free, "huangyao", day, 13, 15, capacity: 20, vacancies: 20, version: 1);
        await routes.Deliver(afternoon);
        await routes.Deliver(Slot(Guid.CreateVersion7(), "porcelain-palace", day, 9, 16, capacity: 20, vacancies: 0,
            version: 1));
        routes.Services.GetRequiredService<CrowdCache>().Expire();
        var wishes = new TripWishes([new(day)], Party: new(Adults: 3), MustSee: ["huangyao", "porcelain-palace"],
            BookableOnly: true);

        var plan = await Plan(wishes);

        var stop = plan.Days[0].Stops.Single(each => each.Place.PlaceId == "huangyao");
        Assert.Equal((free, afternoon.ProductId, afternoon.OptionId),
            (stop.AvailabilityId, stop.ProductId, stop.OptionId));
        Assert.Equal(3, plan.Party!.Adults);
        Assert.Equal("sold-out", plan.LeftOut.Single(each => each.PlaceId == "porcelain-palace").Code);
    }

    [Fact]
    public async Task A_venue_that_fills_up_counts_less_and_says_so()
    {
        var day = Saturday.AddDays(30);
        await routes.Deliver(Slot(Guid.CreateVersion7(), "ancient-kiln-expo", day, 8, 17, capacity: 1000, vacancies: 30,
            version: 1));
        routes.Services.GetRequiredService<CrowdCache>().Expire();
        var wishes = new TripWishes([new(day)], MustSee: ["ancient-kiln-expo"]);

        var plan = await Plan(wishes);

        var stop = plan.Days[0].Stops.Single(each => each.Place.PlaceId == "ancient-kiln-expo");
        var crowded = stop.Reasons.Single(reason => reason.Code == "crowded");
        Assert.InRange(crowded.Factor, 0.4, 0.5);
    }

    internal static AvailabilityChanged Slot(
        Guid id, string venue, DateOnly day, int from, int to, int capacity, int vacancies, long version) => new(
        id, Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), venue, Geo.At(day, from * 60),
            Geo.At(day, to * 60),
        vacancies > 0 ? "AVAILABLE" : "SOLD_OUT", capacity, vacancies, version);

    internal static TripWishes Days(int count) =>
        new([.. Enumerable.Range(0, count).Select(day => new DayWish(Saturday.AddDays(day)))]);

    private async Task<PlanResponse> Plan(TripWishes wishes) =>
        await (await routes.Anonymous().PostJson("/v1/plans", wishes)).As<PlanResponse>();

    private async Task<HttpResponseMessage> Post(string json)
    {
        using var body = new StringContent(json, Encoding.UTF8, "application/json");
        return await routes.Anonymous().PostAsync(new Uri("/v1/plans", UriKind.Relative), body);
    }
}

using System.Net;
using Jingdezhen.Tourism.Contracts.Routes.V1;
using Jingdezhen.Tourism.Routes.Itineraries;
using Jingdezhen.Tourism.Routes.Library;
using Jingdezhen.Tourism.Routes.Places;
using Jingdezhen.Tourism.Routes.Planning;
using Jingdezhen.Tourism.Routes.Plans;
using Jingdezhen.Tourism.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Jingdezhen.Tourism.Routes.Tests.Library;

/// <summary>A small library, built once for the class.</summary>
public sealed class LibraryFixture : RoutesFixture
{
    public const int Wanted = 60;

    public LibraryRunResponse Run { get; private set; } = null!;

    protected override async Task PrepareAsync()
    {
        await base.PrepareAsync();
        Run = await BuildAsync(Wanted);
    }

    public async Task<LibraryRunResponse> BuildAsync(int wanted)
    {
        using var admin = As("admin");
        var asked = await (await admin.PostJson("/v1/routes/generations", new GenerateRoutesRequest(wanted, 5)))
            .As<LibraryRunResponse>();
        return await Eventually.Holds(
            async () =>
            {
                await Services.GetRequiredService<LibraryBuilder>().ContinueAsync(CancellationToken.None);
                return await (await admin.GetAsync(new Uri($"/v1/routes/generations/{asked.Id}", UriKind.Relative)))
                    .As<LibraryRunResponse>();
            },
            run => run.FinishedAt is not null, TimeSpan.FromSeconds(60));
    }
}

public sealed class LibraryTests(LibraryFixture routes) : IClassFixture<LibraryFixture>
{
    [Fact]
    public void The_run_says_what_it_did()
    {
        Assert.Equal(LibraryFixture.Wanted, routes.Run.OnOffer);
        Assert.True(routes.Run.Invalid == 0, routes.Run.FirstObjection);
        Assert.True(routes.Run.Made >= LibraryFixture.Wanted);
    }

    [Fact]
    public async Task Every_stored_route_is_valid_under_the_checker_and_none_is_like_another()
    {
        var reader = routes.Services.GetRequiredService<TripReader>();
        var distinct = new NearDuplicates();

        foreach (var route in await routes.Read(db =>
            db.Routes.AsNoTracking().Where(each => each.OnOffer).OrderBy(each => each.Id).ToListAsync()))
        {
            var (trip, _) = await reader.ReadAsync(route.Wishes, CancellationToken.None, heedCrowds: false);
            Assert.Empty(PlanChecker.Check(trip!.Problem, StoredPlan.Back(trip, route.Plan)!));
            Assert.True(distinct.TryAdd(route.Days, route.Stops), route.Key);
        }
    }

    [Fact]
    public async Task What_a_newer_planner_would_score_otherwise_goes_off_offer_as_a_whole()
    {
        var builder = routes.Services.GetRequiredService<LibraryBuilder>();
        Assert.Equal(0, await builder.RetireOutgrownAsync(CancellationToken.None));
        await routes.Read(async db =>
        {
            var first = await db.Routes.Where(route => route.OnOffer).OrderBy(route => route.Id).FirstAsync();
            first.Plan = first.Plan with { Score = first.Plan.Score + 1 };
            return await db.SaveChangesAsync();
        });

        var retired = await builder.RetireOutgrownAsync(CancellationToken.None);

        Assert.Equal(LibraryFixture.Wanted, retired);
        Assert.Equal(LibraryFixture.Wanted, (await routes.BuildAsync(LibraryFixture.Wanted)).OnOffer);
    }

    [Fact]
    public async Task The_six_named_routes_are_on_offer()
    {
        using var anyone = routes.Anonymous();

        var library = await (await anyone.GetAsync(new Uri("/v1/routes/library", UriKind.Relative)))
            .As<LibraryResponse>();

        Assert.Equal(6, library.Programmes.Count);
        Assert.All(library.Programmes, programme => Assert.NotNull(programme.RouteId));
        var tea = await View(library.Programmes.Single(programme => programme.Code == "tea-and-porcelain")
            .RouteId!.Value);
        Assert.Contains("Fuliang", tea.Route.Counties);
    }

    [Fact]
    public async Task Routes_are_ranked_by_a_profile_and_pages_hold_each_once()
    {
        using var anyone = routes.Anonymous();
        var (seen, after) = (new List<RouteSummaryResponse>(), (string?)null);
        do
        {
            var page = await (await anyone.GetAsync(
                new Uri($"/v1/routes?interests=tea:1,nature:0.5&limit=25{(after is null ? "" : $"&after={after}")}",
                UriKind.Relative))).As<RoutePageResponse>();
            seen.AddRange(page.Routes);
            after = page.Next;
        }
        while (after is not null && seen.Count < 1000);

        Assert.Equal(seen.Select(route => route.Match).OrderDescending(), seen.Select(route => route.Match));
        Assert.Equal(seen.Count, seen.DistinctBy(route => route.Id).Count());
    }

    [Theory, InlineData("interests=football:1", "interests"), InlineData("interests=tea:9", "interests"),
        InlineData("after=%25", "after")]
    public async Task A_wrong_profile_is_named(string query, string field)
    {
        using var anyone = routes.Anonymous();

        var problem = await (await anyone.GetAsync(new Uri($"/v1/routes?{query}", UriKind.Relative)))
            .Problem(HttpStatusCode.BadRequest);

        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _));
    }

    [Fact]
    public async Task Looking_at_a_route_is_told_to_the_platform()
    {
        var id = await routes.Read(db => db.Routes.Where(route => route.OnOffer).Select(route => route.Id)
            .FirstAsync());
        using var anyone = routes.Anonymous();

        await anyone.GetAsync(new Uri($"/v1/routes/{id}?source=douyin&campaign=kiln", UriKind.Relative));

        var viewed = await routes.Published<RouteViewed>(
            message => message.RouteId == id && message.Source == "douyin");
        Assert.Equal("kiln", viewed.Campaign);
    }

    [Fact]
    public async Task A_new_route_is_told_to_the_platform_with_its_themes()
    {
        var named = await routes.Read(db => db.Routes.Where(route => route.Programme == "day-and-night")
            .Select(route => route.Id).FirstAsync());

        var told = await routes.Published<RouteChanged>(message => message.RouteId == named && message.OnOffer);

        Assert.True(told.Valid);
        Assert.Contains("day-night", told.Themes);
    }

    [Fact]
    public async Task A_route_is_copied_to_a_day_of_ones_own()
    {
        var id = await routes.Read(db => db.Routes.Where(route => route.OnOffer && route.Days == 2)
            .Select(route => route.Id).FirstAsync());
        using var tourist = routes.As("tourist");

        var copy = await (await tourist.PostJson(
            "/v1/itineraries", new SaveItineraryRequest("Copied", RouteId: id, FirstDate: new(2027, 4, 16)),
                key: "copy")).As<ItineraryResponse>();

        Assert.Equal(id, copy.RouteId);
        Assert.Equal([new(2027, 4, 16), new DateOnly(2027, 4, 17)], copy.Plan.Days.Select(day => day.Date));
        await routes.Published<ItineraryPlanned>(message => message.RouteId == id);
    }

    [Fact]
    public async Task A_closed_place_takes_its_routes_off_offer_at_once_and_they_are_made_anew()
    {
        var place = await routes.Read(db => db.Routes.Where(route => route.OnOffer).SelectMany(route => route.PlaceIds)
            .GroupBy(id => id).OrderByDescending(group => group.Count()).Select(group => group.Key).FirstAsync());
        var before = await routes.Read(db => db.Set<CatalogueEdition>().Where(each => each.Id == 2)
            .Select(each => each.Edition).SingleAsync());
        using var admin = routes.As("admin");
        var etag = (await admin.GetAsync(new Uri($"/v1/places/{place}", UriKind.Relative))).Headers.ETag!.ToString();
        var closed = new { exceptions = new[] { new { from = "2027-01-01", to = "2029-01-01",
            windows = Array.Empty<string>(), reason = "rebuilt" } } };

        Assert.Equal(HttpStatusCode.OK, (await admin.PatchJson($"/v1/places/{place}", closed, etag)).StatusCode);

        Assert.Empty(await OnOfferWith(place));
        await routes.Published<RouteChanged>(message => message.Version > before && !message.OnOffer);
        var run = await routes.BuildAsync(LibraryFixture.Wanted);
        Assert.Equal(LibraryFixture.Wanted, run.OnOffer);
        Assert.Empty(await OnOfferWith(place));
    }

    private async Task<List<RouteSummaryResponse>> OnOfferWith(string place)
    {
        using var anyone = routes.Anonymous();
        return [.. (await (await anyone.GetAsync(new Uri($"/v1/routes?placeId={place}", UriKind.Relative)))
            .As<RoutePageResponse>()).Routes];
    }

    private async Task<RouteResponse> View(Guid id)
    {
        using var anyone = routes.Anonymous();
        return await (await anyone.GetAsync(new Uri($"/v1/routes/{id}", UriKind.Relative))).As<RouteResponse>();
    }
}

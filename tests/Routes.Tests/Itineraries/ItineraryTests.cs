using System.Net;
using Jingdezhen.Tourism.Contracts.Identity.V1;
using Jingdezhen.Tourism.Contracts.Routes.V1;
using Jingdezhen.Tourism.Routes.Itineraries;
using Jingdezhen.Tourism.Routes.Places;
using Jingdezhen.Tourism.Routes.Plans;
using Jingdezhen.Tourism.Routes.Tests.Plans;
using Jingdezhen.Tourism.Routes.Travel;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Jingdezhen.Tourism.Routes.Tests.Itineraries;

public sealed class ItineraryTests(RoutesFixture routes) : IClassFixture<RoutesFixture>
{
    private readonly HttpClient tourist = routes.As("tourist");

    [Fact]
    public async Task A_plan_is_saved_under_a_name_and_only_its_owner_finds_it()
    {
        var saved = await Saved(PlanTripTests.Days(2));

        Assert.Equal(("Two days", 1), (saved.Name, saved.Version));
        Assert.Equal(HttpStatusCode.NotFound, (await routes.As("tourist").GetAsync(Address(saved))).StatusCode);
        Assert.Contains(await (await tourist.GetAsync(new Uri("/v1/itineraries", UriKind.Relative)))
            .As<List<ItinerarySummaryResponse>>(), each => each.Id == saved.Id);
    }

    [Fact]
    public async Task Saving_twice_with_one_key_saves_once()
    {
        var plan = await (await tourist.PostJson("/v1/plans", PlanTripTests.Days(1))).As<PlanResponse>();

        var first = await (await tourist.PostJson("/v1/itineraries", new { name = "One", planId = plan.Id }, key: "k1"))
            .As<ItineraryResponse>();
        var second = await (await tourist.PostJson(
            "/v1/itineraries", new { name = "One", planId = plan.Id }, key: "k1")).As<ItineraryResponse>();

        Assert.Equal(first.Id, second.Id);
    }

    [Fact]
    public async Task A_change_names_the_version_it_was_made_of()
    {
        var saved = await Saved(PlanTripTests.Days(1));

        Assert.Equal(HttpStatusCode.PreconditionRequired,
            (await tourist.PatchJson(Address(saved).ToString(), new { name = "x" })).StatusCode);
        Assert.Equal(HttpStatusCode.PreconditionFailed,
            (await tourist.PatchJson(Address(saved).ToString(), new { name = "x" }, "\"7\"")).StatusCode);
        var renamed = await (await tourist.PatchJson(Address(saved).ToString(), new { name = "Renamed" }, "\"1\""))
            .As<ItineraryResponse>();

        Assert.Equal(("Renamed", 2), (renamed.Name, renamed.Version));
        var versions = await (await tourist.GetAsync(new Uri($"{Address(saved)}/versions", UriKind.Relative)))
            .As<List<ItineraryVersionResponse>>();
        Assert.Equal([(2, "renamed"), (1, "saved")], versions.Select(version => (version.Version, version.Cause)));
    }

    [Fact]
    public async Task A_link_lets_a_stranger_read_until_it_is_taken_back()
    {
        var saved = await Saved(PlanTripTests.Days(1));
        using var none = new StringContent("");

        var link = (await (await tourist.PutAsync(new Uri($"{Address(saved)}/share", UriKind.Relative), none))
            .As<ItineraryResponse>()).Link!;
        var read = await (await routes.Anonymous().GetAsync(new Uri(link, UriKind.Relative))).As<ItineraryResponse>();
        await tourist.DeleteAsync(new Uri($"{Address(saved)}/share", UriKind.Relative));

        Assert.Equal(saved.Plan.Score, read.Plan.Score);
        Assert.Null(read.Wishes);
        Assert.True(link.Length >= "/v1/shared-itineraries/".Length + 24);
        Assert.Equal(HttpStatusCode.NotFound, (await routes.Anonymous().GetAsync(new Uri(link, UriKind.Relative)))
            .StatusCode);
    }

    [Fact]
    public async Task A_stop_is_removed_added_again_moved_and_pinned_and_the_whole_is_checked_each_time()
    {
        var saved = await Saved(PlanTripTests.Days(2));
        var stop = saved.Plan.Days[0].Stops.First(each => each.Kind == "visit" && each.Place.PlaceId is not null)
            .Place.PlaceId!;

        var removed = await Edit(saved, new(ItineraryEdit.Remove, stop));
        Assert.DoesNotContain(stop, Places(removed));

        var added = await Edit(removed, new(ItineraryEdit.Add, stop));
        Assert.Contains(stop, Places(added));
        Assert.Equal(saved.Plan.Days.SelectMany(day => day.Stops).Count(each => each.Kind == "visit"),
            Places(added).Count);

        var pinned = await Edit(added, new(ItineraryEdit.Pin, stop, BookingId: Guid.CreateVersion7()));
        var held = pinned.Plan.Days.SelectMany(day => day.Stops)
            .Single(each => each.Place.PlaceId == stop && each.Kind == "visit");
        Assert.True(held.Pinned);
        Assert.NotNull(held.BookingId);

        var booked = await (await tourist.PostJson(
            $"{Address(pinned)}/edit", new EditItineraryRequest(ItineraryEdit.Remove, stop), $"\"{pinned.Version}\""))
            .Problem(HttpStatusCode.Conflict);
        Assert.Equal("stop-is-booked", booked.GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_closed_place_cannot_be_added_and_the_reason_is_named()
    {
        var monday = RoutesFixture.Saturday.AddDays(2);
        var saved = await Saved(new TripWishes([new(monday)]));

        var problem = await (await tourist.PostJson(
            $"{Address(saved)}/edit", new EditItineraryRequest(ItineraryEdit.Add, "china-ceramics-museum"), "\"1\""))
                .Problem(HttpStatusCode.Conflict);

        Assert.Equal(("stop-does-not-fit", "closed-all-days"),
            (problem.GetProperty("code").GetString(), problem.GetProperty("because").GetString()));
    }

    [Theory, InlineData("atlantis", "placeId"), InlineData("", "placeId")]
    public async Task An_unknown_place_cannot_be_added(string place, string field)
    {
        var saved = await Saved(PlanTripTests.Days(1));

        var problem = await (await tourist.PostJson(
            $"{Address(saved)}/edit", new EditItineraryRequest(ItineraryEdit.Add, place), "\"1\""))
            .Problem(HttpStatusCode.BadRequest);

        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _));
    }

    [Fact]
    public async Task After_a_delay_what_is_done_stays_and_the_rest_begins_later()
    {
        var saved = await Saved(PlanTripTests.Days(1));
        var noon = Geo.At(RoutesFixture.Saturday, 12 * 60);
        var done = saved.Plan.Days[0].Stops.Where(stop => stop.Start <= noon && stop.Kind == "visit")
            .Select(stop => stop.Place.PlaceId).ToArray();

        var replanned = await Replan(saved, new(ReplanCause.Delay, At: noon, DelayMinutes: 90));

        Assert.Equal(done, replanned.Plan.Days[0].Stops.Where(stop => stop.Kind == "visit").Take(done.Length)
            .Select(stop => stop.Place.PlaceId));
        Assert.All(replanned.Plan.Days[0].Stops.Where(stop => stop.Kind == "visit").Skip(done.Length), stop =>
            Assert.True(stop.Leg.Depart >= noon.AddMinutes(90)));
        Assert.Equal(replanned.Plan.Days[0].Stops.Select(stop => stop.Place.PlaceId + stop.Kind).Distinct().Count(),
            replanned.Plan.Days[0].Stops.Count);
        var told = await routes.Published<ItineraryReplanned>(message => message.ItineraryId == saved.Id);
        Assert.Equal("delay", told.Cause);
    }

    [Fact]
    public async Task A_place_that_turned_out_closed_is_left_and_a_booked_stop_that_is_closed_is_named()
    {
        var saved = await Saved(PlanTripTests.Days(1));
        var visits = saved.Plan.Days[0].Stops.Where(stop => stop.Kind == "visit").ToArray();
        var (booked, other) = (visits[^1].Place.PlaceId!, visits[^2].Place.PlaceId!);
        var pinned = await Edit(saved, new(ItineraryEdit.Pin, booked, BookingId: Guid.CreateVersion7()));

        var kept = await Replan(pinned, new(ReplanCause.Closure, At: RoutesFixture.Morning, Closed: [other]));
        Assert.DoesNotContain(other, Places(kept));
        Assert.Equal(visits[^1].Start, kept.Plan.Days[0]
            .Stops.Single(stop => stop.Place.PlaceId == booked && stop.Kind == "visit").Start);
        Assert.Empty(kept.Conflicts!);

        var conflict = await Replan(kept, new(ReplanCause.Closure, At: RoutesFixture.Morning, Closed: [booked]));
        Assert.Equal([booked], conflict.Conflicts!.Select(each => each.PlaceId));
    }

    [Fact]
    public async Task When_it_rains_the_day_moves_indoors()
    {
        var saved = await Saved(PlanTripTests.Days(1));

        var wet = await Replan(saved, new(ReplanCause.Rain, At: RoutesFixture.Morning, Rain: true));

        Assert.True(wet.Plan.Certificate.Valid);
        Assert.Contains(wet.Plan.Days[0].Stops.SelectMany(stop => stop.Reasons), reason => reason.Code == "rain");
    }

    [Fact]
    public async Task A_trip_that_is_over_cannot_be_planned_anew()
    {
        var saved = await Saved(PlanTripTests.Days(1));

        var answer = await tourist.PostJson($"{Address(saved)}/replan",
            new ReplanItineraryRequest(ReplanCause.Delay, At: RoutesFixture.Morning.AddDays(9)), "\"1\"");

        Assert.True((await answer.Problem(HttpStatusCode.BadRequest)).GetProperty("errors")
            .TryGetProperty("at", out _));
    }

    [Fact]
    public async Task Guidance_names_the_next_stop_and_when_to_leave()
    {
        var saved = await Saved(PlanTripTests.Days(1));
        await tourist.PutAsync(new Uri($"{Address(saved)}/position", UriKind.Relative),
            System.Net.Http.Json.JsonContent.Create(new PositionRequest(29.41, 117.60)));

        using var stream = await tourist.GetAsync(
            new Uri($"{Address(saved)}/guidance", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await stream.Content.ReadAsStreamAsync());
        var (kind, data) = (await lines.ReadLineAsync(), await lines.ReadLineAsync());

        Assert.Equal("text/event-stream", stream.Content.Headers.ContentType!.MediaType);
        Assert.Equal("event: next-stop", kind);
        Assert.Contains(saved.Plan.Days[0].Stops.First(stop => stop.Kind == "visit").Place.PlaceId!, data,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_would_come_too_late_is_told_by_how_much()
    {
        var saved = await Saved(PlanTripTests.Days(1));
        var first = saved.Plan.Days[0].Stops.First(stop => stop.Kind == "visit");
        var tenBefore = first.Start.AddMinutes(-10);
        var itinerary = await routes.Read(db => db.Itineraries.AsNoTracking().SingleAsync(each => each.Id == saved.Id));
        itinerary.Seen(lat: 29.5478, lon: 117.5761, tenBefore);

        var guidance = await GuideVisitor.NextAsync(itinerary, routes.Services.GetRequiredService<TravelTimes>(),
            routes.Services.GetRequiredService<CatalogueCache>(), tenBefore, CancellationToken.None);

        Assert.Equal(first.Place.PlaceId, guidance.PlaceId);
        Assert.InRange(guidance.LateMinutes, 20, 120);
        Assert.Contains($"{guidance.LateMinutes} minutes late", guidance.En, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_the_account_its_itineraries_and_their_versions_are_gone()
    {
        var account = Guid.CreateVersion7();
        using var leaver = routes.As("tourist", account);
        var plan = await (await leaver.PostJson("/v1/plans", PlanTripTests.Days(1))).As<PlanResponse>();
        var saved = await (await leaver.PostJson("/v1/itineraries", new { name = "Mine", planId = plan.Id }, key: "k"))
            .As<ItineraryResponse>();

        await routes.Deliver(new AccountDeleted(account));

        Assert.Equal(0, await routes.Read(db => db.Itineraries.CountAsync(each => each.AccountId == account)));
        Assert.Equal(0, await routes.Read(db => db.ItineraryVersions.CountAsync(each => each.ItineraryId == saved.Id)));
    }

    private static Uri Address(ItineraryResponse itinerary) => new($"/v1/itineraries/{itinerary.Id}", UriKind.Relative);

    private static List<string> Places(ItineraryResponse itinerary) =>
        [.. itinerary.Plan.Days.SelectMany(day => day.Stops).Where(stop => stop.Kind == "visit")
            .Select(stop => stop.Place.PlaceId!)];

    private async Task<ItineraryResponse> Saved(TripWishes wishes)
    {
        var plan = await (await tourist.PostJson("/v1/plans", wishes)).As<PlanResponse>();
        return await (await tourist.PostJson("/v1/itineraries", new { name = "Two days", planId = plan.Id },
            key: Guid.CreateVersion7().ToString())).As<ItineraryResponse>();
    }

    private async Task<ItineraryResponse> Edit(ItineraryResponse itinerary, EditItineraryRequest edit) =>
        await (await tourist.PostJson($"{Address(itinerary)}/edit", edit, $"\"{itinerary.Version}\""))
            .As<ItineraryResponse>();

    private async Task<ItineraryResponse> Replan(ItineraryResponse itinerary, ReplanItineraryRequest request) =>
        await (await tourist.PostJson($"{Address(itinerary)}/replan", request, $"\"{itinerary.Version}\""))
            .As<ItineraryResponse>();
}

using System.Net;
using System.Net.Http.Json;
using Jingdezhen.Tourism.Platform.Tests.Workshop;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Platform.Tests.Http;

public sealed class IdempotencyTests(WorkshopFixture workshop) : IClassFixture<WorkshopFixture>
{
    private readonly Guid _account = Guid.CreateVersion7();
    private readonly string _key = Guid.CreateVersion7().ToString();

    [Fact]
    public async Task The_same_key_and_body_replay_the_answer_and_make_one_pot()
    {
        var first = await Make("celadon");
        var second = await Make("celadon");

        Assert.Equal(HttpStatusCode.Created, second.StatusCode);
        Assert.NotNull(second.Headers.Location);
        Assert.Equal(first.Headers.Location, second.Headers.Location);
        Assert.Equal(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
        Assert.Equal(first.Content.Headers.ContentType, second.Content.Headers.ContentType);
        Assert.Equal(1, await Pots());
    }

    [Fact]
    public async Task Without_the_filter_the_same_request_makes_two()
    {
        await Make("celadon", to: "unguarded-pots");
        await Make("celadon", to: "unguarded-pots");

        Assert.Equal(2, await Pots());
    }

    [Fact]
    public async Task A_plain_answer_is_kept_and_replayed_too()
    {
        var first = await Make("celadon", to: "plain-pots");
        var second = await Make("celadon", to: "plain-pots");

        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.Equal(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
        Assert.Equal(1, await Pots());
    }

    [Fact]
    public async Task Another_body_under_the_same_key_is_refused()
    {
        await Make("celadon");

        var answer = await Make("tenmoku");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Equal("idempotency-key-reused", (await Problem.Of(answer)).Code);
        Assert.Equal(1, await Pots());
    }

    [Fact]
    public async Task While_the_first_is_in_flight_the_second_is_told_so_at_once()
    {
        Task<HttpResponseMessage> first;
        HttpResponseMessage second;
        await using (await HeldLock.TakeAsync(workshop.OwnerConnection, "SELECT pg_advisory_xact_lock(1300)"))
        {
            first = Make("slow");
            await HeldLock.IsWaitedFor(workshop.OwnerConnection);
            second = await Make("slow");
        }

        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
        Assert.Equal("idempotency-key-in-flight", (await Problem.Of(second)).Code);
        Assert.Equal(HttpStatusCode.Created, (await first).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await Make("slow")).StatusCode);
        Assert.Equal(1, await Pots());
    }

    [Fact]
    public async Task Ten_at_once_make_one_pot()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Make("celadon")));

        Assert.All(
            answers, answer => Assert.True(answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.Conflict));
        Assert.Equal(1, await Pots());
    }

    [Fact]
    public async Task Another_callers_key_is_another_key()
    {
        await Make("celadon");

        var answer = await Make("tenmoku", account: Guid.CreateVersion7());

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    [Fact]
    public async Task A_refusal_changes_nothing_and_is_not_remembered()
    {
        var refused = await Make("too many");
        var accepted = await Make("celadon");

        Assert.Equal("kiln-full", (await Problem.Of(refused)).Code);
        Assert.Equal(HttpStatusCode.Created, accepted.StatusCode);
        Assert.Equal(1, await Pots());
    }

    [Theory, InlineData(null), InlineData(""), InlineData("long")]
    public async Task A_request_without_a_usable_key_is_told_what_is_missing(string? key)
    {
        var answer = await Make("celadon", key: key == "long" ? new string('k', 201) : key ?? "none");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("idempotency-key-required", (await Problem.Of(answer)).Code);
        Assert.Equal(0, await Pots());
    }

    private async Task<HttpResponseMessage> Make(
        string glaze, string to = "pots", string? key = null, Guid? account = null)
    {
        using var tourist = workshop.As("tourist", account ?? _account);
        if (key is not ("none" or "")) tourist.DefaultRequestHeaders.Add("Idempotency-Key", key ?? _key);
        return await tourist.PostAsJsonAsync(new Uri($"/v1/{to}", UriKind.Relative), new { glaze });
    }

    private Task<int> Pots() => workshop.Read(db => db.Pots.CountAsync(pot => pot.Owner == _account));
}

using System.Net;
using System.Net.Http.Json;
using System.Text;
using Jingdezhen.Tourism.Identity.Accounts;
using Jingdezhen.Tourism.Identity.SignUps;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Identity.Tests.SignUps;

public sealed class SignUpTests(IdentityFixture identity) : IClassFixture<IdentityFixture>
{
    [Theory, InlineData("new.guest@example.com", "new.guest@example.com"),
        InlineData("138 1234 5678", "+8613812345678")]
    public async Task A_guest_signs_up_by_mail_or_phone_and_signs_in_with_their_password(string address,
        string normalised)
    {
        var started = await Start(address);

        var confirmed = await Confirm(started.Id, identity.CodesFor(normalised)[^1]);
        var (signedIn, _) = await identity.Post(
            "/connect/token", ("grant_type", "password"), ("client_id", "demo"), ("username", address),
            ("password", IdentityFixture.Password));

        Assert.Equal(HttpStatusCode.Created, confirmed.StatusCode);
        var profile = await confirmed.Content.ReadFromJsonAsync<ProfileResponse>();
        Assert.Equal(normalised, profile!.Email ?? profile.Phone);
        Assert.Equal(["tourist"], profile.Roles);
        Assert.Equal(HttpStatusCode.OK, signedIn.StatusCode);
    }

    [Fact]
    public async Task Four_wrong_guesses_leave_one()
    {
        var started = await Start("four@example.com");
        var code = identity.CodesFor("four@example.com")[^1];
        for (var i = 0; i < 4; i++) await Confirm(started.Id, Wrong(code));

        Assert.Equal(HttpStatusCode.Created, (await Confirm(started.Id, code)).StatusCode);
    }

    [Fact]
    public async Task Five_wrong_guesses_made_at_once_spend_the_code()
    {
        var started = await Start("five@example.com");
        var code = identity.CodesFor("five@example.com")[^1];

        await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Confirm(started.Id, Wrong(code))));
        var late = await Confirm(started.Id, code);

        Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
        Assert.Contains("wrong-code", await late.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(5,
            await identity.Read(db =>
                db.SignUps.Where(row => row.Id == started.Id).Select(row => row.Attempts).SingleAsync()));
    }

    [Fact]
    public async Task A_code_that_has_run_out_opens_nothing()
    {
        var started = await Start("late@example.com");
        await identity.Read(db => db.Database.ExecuteSqlAsync(
            $"UPDATE sign_ups SET expires_at = now() - interval '1 second' WHERE id = {started.Id}"));

        Assert.Equal(HttpStatusCode.Conflict,
            (await Confirm(started.Id, identity.CodesFor("late@example.com")[^1])).StatusCode);
    }

    [Fact]
    public async Task Two_who_bring_the_right_code_at_once_make_one_account()
    {
        var started = await Start("twice@example.com");
        var code = identity.CodesFor("twice@example.com")[^1];

        var answers = await Task.WhenAll(Confirm(started.Id, code), Confirm(started.Id, code));

        Assert.Equal([HttpStatusCode.Created, HttpStatusCode.Conflict],
            answers.Select(answer => answer.StatusCode).Order());
    }

    [Fact]
    public async Task A_code_is_sent_again_after_a_minute_and_three_times_at_most()
    {
        var started = await Start("again@example.com");

        var atOnce = await Resend(started.Id);
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 3; i++)
        {
            await identity.Read(db => db.Database.ExecuteSqlAsync(
                $"UPDATE sign_ups SET sent_at = sent_at - interval '61 seconds' WHERE id = {started.Id}"));
            answers.Add((await Resend(started.Id)).StatusCode);
        }

        Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(60)),
            (atOnce.StatusCode, atOnce.Headers.RetryAfter!.Delta));
        Assert.Equal([HttpStatusCode.Accepted, HttpStatusCode.Accepted, HttpStatusCode.TooManyRequests], answers);
        Assert.Equal(HttpStatusCode.Created,
            (await Confirm(started.Id, identity.CodesFor("again@example.com")[^1])).StatusCode);
    }

    [Fact]
    public async Task An_address_gets_at_most_five_codes_an_hour_also_when_asked_for_at_once()
    {
        var answers =
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
                Post("/v1/sign-ups", new { address = "flood@example.com" })));

        Assert.Equal(5, answers.Count(answer => answer.StatusCode == HttpStatusCode.Accepted));
        Assert.Equal(3, answers.Count(answer => answer.StatusCode == HttpStatusCode.TooManyRequests));
    }

    [Fact]
    public async Task Nobody_learns_whether_an_address_has_an_account_unless_they_hold_its_code()
    {
        var address = await identity.SignUp();

        var again = await Post("/v1/sign-ups", new { address });
        var started = await again.Content.ReadFromJsonAsync<SignUpResponse>();
        var confirmed = await Confirm(started!.Id, identity.CodesFor(address)[^1]);

        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
        Assert.Contains("address-taken", await confirmed.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Neither_the_code_nor_the_address_is_in_the_database()
    {
        var started = await Start("secret.guest@example.com");
        var code = identity.CodesFor("secret.guest@example.com")[^1];

        var row = await identity.Read(db => db.SignUps.SingleAsync(signUp => signUp.Id == started.Id));

        Assert.Equal("s***@example.com", started.SentTo);
        foreach (var stored in (byte[][])[row.AddressSealed, row.AddressHash, row.CodeHash])
        {
            Assert.DoesNotContain("secret.guest", Encoding.UTF8.GetString(stored), StringComparison.Ordinal);
            Assert.DoesNotContain(code, Encoding.UTF8.GetString(stored), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("""{"address":"neither"}""")]
    [InlineData("""{"address":""}""")]
    [InlineData("""{}""")]
    [InlineData("""{"address":7}""")]
    [InlineData("""{"address":"a@example.com","language":"tlh"}""")]
    [InlineData("""{"address":"a@example.com""")]
    public async Task What_is_no_address_is_refused_with_a_reason(string body)
    {
        using var guest = identity.Anonymous();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        var answer = await guest.PostAsync(new Uri("/v1/sign-ups", UriKind.Relative), content);

        Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"),
            (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
    }

    [Fact]
    public async Task A_short_password_is_refused_and_costs_no_guess()
    {
        var started = await Start("short@example.com");

        var answer =
            await Post($"/v1/sign-ups/{started.Id}/confirm", new { code = "123456", name = "Guest", password =
                "short" });

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(0,
            await identity.Read(db =>
                db.SignUps.Where(row => row.Id == started.Id).Select(row => row.Attempts).SingleAsync()));
    }

    private static string Wrong(string code) => code == "000000" ? "000001" : "000000";

    private async Task<SignUpResponse> Start(string address) =>
        (await (await Post("/v1/sign-ups", new { address })).Content.ReadFromJsonAsync<SignUpResponse>())!;

    private Task<HttpResponseMessage> Confirm(Guid signUp, string code) =>
        Post($"/v1/sign-ups/{signUp}/confirm", new { code, name = "Guest", password = IdentityFixture.Password });

    private Task<HttpResponseMessage> Resend(Guid signUp) => Post($"/v1/sign-ups/{signUp}/resend", new { });

    private async Task<HttpResponseMessage> Post(string path, object body)
    {
        using var guest = identity.Anonymous();
        return await guest.PostAsJsonAsync(path, body);
    }
}

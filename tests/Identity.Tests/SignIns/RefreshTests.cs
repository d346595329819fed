using System.Net;
using System.Net.Http.Json;
using Jingdezhen.Tourism.Contracts.Identity.V1;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Jingdezhen.Tourism.Identity.Tests.SignIns;

public sealed class RefreshTests(IdentityFixture identity) : IClassFixture<IdentityFixture>
{
    [Fact]
    public async Task A_refresh_token_is_good_for_one_new_pair()
    {
        var first = await SignIn("tourist");

        var (answer, body) = await identity.Refresh(first);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.NotEqual(first, body.GetProperty("refresh_token").GetString());
        Assert.Equal("tourist", new JsonWebToken(body.GetProperty("access_token").GetString()).GetClaim("role").Value);
    }

    [Fact]
    public async Task A_refresh_token_shown_twice_ends_the_whole_chain()
    {
        var stolen = await SignIn("tourist");
        var (_, body) = await identity.Refresh(stolen);
        var honest = body.GetProperty("refresh_token").GetString()!;

        var (replayed, _) = await identity.Refresh(stolen);
        var (next, _) = await identity.Refresh(honest);

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (replayed.StatusCode, next.StatusCode));
    }

    [Fact]
    public async Task Without_a_replay_the_chain_goes_on()
    {
        var (_, second) = await identity.Refresh(await SignIn("tourist"));

        var (third, _) = await identity.Refresh(second.GetProperty("refresh_token").GetString()!);

        Assert.Equal(HttpStatusCode.OK, third.StatusCode);
    }

    [Fact]
    public async Task A_revoked_refresh_token_refreshes_nothing()
    {
        var token = await SignIn("tourist");

        var (revoked, _) = await identity.Post("/connect/revoke", ("client_id", "demo"), ("token", token));
        var (answer, body) = await identity.Refresh(token);

        Assert.Equal(HttpStatusCode.OK, revoked.StatusCode);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"),
            (answer.StatusCode, body.GetProperty("error").GetString()));
    }

    [Fact]
    public async Task A_changed_password_ends_every_sign_in()
    {
        var address = await identity.SignUp();
        var (_, body) = await identity.PasswordGrant(address);
        using var guest = identity.WithToken(body.GetProperty("access_token").GetString()!);

        var changed = await guest.PutAsJsonAsync(
            "/v1/accounts/me/password", new { current = IdentityFixture.Password, @new = "another-password-1" });
        var (refreshed, _) = await identity.Refresh(body.GetProperty("refresh_token").GetString()!);
        var (old, _) = await identity.PasswordGrant(address);
        var (renewed, _) = await identity.PasswordGrant(address, "another-password-1");

        Assert.Equal(HttpStatusCode.NoContent, changed.StatusCode);
        Assert.Equal(
            (HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, HttpStatusCode.OK),
            (refreshed.StatusCode, old.StatusCode, renewed.StatusCode));
    }

    [Fact]
    public async Task Who_deletes_their_account_is_forgotten_and_signed_out()
    {
        var address = await identity.SignUp();
        var (_, body) = await identity.PasswordGrant(address);
        using var guest = identity.WithToken(body.GetProperty("access_token").GetString()!);
        var account = Guid.Parse(new JsonWebToken(body.GetProperty("access_token").GetString()).Subject);

        var deleted = await guest.DeleteAsync(new Uri("/v1/accounts/me", UriKind.Relative));
        var again = await guest.DeleteAsync(new Uri("/v1/accounts/me", UriKind.Relative));
        var profile = await guest.GetAsync(new Uri("/v1/accounts/me", UriKind.Relative));
        var (refreshed, _) = await identity.Refresh(body.GetProperty("refresh_token").GetString()!);
        var (signedIn, _) = await identity.PasswordGrant(address);

        Assert.Equal(
            (HttpStatusCode.NoContent, HttpStatusCode.NotFound, HttpStatusCode.NotFound),
            (deleted.StatusCode, again.StatusCode, profile.StatusCode));
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest),
            (refreshed.StatusCode, signedIn.StatusCode));
        await identity.Published<AccountDeleted>(message => message.AccountId == account);
        Assert.Single(identity.PublishedSoFar<AccountDeleted>(), message => message.AccountId == account);
    }

    private async Task<string> SignIn(string person)
    {
        var (_, body) = await identity.PasswordGrant(person);
        return body.GetProperty("refresh_token").GetString()!;
    }
}

public sealed class RefreshLifetimeTests(IdentityFixture identity) : IClassFixture<IdentityFixture>
{
    [Theory, InlineData(13, HttpStatusCode.OK), InlineData(15, HttpStatusCode.BadRequest)]
    public async Task A_refresh_token_lives_for_fourteen_days(int days, HttpStatusCode expected)
    {
        var (_, body) = await identity.PasswordGrant("tourist");

        identity.Clock.Advance(TimeSpan.FromDays(days));
        var (answer, _) = await identity.Refresh(body.GetProperty("refresh_token").GetString()!);

        Assert.Equal(expected, answer.StatusCode);
    }
}

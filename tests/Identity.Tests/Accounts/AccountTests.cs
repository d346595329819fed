using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Jingdezhen.Tourism.Identity.Accounts;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;
using Npgsql;

namespace Jingdezhen.Tourism.Identity.Tests.Accounts;

public sealed class AccountTests(IdentityFixture identity) : IClassFixture<IdentityFixture>
{
    [Fact]
    public async Task A_guest_changes_their_name_and_the_next_token_has_it()
    {
        var (guest, address) = await Guest();

        var changed = await guest.PatchAsJsonAsync("/v1/accounts/me", new { name = "李伟" });
        var (_, body) = await identity.PasswordGrant(address);

        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Equal("李伟", new JsonWebToken(body.GetProperty("access_token").GetString()).GetClaim("name").Value);
    }

    [Theory]
    [InlineData("""{"language":"tlh"}"""), InlineData("""{"name":""}""")]
    [InlineData("""{"name":7}"""), InlineData("[]")]
    public async Task A_profile_takes_nothing_odd(string body)
    {
        var (guest, _) = await Guest();

        var answer = await guest.PatchAsync(
            new Uri("/v1/accounts/me", UriKind.Relative), new StringContent(body, null, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_guest_takes_all_their_data_with_them()
    {
        var (guest, address) = await Guest();
        using var admin = await identity.SignedIn("admin");
        var account = await AccountOf(guest);
        await admin.PutAsJsonAsync($"/v1/admin/identity/accounts/{account}/roles", new { roles = (string[])["tourist",
            "operator"] });

        var export = await guest.GetFromJsonAsync<JsonElement>("/v1/accounts/me/export");

        Assert.Equal(address, export.GetProperty("profile").GetProperty("email").GetString());
        Assert.Equal("demo", export.GetProperty("signIns")[0].GetProperty("client").GetString());
        Assert.Equal(
            ["tourist", "operator"],
            export.GetProperty("roleChanges")[0].GetProperty("roles").EnumerateArray().Select(role =>
                role.GetString()!));
        Assert.DoesNotContain("password", export.GetRawText(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_role_that_an_admin_grants_is_in_the_next_token()
    {
        var (guest, address) = await Guest();
        using var admin = await identity.SignedIn("admin");

        var granted = await admin.PutAsJsonAsync(
            $"/v1/admin/identity/accounts/{await AccountOf(guest)}/roles", new { roles = (string[])["operator"] });
        var (_, body) = await identity.PasswordGrant(address);

        Assert.Equal(HttpStatusCode.OK, granted.StatusCode);
        Assert.Equal("operator", new JsonWebToken(body.GetProperty("access_token").GetString()).GetClaim("role").Value);
    }

    [Theory, InlineData("tourist"), InlineData("merchant"), InlineData("operator"), InlineData("reseller")]
    public async Task Nobody_but_an_admin_grants_roles(string role)
    {
        using var caller = identity.As(role);

        var answer = await caller.PutAsJsonAsync(
            $"/v1/admin/identity/accounts/{Guid.CreateVersion7()}/roles", new { roles = (string[])["admin"] });

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task An_admin_neither_gives_merchants_roles_nor_gives_up_their_own()
    {
        using var admin = await identity.SignedIn("admin");
        var (guest, _) = await Guest();

        var merchant = await admin.PutAsJsonAsync(
            $"/v1/admin/identity/accounts/{await AccountOf(guest)}/roles", new { roles = (string[])["merchant"] });
        var own = await admin.PutAsJsonAsync(
            $"/v1/admin/identity/accounts/{await AccountOf(admin)}/roles", new { roles = (string[])["operator"] });

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.Conflict), (merchant.StatusCode, own.StatusCode));
    }

    [Fact]
    public async Task An_admin_finds_an_account_by_its_address_and_sees_it_masked()
    {
        var (_, address) = await Guest();
        using var admin = await identity.SignedIn("admin");

        var found =
            await admin.GetFromJsonAsync<List<AccountResponse>>($"/v1/admin/identity/accounts?address={address}");

        Assert.Equal(["g***@example.com"], found!.Select(account => account.Email));
    }

    [Fact]
    public async Task What_admins_did_cannot_be_undone_in_the_database()
    {
        var (guest, _) = await Guest();
        using var admin = await identity.SignedIn("admin");
        await admin.PutAsJsonAsync(
            $"/v1/admin/identity/accounts/{await AccountOf(guest)}/roles", new { roles = (string[])["operator"] });

        await Assert.ThrowsAsync<PostgresException>(
            () => identity.Read(db =>
                db.Database.ExecuteSqlAsync($"UPDATE role_changes SET roles = array['tourist']")));
    }

    [Fact]
    public async Task Addresses_and_passwords_are_not_readable_in_the_database()
    {
        var (_, address) = await Guest();

        var text = await identity.Read(db => db.Database.SqlQuery<string>(
            $"""
            SELECT string_agg(accounts::text || encode(coalesce(email_sealed, ''), 'escape'), ' ') AS "Value"
            FROM accounts
            """).SingleAsync());

        Assert.DoesNotContain(address, text, StringComparison.Ordinal);
        Assert.DoesNotContain(IdentityFixture.Password, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stranger_has_no_profile()
    {
        using var stranger = identity.Anonymous();

        Assert.Equal(HttpStatusCode.Unauthorized,
            (await stranger.GetAsync(new Uri("/v1/accounts/me", UriKind.Relative))).StatusCode);
    }

    private async Task<(HttpClient Guest, string Address)> Guest()
    {
        var address = await identity.SignUp();
        return (await identity.SignedIn(address), address);
    }

    private static async Task<Guid> AccountOf(HttpClient caller) =>
        (await caller.GetFromJsonAsync<ProfileResponse>("/v1/accounts/me"))!.Id;
}

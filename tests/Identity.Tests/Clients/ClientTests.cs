using System.Net;
using System.Net.Http.Json;
using Jingdezhen.Tourism.Contracts.Identity.V1;
using Jingdezhen.Tourism.Identity.Clients;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;
using OpenIddict.EntityFrameworkCore.Models;

namespace Jingdezhen.Tourism.Identity.Tests.Clients;

public sealed class ClientTests(IdentityFixture identity) : IClassFixture<IdentityFixture>
{
    [Fact]
    public async Task A_reseller_made_by_an_admin_signs_in_as_its_own_merchant()
    {
        var made = await Make("trip-one", "TA-360200-0001");

        var token = new JsonWebToken((await SignIn(made.ClientId, made.Secret)).Token);

        var id = made.AccountId.ToString();
        Assert.Equal(("reseller", id, id),
            (token.GetClaim("role").Value, token.Subject, token.GetClaim("merchant_id").Value));
        var joined = await identity.Published<MerchantJoined>(message => message.MerchantId == made.AccountId);
        Assert.Equal(("reseller", 1), (joined.Kind, joined.Version));
    }

    [Fact]
    public async Task A_rotated_secret_replaces_the_old_one()
    {
        var made = await Make("trip-two", "TA-360200-0002");
        using var admin = identity.As("admin");

        var answer =
            await admin.PostAsync(new Uri("/v1/admin/identity/clients/trip-two/rotate-secret", UriKind.Relative), null);
        var rotated = await answer.Content.ReadFromJsonAsync<ClientSecretResponse>();

        Assert.Equal(HttpStatusCode.Unauthorized, (await SignIn("trip-two", made.Secret)).Status);
        Assert.Equal(HttpStatusCode.OK, (await SignIn("trip-two", rotated!.Secret)).Status);
    }

    [Fact]
    public async Task A_deleted_client_signs_in_no_more()
    {
        var made = await Make("trip-three", "TA-360200-0003");
        using var admin = identity.As("admin");

        var deleted = await admin.DeleteAsync(new Uri("/v1/admin/identity/clients/trip-three", UriKind.Relative));
        var ours = await admin.DeleteAsync(new Uri("/v1/admin/identity/clients/console", UriKind.Relative));

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NotFound), (deleted.StatusCode, ours.StatusCode));
        Assert.Equal(HttpStatusCode.Unauthorized, (await SignIn("trip-three", made.Secret)).Status);
    }

    [Fact]
    public async Task A_secret_is_kept_as_a_hash_only()
    {
        var made = await Make("trip-four", "TA-360200-0004");

        var kept = await identity.Read(db => db.Set<OpenIddictEntityFrameworkCoreApplication<Guid>>()
            .Where(client => client.ClientId == "trip-four").Select(client => client.ClientSecret).SingleAsync());

        Assert.DoesNotContain(made.Secret, kept, StringComparison.Ordinal);
        using var admin = identity.As("admin");
        var list = await admin.GetStringAsync(new Uri("/v1/admin/identity/clients", UriKind.Relative));
        Assert.Contains("trip-four", list, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", list, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("trip-five", "reseller", null, HttpStatusCode.BadRequest)]
    [InlineData("Trip Five", "reseller", "TA-360200-0005", HttpStatusCode.BadRequest)]
    [InlineData("trip-five", "admin", null, HttpStatusCode.BadRequest)]
    [InlineData("demo", "service", null, HttpStatusCode.Conflict)]
    [InlineData("trip-five", "reseller", "DEMO-360202-0003", HttpStatusCode.Conflict)]
    public async Task A_client_that_cannot_be_is_not_made(string clientId, string kind, string? licence,
        HttpStatusCode expected)
    {
        using var admin = identity.As("admin");

        var answer = await admin.PostAsJsonAsync(
            "/v1/admin/identity/clients", new { clientId, name = "Trip", kind, licenceNumber = licence });

        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task Only_an_admin_makes_clients()
    {
        using var @operator = identity.As("operator");

        var answer = await @operator.PostAsJsonAsync(
            "/v1/admin/identity/clients", new { clientId = "trip-six", name = "Trip", kind = "service" });

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    private async Task<ClientSecretResponse> Make(string clientId, string licence)
    {
        using var admin = identity.As("admin");
        var answer = await admin.PostAsJsonAsync(
            "/v1/admin/identity/clients", new { clientId, name = "Trip", kind = "reseller", licenceNumber = licence });
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<ClientSecretResponse>())!;
    }

    private async Task<(HttpStatusCode Status, string? Token)> SignIn(string clientId, string secret)
    {
        var (answer, body) = await identity.Post(
            "/connect/token", ("grant_type", "client_credentials"), ("client_id", clientId), ("client_secret", secret));
        return (answer.StatusCode, body.TryGetProperty("access_token", out var token) ? token.GetString() : null);
    }
}

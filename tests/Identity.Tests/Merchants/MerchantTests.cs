using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Jingdezhen.Tourism.Contracts.Identity.V1;
using Jingdezhen.Tourism.Identity.Merchants;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Jingdezhen.Tourism.Identity.Tests.Merchants;

public sealed class MerchantTests(IdentityFixture identity) : IClassFixture<IdentityFixture>
{
    private static int _licences;

    [Theory, InlineData("supplier", "merchant"), InlineData("host", "host")]
    public async Task An_approved_applicant_sells_with_their_next_token(string kind, string role)
    {
        var (applicant, address) = await Guest();
        var applied = await Read(await Apply(applicant, kind));
        using var admin = identity.As("admin");

        var approved =
            await admin.PostAsync(new Uri($"/v1/admin/identity/merchants/{applied.Id}/approve", UriKind.Relative),
                null);
        var (_, body) = await identity.PasswordGrant(address);

        Assert.Equal(("applied", HttpStatusCode.OK), (applied.State, approved.StatusCode));
        var token = new JsonWebToken(body.GetProperty("access_token").GetString());
        Assert.Equal(applied.Id.ToString(), token.GetClaim("merchant_id").Value);
        Assert.Contains(token.Claims, claim => claim.Type == "role" && claim.Value == role);
        var joined = await identity.Published<MerchantJoined>(message => message.MerchantId == applied.Id);
        Assert.Equal((kind, "Fuliang", true, 1), (joined.Kind, joined.County, joined.StandingConsent, joined.Version));
        Assert.Equal(["not-redeemed-closed-venue", "overcharged"], joined.ConsentPatterns);
    }

    [Fact]
    public async Task A_contact_is_its_merchants_and_the_admins_to_see_and_on_no_bus()
    {
        var (applicant, _) = await Guest();
        var applied = await Read(await Apply(applicant, "supplier"));
        using var admin = identity.As("admin");
        await admin.PostAsync(new Uri($"/v1/admin/identity/merchants/{applied.Id}/approve", UriKind.Relative), null);

        var own = await applicant.GetFromJsonAsync<MerchantResponse>("/v1/merchants/me");
        var joined = await identity.Published<MerchantJoined>(message => message.MerchantId == applied.Id);
        var stored = await identity.Read(db => db.Merchants.SingleAsync(merchant => merchant.Id == applied.Id));

        Assert.Equal("0798-8888888", own!.Contact!.Phone);
        Assert.DoesNotContain("8888888", JsonSerializer.Serialize(joined), StringComparison.Ordinal);
        Assert.DoesNotContain("8888888", Encoding.UTF8.GetString(stored.ContactSealed!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_that_others_may_know_is_told_with_the_next_version()
    {
        var (applicant, _) = await Guest();
        var applied = await Read(await Apply(applicant, "supplier"));
        using var admin = identity.As("admin");
        await admin.PostAsync(new Uri($"/v1/admin/identity/merchants/{applied.Id}/approve", UriKind.Relative), null);

        var contact =
            await Read(await applicant.PatchAsJsonAsync("/v1/merchants/me", new { contact = new { name = "王", phone =
                "13900000000" } }));
        var consent = await Read(await applicant.PatchAsJsonAsync("/v1/merchants/me", new { standingConsent = false }));

        Assert.Equal((1, 2), (contact.Version, consent.Version));
        var changed = await identity.Published<MerchantChanged>(message => message.MerchantId == applied.Id);
        Assert.Equal((2, false), (changed.Version, changed.StandingConsent));
        Assert.Empty(changed.ConsentPatterns);
        Assert.Single(identity.PublishedSoFar<MerchantChanged>(), message => message.MerchantId == applied.Id);
    }

    [Fact]
    public async Task An_application_is_decided_once()
    {
        var (applicant, address) = await Guest();
        var applied = await Read(await Apply(applicant, "host"));
        using var admin = identity.As("admin");

        var rejected =
            await admin.PostAsJsonAsync($"/v1/admin/identity/merchants/{applied.Id}/reject", new { reason =
                "The licence has run out." });
        var approved =
            await admin.PostAsync(new Uri($"/v1/admin/identity/merchants/{applied.Id}/approve", UriKind.Relative),
                null);
        var (_, body) = await identity.PasswordGrant(address);
        var again = await Apply(applicant, "host");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Conflict, HttpStatusCode.Created),
            (rejected.StatusCode, approved.StatusCode, again.StatusCode));
        Assert.False(new JsonWebToken(body.GetProperty("access_token").GetString()).TryGetClaim("merchant_id", out _));
    }

    [Fact]
    public async Task An_account_applies_once_also_when_it_clicks_twice_at_once()
    {
        var (applicant, _) = await Guest();

        var answers = await Task.WhenAll(Apply(applicant, "host"), Apply(applicant, "supplier"));

        Assert.Equal([HttpStatusCode.Created, HttpStatusCode.Conflict],
            answers.Select(answer => answer.StatusCode).Order());
    }

    [Fact]
    public async Task A_retried_application_finds_its_first_answer()
    {
        var (applicant, _) = await Guest();

        var first = await Read(await Apply(applicant, "host", key: "one", licence: "JX-360200-9001"));
        var second = await Read(await Apply(applicant, "host", key: "one", licence: "JX-360200-9001"));

        Assert.Equal(first.Id, second.Id);
    }

    [Fact]
    public async Task A_licence_joins_once()
    {
        var (one, _) = await Guest();
        var (other, _) = await Guest();
        await Apply(one, "supplier", licence: "JX-360200-9002");

        Assert.Equal(HttpStatusCode.Conflict, (await Apply(other, "supplier", licence: "JX-360200-9002")).StatusCode);
    }

    [Theory]
    [InlineData("kind", "reseller"), InlineData("county", "Nanchang"), InlineData("licenceNumber", "short")]
    [InlineData("name", ""), InlineData("consentPatterns", "Not Kebab"), InlineData("contact", null)]
    public async Task An_application_that_makes_no_sense_is_refused(string field, string? value)
    {
        var (applicant, _) = await Guest();
        var request = Application("supplier", "JX-360200-9003");
        request[field] = field == "consentPatterns" ? new[] { value } : value;
        applicant.DefaultRequestHeaders.Add("Idempotency-Key", Guid.CreateVersion7().ToString());

        var answer = await applicant.PostAsJsonAsync("/v1/merchants", request);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound,
            (await applicant.GetAsync(new Uri("/v1/merchants/me", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task A_contact_without_a_phone_is_refused()
    {
        var (applicant, _) = await Guest();
        var request = Application("supplier", "JX-360200-9004");
        request["contact"] = new { name = "王", phone = "none" };
        applicant.DefaultRequestHeaders.Add("Idempotency-Key", Guid.CreateVersion7().ToString());

        Assert.Equal(HttpStatusCode.BadRequest, (await applicant.PostAsJsonAsync("/v1/merchants", request)).StatusCode);
    }

    [Fact]
    public async Task A_merchant_outlives_its_deleted_owner_without_their_contact_and_consent()
    {
        var (applicant, _) = await Guest();
        var applied = await Read(await Apply(applicant, "supplier"));
        using var admin = identity.As("admin");
        await admin.PostAsync(new Uri($"/v1/admin/identity/merchants/{applied.Id}/approve", UriKind.Relative), null);

        await applicant.DeleteAsync(new Uri("/v1/accounts/me", UriKind.Relative));

        var left = await identity.Read(db => db.Merchants.SingleAsync(merchant => merchant.Id == applied.Id));
        Assert.Equal((null, null), (left.OwnerId, left.ContactSealed));
        var changed = await identity.Published<MerchantChanged>(message => message.MerchantId == applied.Id);
        Assert.False(changed.StandingConsent);
    }

    [Theory, InlineData("tourist"), InlineData("merchant"), InlineData("operator")]
    public async Task Only_an_admin_decides(string role)
    {
        using var caller = identity.As(role);

        var answer = await caller.PostAsync(
            new Uri($"/v1/admin/identity/merchants/{Guid.CreateVersion7()}/approve", UriKind.Relative), null);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task The_demos_merchants_have_joined()
    {
        var joined = await identity.Published<MerchantJoined>(
            message => message.MerchantId == new Guid("01900000-0000-7000-8000-0000000000a1"));

        Assert.Equal(("supplier", 1), (joined.Kind, joined.Version));
    }

    private async Task<(HttpClient Guest, string Address)> Guest()
    {
        var address = await identity.SignUp();
        return (await identity.SignedIn(address), address);
    }

    private static Dictionary<string, object?> Application(string kind, string licence) => new()
    {
        ["kind"] = kind, ["name"] = "三宝瓷坊", ["county"] = "Fuliang", ["licenceNumber"] = licence,
        ["contact"] = new { name = "王芳", phone = "0798-8888888", email = "wang@example.com" },
        ["standingConsent"] = true, ["consentPatterns"] = new[] { "overcharged", "not-redeemed-closed-venue" },
    };

    private static async Task<HttpResponseMessage> Apply(HttpClient applicant, string kind, string? key = null,
        string? licence = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/merchants")
        {
            Content =
                JsonContent.Create(Application(kind, licence
                    ?? $"JX-360200-{Interlocked.Increment(ref _licences):D5}")),
        };
        request.Headers.Add("Idempotency-Key", key ?? Guid.CreateVersion7().ToString());
        return await applicant.SendAsync(request);
    }

    private static async Task<MerchantResponse> Read(HttpResponseMessage answer)
    {
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<MerchantResponse>())!;
    }
}

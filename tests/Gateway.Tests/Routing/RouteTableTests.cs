using System.Net;

namespace Jingdezhen.Tourism.Gateway.Tests.Routing;

public sealed class RouteTableTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    [Theory]
    [InlineData("/connect/authorize?x=1", "Identity")]
    [InlineData("/.well-known/openid-configuration", "Identity")]
    [InlineData("/v1/accounts/me", "Identity")]
    [InlineData("/v1/merchants", "Identity")]
    [InlineData("/v1/sign-ups", "Identity")]
    [InlineData("/octo/products", "Bookings")]
    [InlineData("/v1/products", "Bookings")]
    [InlineData("/v1/bookings/1/confirm", "Bookings")]
    [InlineData("/v1/quotas", "Bookings")]
    [InlineData("/v1/counter-sales", "Bookings")]
    [InlineData("/v1/waiting-parties", "Bookings")]
    [InlineData("/v1/indicators?from=a&to=b", "Metrics")]
    [InlineData("/v1/paper-claims", "Metrics")]
    [InlineData("/v1/live", "Metrics")]
    [InlineData("/v1/merchant-figures", "Metrics")]
    [InlineData("/v1/places.geojson", "Routes")]
    [InlineData("/v1/shared-itineraries/key", "Routes")]
    [InlineData("/v1/places/1", "Routes")]
    [InlineData("/v1/routes", "Routes")]
    [InlineData("/v1/plans", "Routes")]
    [InlineData("/ical/secret.ics", "Homestays")]
    [InlineData("/v1/homestays", "Homestays")]
    [InlineData("/v1/host/listings", "Homestays")]
    [InlineData("/sandbox/payments", "Payments")]
    [InlineData("/notify/wechat", "Payments")]
    [InlineData("/notices/wechat", "Payments")]
    [InlineData("/v1/reconciliations", "Payments")]
    [InlineData("/v1/ledger", "Payments")]
    [InlineData("/v1/cases", "Complaints")]
    [InlineData("/v1/fund/proof", "Complaints")]
    [InlineData("/v1/subscriptions", "Notifications")]
    [InlineData("/v1/admin/bookings/failed-messages", "Bookings")]
    [InlineData("/v1/admin/identity/clients", "Identity")]
    public async Task A_resource_is_answered_by_the_service_that_owns_it(string path, string service)
    {
        using var caller = gateway.From();

        var seen = await caller.GetSeen(path);

        Assert.Equal((service, path), (seen.Service, seen.Path));
    }

    [Theory, InlineData("/v1/nothing"), InlineData("/v1/placesholder"), InlineData("/metrics")]
    public async Task What_no_service_owns_is_not_found(string path)
    {
        using var caller = gateway.From();

        var answer = await caller.GetAsync(new Uri(path, UriKind.Relative));

        Assert.Equal((HttpStatusCode.NotFound, "application/problem+json"),
            (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
    }

    [Fact]
    public async Task Every_services_document_is_on_the_one_page()
    {
        using var caller = gateway.From();

        var page = await caller.GetStringAsync(new Uri("/docs/", UriKind.Relative));
        var document = await caller.GetSeen("/openapi/homestays.json");

        Assert.All(
            (string[])["identity", "bookings", "metrics", "routes", "homestays", "payments", "complaints",
                "notifications"],
            service => Assert.Contains($"openapi/{service}.json", page, StringComparison.Ordinal));
        Assert.Equal(("Homestays", "/openapi/v1.json"), (document.Service, document.Path));
    }
}

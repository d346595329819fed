using System.Net;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Testing;

namespace Jingdezhen.Tourism.Bookings.Tests;

public sealed class HealthTests(ServiceFixture<BookingsDb> bookings) : IClassFixture<ServiceFixture<BookingsDb>>
{
    [Fact]
    public async Task A_migrated_service_with_a_broker_is_ready()
    {
        var state = await Eventually.Holds(
            async () =>
            {
                var answer = await bookings.Anonymous().GetAsync(new Uri("/health/ready", UriKind.Relative));
                return $"{answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
            },
            state => state.StartsWith("OK", StringComparison.Ordinal));

        Assert.Contains("database", state, StringComparison.Ordinal);
    }

    [Theory, InlineData("zh-CN,zh;q=0.9,en;q=0.5", "请先登录"), InlineData("en", "Please sign in")]
    public async Task A_stranger_is_asked_to_sign_in_in_their_language(string language, string title)
    {
        using var stranger = bookings.Anonymous();
        stranger.DefaultRequestHeaders.Add("Accept-Language", language);

        var answer = await stranger.GetAsync(new Uri("/v1/admin/bookings/failed-messages", UriKind.Relative));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains(title, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_admin_finds_no_failed_messages_where_nothing_failed()
    {
        var answer = await bookings.As("admin")
            .GetStringAsync(new Uri("/v1/admin/bookings/failed-messages", UriKind.Relative));

        Assert.Equal("[]", answer);
    }
}

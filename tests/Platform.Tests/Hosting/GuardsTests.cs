using Jingdezhen.Tourism.Platform.Tests.Workshop;

namespace Jingdezhen.Tourism.Platform.Tests.Hosting;

public sealed class GuardsTests(WorkshopFixture workshop) : IClassFixture<WorkshopFixture>
{
    [Fact]
    public async Task A_service_that_runs_without_a_guard_says_so_as_long_as_it_does()
    {
        using var stranger = workshop.Anonymous();
        var settings = workshop.Services.GetRequiredService<IConfiguration>();

        var whole = await ReadyAsync();
        settings["Guards:Inbox"] = "false";
        var without = await ReadyAsync();
        settings["Guards:Inbox"] = null;
        var again = await ReadyAsync();

        Assert.Contains("Guards:Inbox off", without, StringComparison.Ordinal);
        Assert.DoesNotContain("Guards:Inbox", whole, StringComparison.Ordinal);
        Assert.DoesNotContain("Guards:Inbox", again, StringComparison.Ordinal);

        Task<string> ReadyAsync() => stranger.GetStringAsync(new Uri("/health/ready", UriKind.Relative));
    }
}

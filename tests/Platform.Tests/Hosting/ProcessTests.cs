using System.Net;
using System.Net.Http.Json;
using Jingdezhen.Tourism.Platform.Tests.Http;
using Jingdezhen.Tourism.Platform.Tests.Workshop;
using Jingdezhen.Tourism.Testing;

namespace Jingdezhen.Tourism.Platform.Tests.Hosting;

/// <summary>What only a process of its own shows: the real server, its signals and its arguments.</summary>
public sealed class ProcessTests : IAsyncLifetime
{
    private string _runtime = null!;
    private string _owner = null!;
    private Uri _broker = null!;
    private Dictionary<string, string> _settings = null!;

    public async Task InitializeAsync()
    {
        (_runtime, _owner) = await TestPostgres.CreateAsync<WorkshopDb>();
        _broker = await TestBroker.CreateAsync();
        _settings = new(WorkshopFixture.Environment(_runtime, _owner, _broker)) { ["Shutdown:DrainSeconds"] = "1.5" };
    }

    public Task DisposeAsync() => TestBroker.DropAsync(_broker);

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_body_larger_than_a_megabyte_is_refused_as_too_large(bool chunked)
    {
        await using var service = await ServiceProcess.StartAsync(typeof(WorkshopDb), _settings);
        using var tourist = service.Client(TestTokens.For("tourist"));
        tourist.DefaultRequestHeaders.TransferEncodingChunked = chunked;
        tourist.DefaultRequestHeaders.Add("Idempotency-Key", "one");

        var answer = await tourist.PostAsJsonAsync(
            new Uri("/v1/pots", UriKind.Relative), new { glaze = "a", marks = new string('m', 2 * 1024 * 1024) });

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Equal("too-large", (await Problem.Of(answer)).Code);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_request_in_flight_is_answered_after_SIGTERM_and_is_lost_with_kill(bool gently)
    {
        await using var service = await ServiceProcess.StartAsync(typeof(WorkshopDb), _settings);
        using var caller = service.Client(TestTokens.For("tourist"));
        Task<HttpResponseMessage> slow;
        Task ended;
        var notReady = HttpStatusCode.OK;
        await using (await HeldLock.TakeAsync(_owner, "SELECT pg_advisory_xact_lock(1300)"))
        {
            slow = caller.GetAsync(new Uri("/v1/slow", UriKind.Relative));
            await HeldLock.IsWaitedFor(_owner);
            if (gently)
            {
                ended = service.StopAsync();
                notReady = (await Eventually.Holds(
                    () => caller.GetAsync(new Uri("/health/ready", UriKind.Relative)),
                    ready => ready.StatusCode == HttpStatusCode.ServiceUnavailable)).StatusCode;
            }
            else
            {
                service.Kill();
                ended = Task.CompletedTask;
            }
        }

        if (gently)
        {
            Assert.Equal(HttpStatusCode.OK, (await slow).StatusCode);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, notReady);
            await ended;
        }
        else
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => slow);
        }
    }

    [Fact]
    public async Task Migrate_makes_the_schema_with_its_rights_twice_over_and_ends()
    {
        var name = $"test_{Guid.CreateVersion7():N}";
        await Sql.ExecuteAsync(await TestPostgres.ServerAsync(), $"CREATE DATABASE {name} {TestPostgres.AsDeployed}");
        var owner = new Npgsql.NpgsqlConnectionStringBuilder(_owner) { Database = name }.ConnectionString;
        var runtime = new Npgsql.NpgsqlConnectionStringBuilder(_runtime) { Database = name }.ConnectionString;
        var settings = WorkshopFixture.Environment(runtime, owner, _broker);

        await ServiceProcess.RunAsync(typeof(WorkshopDb), settings, "migrate");
        await ServiceProcess.RunAsync(typeof(WorkshopDb), settings, "migrate");

        await Sql.ExecuteAsync(runtime, "INSERT INTO pots VALUES (gen_random_uuid(), gen_random_uuid(), 'celadon')");
        await TestPostgres.DropAsync(owner);
    }
}

using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using Jingdezhen.Tourism.Platform.Messaging;
using MassTransit;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Jingdezhen.Tourism.Testing;

/// <summary>
/// One service in this process, with its own database and its own virtual host, over real PostgreSQL and RabbitMQ. Use
/// it as a class fixture; derive from it to add settings.
/// </summary>
public class ServiceFixture<TDb> : IAsyncLifetime where TDb : DbContext
{
    private readonly BusObserver _observer = new();
    private WebApplicationFactory<TDb> _application = null!;

    /// <summary>The service's clock in slices; starts at the real time and stands until moved.</summary>
    public FakeTimeProvider Clock { get; } = new(TimeProvider.System.GetUtcNow());

    public string RuntimeConnection { get; private set; } = null!;
    public string OwnerConnection { get; private set; } = null!;

    /// <summary>The virtual host of this fixture.</summary>
    public Uri Broker { get; private set; } = null!;

    public IServiceProvider Services => _application.Services;

    /// <summary>Settings besides the connections, for example <c>Demo</c>.</summary>
    protected virtual IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>();

    /// <summary>Replaces what we do not own: payment, SMS, maps.</summary>
    protected virtual void ConfigureServices(IServiceCollection services)
    {
    }

    public async Task InitializeAsync()
    {
        (RuntimeConnection, OwnerConnection) = await TestPostgres.CreateAsync<TDb>();
        Broker = await TestBroker.CreateAsync();
        _application = new WebApplicationFactory<TDb>().WithWebHostBuilder(host =>
        {
            host.UseEnvironment("Testing");
            var settings = Environment(RuntimeConnection, OwnerConnection, Broker).Concat(Settings);
            foreach (var (name, value) in settings) host.UseSetting(name, value);
            host.ConfigureServices(services =>
            {
                services.AddSingleton<TimeProvider>(Clock);
                services.AddSingleton<OutboxPublisher>(
                    provider => new WatchedPublisher(provider.GetRequiredService<BrokerConnection>().Address, Clock));
                ConfigureServices(services);
            });
        });
        var bus = Services.GetRequiredService<IBus>();
        bus.ConnectReceiveObserver(_observer);
        await Services.GetRequiredService<IBusControl>()
            .WaitForHealthStatus(BusHealthStatus.Healthy, TimeSpan.FromSeconds(30));
        await PrepareAsync();
    }

    /// <summary>Runs once the service is up.</summary>
    protected virtual Task PrepareAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _application.DisposeAsync();
        await TestBroker.DropAsync(Broker);
        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// The settings of a service that stands on the given servers and believes <see cref="TestTokens"/>.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Environment(string runtime, string owner, Uri broker) =>
        new Dictionary<string, string>
        {
            ["ConnectionStrings:Database"] = runtime,
            ["ConnectionStrings:Migrations"] = owner,
            ["ConnectionStrings:Broker"] = broker.ToString(),
            ["Auth:Issuer"] = TestTokens.Issuer,
            ["Auth:Jwks"] = TestTokens.Jwks,
        };

    /// <summary>A client nobody has signed in to.</summary>
    public HttpClient Anonymous() => _application.CreateClient();

    public HttpClient As(string role, Guid? account = null, Guid? merchant = null) =>
        WithToken(TestTokens.For(role, account, merchant));

    public HttpClient WithToken(string token)
    {
        var http = _application.CreateClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }

    public async Task Save(params object[] entities)
    {
        await using var scope = Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TDb>();
        db.AddRange(entities);
        await db.SaveChangesAsync();
    }

    public async Task<T> Read<T>(Func<TDb, Task<T>> read)
    {
        await using var scope = Services.CreateAsyncScope();
        return await read(scope.ServiceProvider.GetRequiredService<TDb>());
    }

    /// <summary>Copies of one message with one MessageId; returns when every consumer has settled every copy.</summary>
    public async Task<Guid> Deliver<TContract>(
        TContract message, int times = 1, Guid? messageId = null, DateTimeOffset? occurredAt = null)
        where TContract : class
    {
        var id = messageId ?? Guid.CreateVersion7();
        var consumers = typeof(TDb).Assembly.GetTypes().Count(type => type.GetInterfaces().Any(made =>
            made == typeof(IConsumer<TContract>) || made == typeof(IConsumer<Batch<TContract>>)));
        if (consumers == 0) throw new InvalidOperationException($"Nobody consumes {typeof(TContract).Name}.");

        var before = _observer.SettledCopies(id);
        var bus = Services.GetRequiredService<IBus>();
        await Task.WhenAll(Enumerable.Range(0, times).Select(_ => bus.Publish(message, context =>
        {
            context.MessageId = id;
            if (occurredAt is not null) context.Headers.Set("occurred-at", occurredAt.Value);
        })));
        await Eventually.Holds(
            () => Task.FromResult(_observer.SettledCopies(id) - before), settled => settled >= times * consumers);
        return id;
    }

    /// <summary>Waits until the service has published a message that fits.</summary>
    public async Task<TContract> Published<TContract>(
        Func<TContract, bool> fits, [CallerArgumentExpression(nameof(fits))] string described = "")
        where TContract : class
    {
        await Eventually.Holds(
            () => Task.FromResult($"{PublishedSoFar<TContract>().Count} of the kind, none fits {described}"),
            _ => PublishedSoFar<TContract>().Any(fits));
        return PublishedSoFar<TContract>().First(fits);
    }

    public IReadOnlyList<TContract> PublishedSoFar<TContract>() where TContract : class =>
        [.. ((WatchedPublisher)Services.GetRequiredService<OutboxPublisher>()).Published.OfType<TContract>()];
}

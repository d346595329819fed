using System.Collections.Concurrent;
using Jingdezhen.Tourism.Notifications.Notices;
using Jingdezhen.Tourism.Notifications.Preferences;
using Jingdezhen.Tourism.Notifications.Storage;
using Jingdezhen.Tourism.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Jingdezhen.Tourism.Notifications.Tests.Notices;

/// <summary>Several replicas over one database, each with the same mail server.</summary>
public sealed class SendNoticesTests
{
    private const int Replicas = 4;
    private const int Notices = 20;

    [Fact]
    public async Task Replicas_send_each_notice_once()
    {
        await using var post = await PostOffice.OpenAsync("FOR UPDATE SKIP LOCKED");

        await Task.WhenAll(post.Replicas.Select(replica => replica.SendDueAsync(CancellationToken.None)));

        await Eventually.Equal(Notices, async () =>
        {
            await post.Replicas[0].SendDueAsync(CancellationToken.None);
            return post.Sent.Distinct().Count();
        });
        Assert.Equal(Notices, post.Sent.Count);
    }

    [Fact]
    public async Task Replicas_that_do_not_claim_their_notices_send_them_several_times()
    {
        await using var post = await PostOffice.OpenAsync(claim: "");
        await using var holder = await post.Database.OpenConnectionAsync();
        await using var hold = await holder.BeginTransactionAsync();
        await using (
            var all = new NpgsqlCommand("SELECT id FROM notices FOR UPDATE", holder)) await all.ExecuteNonQueryAsync();
        var sending = post.Replicas.Select(replica => replica.SendDueAsync(CancellationToken.None)).ToArray();
        await Eventually.Equal((long)Replicas, async () =>
        {
            await using var waiting = post.Database.CreateCommand(
                """
                SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event_type = 'Lock'
                """);
            return (long)(await waiting.ExecuteScalarAsync())!;
        });

        await hold.CommitAsync();
        await Task.WhenAll(sending);

        Assert.True(post.Sent.Count > Notices, $"{post.Sent.Count} mails of {Notices} notices");
    }

    private sealed class PostOffice : IAsyncDisposable
    {
        private readonly ServiceProvider _services;

        private PostOffice(string runtime, string claim)
        {
            Database = NpgsqlDataSource.Create(runtime);
            _services = new ServiceCollection()
                .AddDbContext<NotificationsDb>(options => Platform.Hosting.Database.Configure(options, Database))
                .BuildServiceProvider();
            Replicas = [.. Enumerable.Range(0, SendNoticesTests.Replicas).Select(_ => new SendNotices(
                _services.GetRequiredService<IServiceScopeFactory>(), [new CountingSender(Sent)], new Templates(),
                NullLogger<SendNotices>.Instance) { Claim = claim })];
        }

        public NpgsqlDataSource Database { get; }
        public SendNotices[] Replicas { get; }
        public ConcurrentBag<Guid> Sent { get; } = [];

        public static async Task<PostOffice> OpenAsync(string claim)
        {
            var office = new PostOffice((await TestPostgres.CreateAsync<NotificationsDb>()).Runtime, claim);
            await using var scope = office._services.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<NotificationsDb>();
            var person = new Preference { AccountId = Guid.CreateVersion7() };
            person.Change(null, "a@example.cn", null, "zh", byMail: true, bySms: false, []);
            db.Add(person);
            db.AddRange(Enumerable.Range(0, Notices).Select(number => new Notice
            {
                Id = Guid.CreateVersion7(), Key = $"{number}", Channel = "mail", Topic = "offer", SubjectId = null,
                AccountId = person.AccountId, MerchantId = null, Values = "{}",
                CreatedAt = TimeProvider.System.GetUtcNow(), NextAttemptAt = TimeProvider.System.GetUtcNow()
                    .AddMinutes(-1),
            }));
            await db.SaveChangesAsync();
            return office;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var replica in Replicas) replica.Dispose();
            await _services.DisposeAsync();
            await Database.DisposeAsync();
        }
    }

    private sealed class CountingSender(ConcurrentBag<Guid> sent) : ISender
    {
        public string Channel => "mail";

        public Task SendAsync(Guid noticeId, string address, Templates.Text text, CancellationToken cancellation)
        {
            sent.Add(noticeId);
            return Task.CompletedTask;
        }
    }
}

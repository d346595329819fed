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

    /// <summary>More than are looked up at once.</summary>
    private const int People = 25;

    [Fact]
    public async Task Replicas_send_each_notice_once()
    {
        await using var post = await PostOffice.OpenAsync();

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
        await using var post = await PostOffice.OpenAsync(office => office.Claim = "");
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

    [Fact]
    public async Task A_replica_leaves_alone_what_another_is_still_sending()
    {
        await using var post = await PostOffice.OpenAsync(office => office.Notices = 1);

        await SendSlowlyBesideAnotherReplicaAsync(post);

        Assert.Single(post.Sent);
    }

    [Fact]
    public async Task With_a_lease_shorter_than_a_send_two_replicas_send_the_same()
    {
        await using var post = await PostOffice.OpenAsync(office =>
            (office.Notices, office.Lease) = (1, TimeSpan.FromSeconds(10)));

        await SendSlowlyBesideAnotherReplicaAsync(post);

        Assert.Equal(2, post.Sent.Count);
    }

    [Fact]
    public async Task Of_a_merchants_many_people_each_is_told_once_though_one_was_refused_at_first()
    {
        await using var post = await PostOffice.OpenAsync(office => (office.Notices, office.People) = (1, People));
        post.RefuseOnce("7@example.cn");

        await post.Replicas[0].SendDueAsync(CancellationToken.None);
        await post.PassAsync(TimeSpan.FromSeconds(10));
        await post.Replicas[0].SendDueAsync(CancellationToken.None);

        Assert.Equal(
            Enumerable.Range(0, People).Select(number => $"{number}@example.cn").Order(StringComparer.Ordinal),
            post.Sent.Select(one => one.Address).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Where_it_is_not_noted_who_was_told_a_refused_one_has_all_the_others_told_again()
    {
        await using var post = await PostOffice.OpenAsync(office => (office.Notices, office.People) = (1, People));
        post.RefuseOnce("7@example.cn");

        await post.Replicas[0].SendDueAsync(CancellationToken.None);
        await post.ExecuteAsync("UPDATE notices SET told = '{}'");
        await post.PassAsync(TimeSpan.FromSeconds(10));
        await post.Replicas[0].SendDueAsync(CancellationToken.None);

        Assert.Equal(People + People - 1, post.Sent.Count);
    }

    private static async Task SendSlowlyBesideAnotherReplicaAsync(PostOffice post)
    {
        var (begun, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        post.Answer = _ =>
        {
            begun.SetResult();
            return answer.Task;
        };
        var slow = post.Replicas[0].SendDueAsync(CancellationToken.None);
        await begun.Task;
        post.Answer = _ => Task.CompletedTask;

        await post.PassAsync(MailSender.Limit);
        await post.Replicas[1].SendDueAsync(CancellationToken.None);
        answer.SetResult();
        await slow;
    }

    private sealed class PostOffice : ISender, IAsyncDisposable
    {
        private readonly ServiceProvider _services;

        private PostOffice(string runtime)
        {
            Database = NpgsqlDataSource.Create(runtime);
            _services = new ServiceCollection()
                .AddDbContext<NotificationsDb>(options => Platform.Hosting.Database.Configure(options, Database))
                .BuildServiceProvider();
        }

        public NpgsqlDataSource Database { get; }
        public SendNotices[] Replicas { get; private set; } = [];
        public ConcurrentBag<(Guid Notice, string Address)> Sent { get; } = [];
        public string Channel => "mail";

        public string Claim { get; set; } = "FOR UPDATE SKIP LOCKED";
        public TimeSpan? Lease { get; set; }
        public int Notices { get; set; } = SendNoticesTests.Notices;

        /// <summary>More than one are a merchant's.</summary>
        public int People { get; set; } = 1;

        /// <summary>What the mail server does about an address before it takes the mail.</summary>
        public Func<string, Task> Answer { get; set; } = _ => Task.CompletedTask;

        public static async Task<PostOffice> OpenAsync(Action<PostOffice>? set = null)
        {
            var office = new PostOffice((await TestPostgres.CreateAsync<NotificationsDb>()).Runtime);
            set?.Invoke(office);
            office.Replicas = [.. Enumerable.Range(0, SendNoticesTests.Replicas).Select(_ => office.Replica())];
            await using var scope = office._services.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<NotificationsDb>();
            var merchant = Guid.CreateVersion7();
            var people = Enumerable.Range(0, office.People).Select(number =>
            {
                var person = new Preference { AccountId = Guid.CreateVersion7() };
                person.Change(merchant, null, $"{number}@example.cn", null, "zh", byMail: true, bySms: false, []);
                return person;
            }).ToList();
            db.AddRange(people);
            db.AddRange(Enumerable.Range(0, office.Notices).Select(number => new Notice
            {
                Id = Guid.CreateVersion7(), Key = $"{number}", Channel = "mail", Topic = "offer", SubjectId = null,
                AccountId = people.Count == 1 ? people[0].AccountId : null,
                MerchantId = people.Count == 1 ? null : merchant, Values = "{}",
                CreatedAt = TimeProvider.System.GetUtcNow(), NextAttemptAt = TimeProvider.System.GetUtcNow()
                    .AddMinutes(-1),
            }));
            await db.SaveChangesAsync();
            return office;
        }

        public void RefuseOnce(string address)
        {
            var refused = false;
            Answer = to =>
            {
                if (to != address || refused) return Task.CompletedTask;
                refused = true;
                throw new IOException("451 try again later");
            };
        }

        public async Task SendAsync(Guid noticeId, string address, Templates.Text text, CancellationToken cancellation)
        {
            await Answer(address);
            Sent.Add((noticeId, address));
        }

        /// <summary>As if so much time had gone by.</summary>
        public Task PassAsync(TimeSpan time) => ExecuteAsync(
            $"UPDATE notices SET next_attempt_at = next_attempt_at - interval '{time.TotalSeconds} seconds'");

        public async Task ExecuteAsync(string sql)
        {
            await using var command = Database.CreateCommand(sql);
            await command.ExecuteNonQueryAsync();
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var replica in Replicas) replica.Dispose();
            await _services.DisposeAsync();
            await Database.DisposeAsync();
        }

        private SendNotices Replica()
        {
            var (scopes, log) = (
                _services.GetRequiredService<IServiceScopeFactory>(), NullLogger<SendNotices>.Instance);
            return Lease is { } lease
                ? new(scopes, [this], new Templates(), log) { Claim = Claim, Lease = lease }
                : new(scopes, [this], new Templates(), log) { Claim = Claim };
        }
    }
}

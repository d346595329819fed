using System.Collections.Concurrent;
using System.Net.Http.Json;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Payments.Payments;
using Jingdezhen.Tourism.Payments.Payouts;
using Jingdezhen.Tourism.Payments.Refunds;
using Jingdezhen.Tourism.Payments.Sandbox;
using Jingdezhen.Tourism.Payments.Settlement;
using Jingdezhen.Tourism.Payments.Storage;
using Jingdezhen.Tourism.Platform.Hosting;
using Jingdezhen.Tourism.Platform.Ledger;
using Jingdezhen.Tourism.Testing;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Jingdezhen.Tourism.Payments.Tests.Payments;

/// <summary>
/// Kill -9 at the named points between request and settlement. Each process dies at its own point and leaves its work
/// for later; one process that survives finds all of it. Whoever got no answer asks again with the same
/// Idempotency-Key.
/// </summary>
public sealed class CrashTests
{
    private const long RefundFen = 100;
    private const long PayoutFen = 55;

    // The last one leaves a message that the next process takes, so nothing comes after it.
    private static readonly string[] Points =
        ["claimed", "answered", "decided", "noticed", "settling", "settled", "requested"];

    [Fact]
    public async Task A_charge_a_refund_and_a_payout_in_flight_at_a_kill_happen_once_each()
    {
        await using var town = await Town.BuildAsync();
        await town.DieAsync("settling", "payment", "refund", "payout");

        await town.RecoverAsync();

        await town.Everything_happened_once(payments: 1, refunds: 1, payouts: 1);
    }

    [Theory, Trait("Category", "Long")]
    [InlineData("payment", 7, 0, 0)]
    [InlineData("refund", 0, 7, 0)]
    [InlineData("payout", 0, 0, 7)]
    public async Task Killed_at_every_point_there_is_exactly_one_charge_refund_or_payout(
        string kind, int payments, int refunds, int payouts)
    {
        await using var town = await Town.BuildAsync();
        foreach (var point in Points) await town.DieAsync(point, kind);

        await town.RecoverAsync();

        await town.Everything_happened_once(payments, refunds, payouts);
    }

    /// <summary>The servers, the asker and the payer: what goes on while Payments is dead.</summary>
    private sealed class Town : IAsyncDisposable
    {
        private readonly ConcurrentDictionary<(string, string), ConcurrentDictionary<Guid, bool>> _heard = new();
        private readonly List<(string What, string Key, object Body)> _asked = [];
        private readonly RequestPayment _paid = PaymentsFixture.Asked("paid-before");
        private readonly Dictionary<string, string> _settings;
        private readonly NpgsqlDataSource _database;
        private readonly DbContextOptions<PaymentsDb> _options;
        private readonly Uri _broker;
        private readonly IBusControl _bus;
        private int _turn;

        private Town(string runtime, string owner, Uri broker)
        {
            _settings = new(ServiceFixture<PaymentsDb>.Environment(runtime, owner, broker)) { ["Demo"] = "true" };
            (_database, _broker) = (NpgsqlDataSource.Create(runtime), broker);
            _options = (DbContextOptions<PaymentsDb>)Database.Configure(
                new DbContextOptionsBuilder<PaymentsDb>(), _database).Options;
            _bus = MassTransit.Bus.Factory.CreateUsingRabbitMq(rabbit =>
            {
                rabbit.Host(broker);
                rabbit.ReceiveEndpoint("town", endpoint =>
                {
                    endpoint.Handler<PaymentCaptured>(context => Hear("captured", context.Message.Key, context));
                    endpoint.Handler<RefundSettled>(context => Hear("refunded", context.Message.Key, context));
                    endpoint.Handler<PayoutSettled>(context => Hear("paid out", context.Message.Key, context));
                });
            });

            // A relay that dies after it published does so again under the same id: that is one message.
            Task Hear(string effect, string key, ConsumeContext context)
            {
                _heard.GetOrAdd((effect, key), _ => new())[context.MessageId!.Value] = true;
                return Task.CompletedTask;
            }
        }

        public static async Task<Town> BuildAsync()
        {
            var (runtime, owner) = await TestPostgres.CreateAsync<PaymentsDb>();
            var town = new Town(runtime, owner, await TestBroker.CreateAsync());
            await town._bus.StartAsync();
            await town.ReadAsync(town.PayBeforeAsync);
            return town;
        }

        public async Task DieAsync(string point, params string[] kinds)
        {
            await PostponeAsync();
            var doomed = new Dictionary<string, string>(_settings)
            {
                ["JDZ_FAULT_POINT"] = point == "requested" ? $"{kinds[0]}-requested" : point,
            };
            await using var victim = await ServiceProcess.StartAsync(typeof(PaymentsDb), doomed);
            try
            {
                if (point == "requested") await PublishAsync(Message(kinds[0], $"{kinds[0]}:{++_turn}"));
                else await AskAndApproveAsync(victim, kinds);
            }
            catch (HttpRequestException)
            {
                // It died while it answered.
            }

            await Eventually.Holds(
                () => Task.FromResult($"dead at {point} of {string.Join(", ", kinds)}: {!IsAlive(victim)}"),
                seen => seen.EndsWith("True", StringComparison.Ordinal));
        }

        private async Task AskAndApproveAsync(ServiceProcess victim, string[] kinds)
        {
            await WaitForTheDeskAsync(victim);
            var open = new List<(string Kind, string Key)>();
            foreach (var kind in kinds)
            {
                open.Add((kind, $"{kind}:{++_turn}"));
                _asked.Add(($"{kind}s", open[^1].Key, Request(kind, open[^1].Key)));
                await AskAsync(victim, _asked[^1].What, _asked[^1].Key, _asked[^1].Body);
            }

            var charges = new List<(string Kind, Guid? Id)>();
            foreach (var (kind, key) in open) charges.Add((kind, await OpenAsync(victim, key)));
            await Task.WhenAll(charges.Select(charge => ApproveAsync(victim, charge.Kind, charge.Id)));
        }

        public async Task RecoverAsync()
        {
            await using var survivor = await ServiceProcess.StartAsync(typeof(PaymentsDb), _settings);
            foreach (var (what, key, body) in _asked) await AskAsync(survivor, what, key, body);
            await Eventually.Equal(_turn + 1, async () =>
            {
                await HurryAsync();
                foreach (var (kind, id) in await ReadAsync(WaitingAsync)) await ApproveAsync(survivor, kind, id);
                return await ReadAsync(async db =>
                    await db.Payments.CountAsync(row => row.State == PaymentState.Captured)
                    + await db.Refunds.CountAsync(row => row.State == RefundState.Settled)
                    + await db.Payouts.CountAsync(row => row.State == PayoutState.Settled));
            }, TimeSpan.FromSeconds(40));

            // What is still on its way, copies of notices and of messages, must find its place taken.
            await Eventually.Equal((0, 0, _turn), async () =>
            {
                await HurryAsync();
                return await ReadAsync(async db => (
                    await db.Set<SandboxNotice>().CountAsync(),
                    await db.Set<Platform.Messaging.OutboxMessage>().CountAsync(), _heard.Count));
            });
        }

        public async Task Everything_happened_once(int payments, int refunds, int payouts)
        {
            Assert.All(_heard, effect =>
                Assert.True(effect.Value.Count == 1, $"{effect.Key}: {effect.Value.Count} messages"));
            Assert.Equal((payments + 1, refunds, payouts), await ReadAsync(async db => (
                await db.Payments.CountAsync(), await db.Refunds.CountAsync(), await db.Payouts.CountAsync())));
            Assert.Equal(payments + refunds + payouts, await ReadAsync(db =>
                db.Set<SandboxCharge>().CountAsync(row => row.State == "done")));
            Assert.Equal(
                (_paid.AmountFen * (payments + 1) - RefundFen * refunds, 0, PayoutFen * payouts, 0),
                await ReadAsync(async db => (
                    await BalanceAsync(db, "held:sandbox"), await BalanceAsync(db, "refunding:sandbox"),
                    await BalanceAsync(db, "payees:host"), await BalanceAsync(db, "paying-out"))));

            static Task<long> BalanceAsync(PaymentsDb db, string account) =>
                Ledger.BalanceAsync(db, account, CancellationToken.None);
        }

        public async ValueTask DisposeAsync()
        {
            await _bus.StopAsync();
            await _database.DisposeAsync();
            await TestBroker.DropAsync(_broker);
        }

        private static async Task<List<(string Kind, Guid Id)>> WaitingAsync(PaymentsDb db)
        {
            var charges = await db.Set<SandboxCharge>().AsNoTracking().Where(charge => charge.State == "waiting")
                .ToListAsync();
            return charges.ConvertAll(charge => (charge.Kind, charge.Id));
        }

        /// <summary>A payment that was captured before anybody died: what the refunds are of.</summary>
        private async Task<int> PayBeforeAsync(PaymentsDb db)
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            var payment = db.Payments.Add(new()
            {
                Id = Guid.CreateVersion7(), Key = _paid.Key, Purpose = _paid.Purpose, SubjectId = _paid.SubjectId,
                AccountId = null,
                AmountFen = _paid.AmountFen, Currency = _paid.Currency, Method = _paid.Method, Provider = "sandbox",
                ExpiresAt = _paid.ExpiresAt, CreatedAt = TimeProvider.System.GetUtcNow(), CaptureLater = false,
            }).Entity;
            payment.Apply(PaymentEvent.Captured, payment.CreatedAt, "sandbox-before", reason: null);
            await Ledger.PostAsync(db,
                [Transfer.Between(
                    Accounts.Payers("sandbox"), Accounts.Held("sandbox"), _paid.AmountFen, "before", "Paid before")],
                CancellationToken.None);
            await db.SaveChangesAsync();
            await transaction.CommitAsync();
            return 0;
        }

        private object Message(string kind, string key) => kind switch
        {
            "payment" => PaymentsFixture.Asked(key),
            "refund" => PaymentsFixture.Refund(_paid, RefundFen, key),
            _ => new RequestPayout(key, "host", Guid.CreateVersion7(), Guid.CreateVersion7(), PayoutFen, "CNY"),
        };

        private object Request(string kind, string key) => kind switch
        {
            "payment" => Body(PaymentsFixture.Asked(key)),
            "refund" => new AskForRefundRequest(
                key, _paid.Key, "booking", _paid.SubjectId, RefundFen, "CNY", "cancelled"),
            _ => new AskForPayoutRequest(key, "host", Guid.CreateVersion7(), Guid.CreateVersion7(), PayoutFen, "CNY"),
        };

        private static AskForPaymentRequest Body(RequestPayment asked) => new(
            asked.Key, asked.Purpose, asked.SubjectId, null, asked.AmountFen, asked.Currency, asked.Method,
            asked.ExpiresAt);

        private static async Task AskAsync(ServiceProcess at, string what, string key, object body)
        {
            using var http = at.Client(TestTokens.For("admin", Guid.Empty));
            http.DefaultRequestHeaders.Add("Idempotency-Key", key);
            (await http.PostAsJsonAsync(new Uri($"/v1/{what}", UriKind.Relative), body)).EnsureSuccessStatusCode();
        }

        // Refunds and payouts wait for the desk as payments do, so that their notices have points of their own.
        private static async Task WaitForTheDeskAsync(ServiceProcess at)
        {
            using var http = new HttpClient { BaseAddress = at.Address };
            foreach (var operation in new[] { "refund-state", "payout-state" })
            {
                (await http.PostAsJsonAsync(new Uri("/sandbox/behaviour", UriKind.Relative),
                    new SandboxBehaviourRequest(operation, "waiting"))).EnsureSuccessStatusCode();
            }
        }

        /// <summary>The charge that the sandbox's desk can decide about; none where the process died before.</summary>
        private async Task<Guid?> OpenAsync(ServiceProcess at, string key) => await Eventually.Holds(
            () => ReadAsync<Guid?>(async db =>
            {
                var ids = await db.Payments.Where(row => row.Key == key && row.State == PaymentState.Pending)
                    .Select(row => row.Id)
                    .Concat(db.Refunds.Where(row => row.Key == key).Select(row => row.Id))
                    .Concat(db.Payouts.Where(row => row.Key == key).Select(row => row.Id)).ToListAsync();
                return ids.Count == 1 && await db.Set<SandboxCharge>().AnyAsync(row => row.Id == ids[0]) ? ids[0]
                    : null;
            }),
            found => found is not null || !IsAlive(at));

        private static async Task ApproveAsync(ServiceProcess at, string kind, Guid? id)
        {
            using var http = new HttpClient { BaseAddress = at.Address };
            if (id is not null) await http.PostAsync(new Uri($"/sandbox/{kind}s/{id}/approve", UriKind.Relative), null);
        }

        // Through an outbox, as another service would: the victim's own relay brings it to the broker and back.
        private async Task PublishAsync(object message)
        {
            await using var db = new PaymentsDb(_options);
            Platform.Messaging.Outbox.Publish(db, message);
            await db.SaveChangesAsync();
        }

        private Task<int> HurryAsync() => SetDueAsync(TimeSpan.Zero);

        private Task<int> PostponeAsync() => SetDueAsync(TimeSpan.FromHours(1));

        private Task<int> SetDueAsync(TimeSpan later) => ReadAsync(db => db.Database.ExecuteSqlAsync(
            $"""
            UPDATE payments SET next_step_at = now() + {later} WHERE next_step_at IS NOT NULL;
            UPDATE refunds SET next_step_at = now() + {later} WHERE next_step_at IS NOT NULL;
            UPDATE payouts SET next_step_at = now() + {later} WHERE next_step_at IS NOT NULL;
            UPDATE sandbox_notices SET due_at = now() + {later};
            """));

        private async Task<T> ReadAsync<T>(Func<PaymentsDb, Task<T>> read)
        {
            await using var db = new PaymentsDb(_options);
            return await read(db);
        }

        private static bool IsAlive(ServiceProcess process)
        {
            try
            {
                using var running = System.Diagnostics.Process.GetProcessById(process.Id);
                return !running.HasExited;
            }
            catch (ArgumentException)
            {
                return false;
            }
        }
    }
}

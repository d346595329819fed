using System.Text;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Payments.Payments;
using Jingdezhen.Tourism.Payments.Providers;
using Jingdezhen.Tourism.Payments.Reconciliations;
using Jingdezhen.Tourism.Payments.Refunds;
using Jingdezhen.Tourism.Payments.Settlement;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Messaging;
using Jingdezhen.Tourism.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Jingdezhen.Tourism.Payments.Tests.Settlement;

/// <summary>What makes money move once, taken out: the fault that it keeps away must appear.</summary>
public sealed class GuardTests
{
    /// <summary>The books keep their balance even then: the ledger's own key is the next guard.</summary>
    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 16)]
    public async Task Without_the_table_of_states_every_copy_of_a_notice_is_told_again(bool guarded, int told)
    {
        await using var payments = await StartAsync(guarded ? [] : ["States"]);
        var asked = PaymentsFixture.Asked();
        var payment = await payments.PendingAsync(asked);
        var door = payments.Services.GetRequiredService<GroupCommit<ProviderNotice, Refusal?>>();
        var done = new ProviderAnswer(Outcome.Done, "sandbox-1", asked.AmountFen, "CNY", payment.CreatedAt);

        await Task.WhenAll(Enumerable.Range(0, 16).Select(copy => door.AddAsync(
            new("sandbox", "payment", payment.Id, $"notice-{copy}", done), CancellationToken.None)));

        await payments.EverythingIsToldAsync();
        Assert.Equal(told, payments.PublishedSoFar<PaymentCaptured>().Count(message => message.Key == asked.Key));
        Assert.Equal(1, await payments.EntriesAsync($"capture:{payment.Id}"));
    }

    [Theory]
    [InlineData("nothing off", 1)]
    [InlineData("the lock off", 1)]
    [InlineData("the index off", 1)]
    [InlineData("the lock and the index off", 2)]
    public async Task Without_lock_and_index_one_refund_asked_twice_at_once_is_paid_twice(string off, int paid)
    {
        await using var payments = await StartAsync(off.Contains("lock", StringComparison.Ordinal) ? ["Keys"] : []);
        var asked = PaymentsFixture.Asked(amountFen: 10_000);
        await payments.CapturedAsync(asked);
        if (off.Contains("index", StringComparison.Ordinal)) await payments.OwnAsync("DROP INDEX ix_refunds_key");
        var refund = PaymentsFixture.Refund(asked, 3_000);

        await payments.MeetAsync(
            $"SELECT FROM payments WHERE key = '{asked.Key}' FOR UPDATE", () => payments.Deliver(refund));

        await Eventually.Equal(paid, () => payments.Read(db => db.Refunds.CountAsync(row =>
            row.Key == refund.Key && row.State == RefundState.Settled)));
        Assert.Equal(paid, await payments.Read(db => db.Refunds.CountAsync()));
        Assert.Equal(10_000 - (paid * 3_000), await payments.BalanceAsync("held:sandbox"));
    }

    /// <summary>A bank that charges for every call, as one without our ids would.</summary>
    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    public async Task Without_the_claim_of_a_step_every_replica_calls_the_provider(bool guarded, int charges)
    {
        await using var payments = await StartAsync(guarded ? [] : ["Claims"]);
        await payments.Deliver(PaymentsFixture.Asked(method: SlowBank.BankName));
        await Eventually.Holds(() => Task.FromResult(payments.Bank.Charges), seen => seen > 0);

        using var other = ActivatorUtilities.CreateInstance<ProviderSteps>(payments.Services);
        var step = other.RunOnceAsync(CancellationToken.None);
        await Eventually.Equal(charges, () => Task.FromResult(payments.Bank.Charges));
        payments.Bank.Answer();
        await step;

        Assert.Equal(charges, payments.Bank.Charges);
    }

    [Theory]
    [InlineData("nothing off", 1)]
    [InlineData("the lock off", 1)]
    [InlineData("the lock and the index off", 2)]
    public async Task Without_lock_and_index_a_statement_sent_twice_at_once_is_two_reconciliations(
        string off, int reconciliations)
    {
        await using var payments = await StartAsync(off.Contains("lock", StringComparison.Ordinal) ? ["Keys"] : []);
        if (off.Contains("index", StringComparison.Ordinal))
        {
            await payments.OwnAsync("DROP INDEX ix_reconciliations_provider_day");
        }

        await payments.MeetAsync("LOCK TABLE reconciliations IN SHARE MODE", async () =>
        {
            using var csv = new StringContent($"{Statement.Header}\n", Encoding.UTF8, "text/csv");
            await payments.As("admin").PostAsync(
                new Uri("/v1/reconciliations?provider=sandbox&day=2026-04-01", UriKind.Relative), csv);
        });

        Assert.Equal(reconciliations, await payments.Read(db => db.Set<Reconciliation>().CountAsync()));
    }

    private static async Task<GuardedFixture> StartAsync(string[] off)
    {
        var fixture = new GuardedFixture(off);
        await fixture.InitializeAsync();
        return fixture;
    }

    private sealed class GuardedFixture(string[] off) : PaymentsFixture
    {
        public SlowBank Bank { get; } = new();

        protected override IReadOnlyDictionary<string, string> Settings =>
            new Dictionary<string, string>(base.Settings.Concat(
                off.Select(guard => KeyValuePair.Create($"Guards:{guard}", "false"))));

        protected override void ConfigureServices(IServiceCollection services) =>
            services.AddSingleton<IPaymentProvider>(Bank);

        public Task<int> EverythingIsToldAsync() =>
            Eventually.Equal(0, () => Read(db => db.Set<OutboxMessage>().CountAsync()));

        public async Task OwnAsync(string sql)
        {
            await using var database = NpgsqlDataSource.Create(OwnerConnection);
            await using var command = database.CreateCommand(sql);
            await command.ExecuteNonQueryAsync();
        }

        /// <summary>Two who do the same stand at one closed door, then it opens for both.</summary>
        public async Task MeetAsync(string hold, Func<Task> act)
        {
            await using var database = NpgsqlDataSource.Create(OwnerConnection);
            await using var connection = await database.OpenConnectionAsync();
            await using var held = await connection.BeginTransactionAsync();
            await using var command = new NpgsqlCommand(hold, connection, held);
            await command.ExecuteNonQueryAsync();
            var both = Task.WhenAll(act(), act());
            await WaitingForLocks.AreAsync(OwnerConnection, 2);
            await held.CommitAsync();
            await both;
        }
    }

    private sealed class SlowBank : IPaymentProvider
    {
        public const string BankName = "slow-bank";

        private readonly TaskCompletionSource _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _charges;

        public int Charges => Volatile.Read(ref _charges);

        public string Name => BankName;

        public void Answer() => _answer.TrySetResult();

        public bool Takes(string method) => method == BankName;

        public async Task<ProviderAnswer> StartAsync(Payment payment, CancellationToken cancellation)
        {
            Interlocked.Increment(ref _charges);
            await _answer.Task.WaitAsync(cancellation);
            return new(Outcome.Pending);
        }

        public Task<ProviderAnswer> QueryAsync(Payment payment, CancellationToken cancellation) => SilentAsync();

        public Task<ProviderAnswer> CaptureAsync(Payment payment, CancellationToken cancellation) => SilentAsync();

        public Task<ProviderAnswer> CloseAsync(Payment payment, CancellationToken cancellation) => SilentAsync();

        public Task<ProviderAnswer> RefundAsync(Refund refund, Payment payment, CancellationToken cancellation) =>
            SilentAsync();

        public Task<ProviderAnswer> QueryRefundAsync(
            Refund refund, Payment payment, CancellationToken cancellation) => SilentAsync();

        private static Task<ProviderAnswer> SilentAsync() =>
            Task.FromResult(ProviderAnswer.Unknown("The bank says nothing."));
    }
}

using System.Net.Http.Json;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Payments.Payments;
using Jingdezhen.Tourism.Payments.Storage;
using Jingdezhen.Tourism.Platform.Ledger;
using Jingdezhen.Tourism.Testing;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Payments.Tests;

/// <summary>Payments with its sandbox, and the words in which its tests speak.</summary>
public class PaymentsFixture : ServiceFixture<PaymentsDb>
{
    protected override IReadOnlyDictionary<string, string> Settings =>
        new Dictionary<string, string> { ["Demo"] = "true" };

    internal static RequestPayment Asked(
        string? key = null, long amountFen = 12_000, string currency = "CNY", string method = "sandbox",
        TimeSpan? within = null, Guid? account = null) =>
        new(key ?? $"booking:{Guid.CreateVersion7()}", "booking", Guid.CreateVersion7(), account, amountFen, currency,
            method,
            TimeProvider.System.GetUtcNow() + (within ?? TimeSpan.FromMinutes(15)));

    internal static RequestRefund Refund(
        RequestPayment payment, long amountFen, string? key = null, string currency = "CNY") =>
        new(key ?? $"cancel:{Guid.CreateVersion7()}", payment.Key, payment.Purpose, payment.SubjectId, amountFen,
            currency,
            "cancelled");

    /// <summary>A payment that waits for its payer.</summary>
    internal async Task<Payment> PendingAsync(RequestPayment asked)
    {
        await Deliver(asked);
        return await StateAsync(asked.Key, PaymentState.Pending);
    }

    internal async Task<Payment> CapturedAsync(RequestPayment asked)
    {
        var payment = await PendingAsync(asked);
        await SayAsync($"payments/{payment.Id}/approve");
        return await StateAsync(asked.Key, PaymentState.Captured);
    }

    internal Task<Payment> StateAsync(string key, PaymentState state) => Eventually.Holds(
        () => Read(db => db.Payments.AsNoTracking().SingleOrDefaultAsync(payment => payment.Key == key))!,
        payment => payment?.State == state)!;

    public async Task SayAsync(string word)
    {
        var answer = await Anonymous().PostAsync(new Uri($"/sandbox/{word}", UriKind.Relative), null);
        answer.EnsureSuccessStatusCode();
    }

    public async Task BehaveAsync(string operation, string behaviour, int times = 1) =>
        (await Anonymous().PostAsJsonAsync(
            new Uri("/sandbox/behaviour", UriKind.Relative), new { operation, answer = behaviour, times }))
        .EnsureSuccessStatusCode();

    public Task<long> BalanceAsync(string account) =>
        Read(db => Ledger.BalanceAsync(db, account, CancellationToken.None));

    /// <summary>Everything that money depends on, a line for each row: what must not change when something is
    /// refused.</summary>
    public Task<List<string>> BooksAsync() => Read(db => db.Database.SqlQuery<string>(
        $"""
        SELECT concat_ws(' ', 'payment', id, state, refunded_fen, provider_reference, late) AS "Value" FROM payments
        UNION ALL SELECT concat_ws(' ', 'refund', id, state, amount_fen) FROM refunds
        UNION ALL SELECT concat_ws(' ', 'payout', id, state, amount_fen) FROM payouts
        UNION ALL SELECT concat_ws(' ', 'account', code, balance_fen) FROM ledger_accounts
        UNION ALL SELECT concat_ws(' ', 'entry', key) FROM ledger_entries ORDER BY 1
        """).ToListAsync());

    /// <summary>The books once nothing is on its way: tests share the service, and what an earlier one asked for must
    /// not pass for what this one changed.</summary>
    public async Task<List<string>> QuietBooksAsync()
    {
        var (books, alike) = (await BooksAsync(), 0);
        await Eventually.Holds(
            async () =>
            {
                var earlier = books;
                books = await BooksAsync();
                alike = !await AnythingDueAsync() && earlier.SequenceEqual(books) ? alike + 1 : 0;
                return alike;
            },
            times => times == 10, TimeSpan.FromSeconds(30));
        return books;
    }

    private Task<bool> AnythingDueAsync() => Read(db => db.Database.SqlQuery<bool>(
        $"""
        SELECT EXISTS (SELECT FROM payments WHERE next_step_at <= now())
            OR EXISTS (SELECT FROM refunds WHERE next_step_at <= now())
            OR EXISTS (SELECT FROM payouts WHERE next_step_at <= now()) AS "Value"
        """).SingleAsync());

    public Task<int> EntriesAsync(string key) =>
        Read(db => db.Set<LedgerEntry>().CountAsync(entry => entry.Key == key));

    /// <summary>Makes whatever waits for the provider due now.</summary>
    public Task HurryAsync() => Read(db => db.Database.ExecuteSqlRawAsync(
        """
        UPDATE payments SET next_step_at = now() WHERE next_step_at IS NOT NULL;
        UPDATE refunds SET next_step_at = now() WHERE next_step_at IS NOT NULL;
        UPDATE payouts SET next_step_at = now() WHERE next_step_at IS NOT NULL;
        """));
}

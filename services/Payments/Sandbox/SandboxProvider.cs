using System.Collections.Concurrent;
using System.Text.Json;
using Jingdezhen.Tourism.Payments.Payments;
using Jingdezhen.Tourism.Payments.Payouts;
using Jingdezhen.Tourism.Payments.Providers;
using Jingdezhen.Tourism.Payments.Refunds;
using Jingdezhen.Tourism.Payments.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Payments.Sandbox;

/// <summary>
/// A provider in our own process that behaves like a remote one: its book is committed apart from ours, each id moves
/// money once, and it can be told to fail, to be silent, or to act and then be silent.
/// </summary>
internal sealed class SandboxProvider(IServiceScopeFactory scopes) : IPaymentProvider
{
    public const string ProviderName = "sandbox";

    /// <summary>How the next calls of an operation are answered: error (not done), lost (done, but the answer is
    /// lost).</summary>
    private readonly ConcurrentDictionary<string, (string Answer, int Times)> _moods = new();

    public string Name => ProviderName;

    public bool Takes(string method) => method == ProviderName;

    public void Behave(string operation, string answer, int times) => _moods[operation] = (answer, times);

    public Task<ProviderAnswer> StartAsync(Payment payment, CancellationToken cancellation) =>
        AskedAsync("start", async db =>
        {
            await OpenAsync(
                db, payment.Id, "payment", payment.AmountFen, payment.Currency, payment.CaptureLater, "waiting",
                cancellation);
            return await FindAsync(db, payment.Id, cancellation) with
            {
                PayWith = JsonSerializer.Serialize(new { approve = $"/sandbox/payments/{payment.Id}/approve" }),
            };
        });

    public Task<ProviderAnswer> QueryAsync(Payment payment, CancellationToken cancellation) =>
        AskedAsync("query", db => FindAsync(db, payment.Id, cancellation));

    public Task<ProviderAnswer> CaptureAsync(Payment payment, CancellationToken cancellation) =>
        AskedAsync("capture", async db =>
        {
            await MoveAsync(db, payment.Id, "authorised", "done", cancellation);
            return await FindAsync(db, payment.Id, cancellation);
        });

    public Task<ProviderAnswer> CloseAsync(Payment payment, CancellationToken cancellation) =>
        AskedAsync("close", async db =>
        {
            await MoveAsync(db, payment.Id, "waiting", "closed", cancellation);
            await MoveAsync(db, payment.Id, "authorised", "closed", cancellation);
            return await FindAsync(db, payment.Id, cancellation) switch
            {
                { Outcome: Outcome.NotFound } => new(Outcome.Closed),
                var answer => answer,
            };
        });

    public Task<ProviderAnswer> RefundAsync(Refund refund, Payment payment, CancellationToken cancellation) =>
        MoveMoneyAsync("refund", refund.Id, refund.AmountFen, refund.Currency, cancellation);

    public Task<ProviderAnswer> QueryRefundAsync(Refund refund, Payment payment, CancellationToken cancellation) =>
        AskedAsync("query", db => FindAsync(db, refund.Id, cancellation));

    public Task<ProviderAnswer> PayOutAsync(Payout payout, CancellationToken cancellation) =>
        MoveMoneyAsync("payout", payout.Id, payout.AmountFen, payout.Currency, cancellation);

    public Task<ProviderAnswer> QueryPayoutAsync(Payout payout, CancellationToken cancellation) =>
        AskedAsync("query", db => FindAsync(db, payout.Id, cancellation));

    /// <summary>What a state of the book means to the asker.</summary>
    public static Outcome OutcomeOf(string state) => state switch
    {
        "waiting" => Outcome.Pending,
        "authorised" => Outcome.Authorised,
        "done" => Outcome.Done,
        "failed" => Outcome.Failed,
        "closed" => Outcome.Closed,
        _ => throw new InvalidOperationException($"The sandbox knows no state {state}."),
    };

    private Task<ProviderAnswer> MoveMoneyAsync(
        string kind, Guid id, long amountFen, string currency, CancellationToken cancellation) =>
        AskedAsync(kind, async db =>
        {
            var state = TakeMood($"{kind}-state") ?? "done";
            await OpenAsync(db, id, kind, amountFen, currency, captureLater: false, state, cancellation);
            return await FindAsync(db, id, cancellation);
        });

    private async Task<ProviderAnswer> AskedAsync(string operation, Func<PaymentsDb, Task<ProviderAnswer>> act)
    {
        var mood = TakeMood(operation);
        if (mood == "error") return ProviderAnswer.Unknown("The sandbox answered 500.");

        await using var scope = scopes.CreateAsyncScope();
        var answer = await act(scope.ServiceProvider.GetRequiredService<PaymentsDb>());
        return mood == "lost" ? ProviderAnswer.Unknown("The sandbox's answer was lost.") : answer;
    }

    private string? TakeMood(string operation)
    {
        while (_moods.TryGetValue(operation, out var mood) && mood.Times > 0)
        {
            if (_moods.TryUpdate(operation, (mood.Answer, mood.Times - 1), mood)) return mood.Answer;
        }

        return null;
    }

    private static Task<int> OpenAsync(
        PaymentsDb db, Guid id, string kind, long amountFen, string currency, bool captureLater, string state,
        CancellationToken cancellation) =>
        db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO sandbox_charges (id, kind, amount_fen, currency, capture_later, state, done_at)
            VALUES ({id}, {kind}, {amountFen}, {currency}, {captureLater}, {state},
                CASE WHEN {state} = 'done' THEN now() END)
            ON CONFLICT DO NOTHING
            """, cancellation);

    private static Task<int> MoveAsync(
        PaymentsDb db, Guid id, string from, string to, CancellationToken cancellation) =>
        db.Database.ExecuteSqlAsync(
            $"""
            UPDATE sandbox_charges SET state = {to}, done_at = CASE WHEN {to} = 'done' THEN now() END
            WHERE id = {id} AND state = {from}
            """, cancellation);

    private static async Task<ProviderAnswer> FindAsync(PaymentsDb db, Guid id, CancellationToken cancellation) =>
        await db.Set<SandboxCharge>().AsNoTracking()
            .SingleOrDefaultAsync(row => row.Id == id, cancellation) is { } charge
            ? new(OutcomeOf(charge.State), $"sandbox-{id:N}", charge.AmountFen, charge.Currency, charge.DoneAt)
            : new(Outcome.NotFound);
}

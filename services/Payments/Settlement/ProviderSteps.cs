using Jingdezhen.Tourism.Payments.Payments;
using Jingdezhen.Tourism.Payments.Payouts;
using Jingdezhen.Tourism.Payments.Providers;
using Jingdezhen.Tourism.Payments.Refunds;
using Jingdezhen.Tourism.Payments.Sandbox;
using Jingdezhen.Tourism.Payments.Storage;
using Microsoft.EntityFrameworkCore;
using Door = Jingdezhen.Tourism.Payments.Settlement.GroupCommit<
    Jingdezhen.Tourism.Payments.Settlement.ProviderNotice, Jingdezhen.Tourism.Platform.Domain.Refusal?>;

namespace Jingdezhen.Tourism.Payments.Settlement;

/// <summary>
/// Talks to providers about whatever is open: begins, captures, closes, refunds, pays out, and asks again where an
/// answer never came. A row is claimed with a lease and committed before the call, so no transaction spans a call and a
/// crash at any point leaves a row that is due again. From the second attempt on it asks what happened before it acts.
/// </summary>
internal sealed partial class ProviderSteps(
    IServiceScopeFactory scopes, ProviderRegistry providers, SandboxProvider sandbox, Door settle, StepSignal signal,
    SettlementGuards guards, ILogger<ProviderSteps> logger) : BackgroundService
{
    private const int BatchSize = 50;
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await RunOnceAsync(stoppingToken) < BatchSize) await signal.WaitAsync(PollInterval, stoppingToken);
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                LogFault(logger, fault);
                await Task.Delay(PollInterval, stoppingToken);
            }
        }
    }

    internal async Task<int> RunOnceAsync(CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<PaymentsDb>();
        await using var claim = await db.Database.BeginTransactionAsync(cancellation);

        // The lease grows with the attempts and is the backoff too: 4, 8, 16 … seconds, ten minutes at most. A payment
        // that waits for its payer is looked at again no later than its deadline.
        var payments = await db.Payments.FromSql(
            $"""
            UPDATE payments SET attempts = attempts + 1, next_step_at = CASE WHEN expires_at > now()
                THEN least(
                    now() + least(power(2, attempts + 2), 600) * interval '1 second', expires_at + interval '1 second')
                ELSE now() + least(power(2, attempts + 2), 600) * interval '1 second' END
            WHERE id IN (SELECT id FROM payments WHERE next_step_at <= now() ORDER BY next_step_at LIMIT {BatchSize}
                FOR UPDATE SKIP LOCKED) RETURNING *, xmin
            """).AsNoTracking().ToListAsync(cancellation);
        var refunds = await db.Refunds.FromSql(
            $"""
            UPDATE refunds SET attempts = attempts + 1,
                next_step_at = now() + least(power(2, attempts + 2), 600) * interval '1 second'
            WHERE id IN (SELECT id FROM refunds WHERE next_step_at <= now() ORDER BY next_step_at LIMIT {BatchSize}
                FOR UPDATE SKIP LOCKED) RETURNING *, xmin
            """).AsNoTracking().ToListAsync(cancellation);
        var payouts = await db.Payouts.FromSql(
            $"""
            UPDATE payouts SET attempts = attempts + 1,
                next_step_at = now() + least(power(2, attempts + 2), 600) * interval '1 second'
            WHERE id IN (SELECT id FROM payouts WHERE next_step_at <= now() ORDER BY next_step_at LIMIT {BatchSize}
                FOR UPDATE SKIP LOCKED) RETURNING *, xmin
            """).AsNoTracking().ToListAsync(cancellation);
        var refunded = refunds.Select(refund => refund.PaymentId).Distinct().ToArray();
        var paid = await db.Payments.AsNoTracking().Where(payment => refunded.Contains(payment.Id))
            .ToDictionaryAsync(payment => payment.Id, cancellation);
        var now = await db.Database.SqlQuery<DateTimeOffset>($"""SELECT now() AS "Value" """).SingleAsync(cancellation);
        await (guards.Claims ? claim.CommitAsync(cancellation) : claim.RollbackAsync(cancellation));
        if (payments.Count + refunds.Count + payouts.Count > 0) FaultPoint.Reach("claimed");

        await Task.WhenAll([
            .. payments.Select(payment => StepAsync(
                payment.Provider, "payment", payment.Id, AskAsync(payment, now, cancellation), cancellation)),
            .. refunds.Select(refund => StepAsync(
                refund.Provider, "refund", refund.Id, AskAsync(refund, paid[refund.PaymentId], cancellation),
                cancellation)),
            .. payouts.Select(payout => StepAsync(
                sandbox.Name, "payout", payout.Id, AskAsync(payout, cancellation), cancellation)),
        ]);
        return Math.Max(payments.Count, Math.Max(refunds.Count, payouts.Count));
    }

    private async Task StepAsync(
        string provider, string kind, Guid id, Task<ProviderAnswer?> asking, CancellationToken cancellation)
    {
        try
        {
            if (await asking is not { } answer) return;

            FaultPoint.Reach("answered");
            if (answer.Outcome == Outcome.Unknown) LogUnknown(logger, kind, id, answer.Reason);
            else if (await settle.AddAsync(new(provider, kind, id, EventId: null, answer), cancellation) is { } refusal)
            {
                LogRefused(logger, kind, id, refusal.Reason);
            }
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
        {
            // One row's trouble is its own; its lease ends and it is tried again.
            LogStepFault(logger, kind, id, fault);
        }
    }

    private async Task<ProviderAnswer?> AskAsync(Payment payment, DateTimeOffset now, CancellationToken cancellation)
    {
        var provider = providers.Named(payment.Provider);
        var given = payment.CancelAsked || payment.ExpiresAt <= now;
        switch (payment.State)
        {
            case PaymentState.Requested:
                var known = payment.Attempts > 1 || given ? await provider.QueryAsync(payment, cancellation) : null;
                if (known is { Outcome: not (Outcome.NotFound or Outcome.Pending or Outcome.Authorised) }) return known;
                if (given)
                {
                    return known?.Outcome == Outcome.NotFound
                        ? new(Outcome.Closed)
                        : await provider.CloseAsync(payment, cancellation);
                }

                // WeChat wants to know who pays; that comes from the payer's app.
                if (payment is { Method: "wechat-jsapi", PayerId: null }) return null;
                return await provider.StartAsync(payment, cancellation);

            case PaymentState.Pending or PaymentState.Authorised when given:
                return await provider.CloseAsync(payment, cancellation);

            case PaymentState.Authorised when payment.CaptureAsked:
                return await provider.CaptureAsync(payment, cancellation);

            case PaymentState.Pending or PaymentState.Authorised:
                return await provider.QueryAsync(payment, cancellation) switch
                {
                    // An authorised payment stays authorised; a page nobody opened yet is not a failure.
                    { Outcome: Outcome.NotFound } => null,
                    var answer => answer,
                };

            default:
                return null;
        }
    }

    private async Task<ProviderAnswer?> AskAsync(Refund refund, Payment payment, CancellationToken cancellation)
    {
        var provider = providers.Named(refund.Provider);
        if (refund.Attempts > 1)
        {
            var known = await provider.QueryRefundAsync(refund, payment, cancellation);
            if (known.Outcome != Outcome.NotFound) return known;
        }

        return await provider.RefundAsync(refund, payment, cancellation);
    }

    private async Task<ProviderAnswer?> AskAsync(Payout payout, CancellationToken cancellation)
    {
        if (payout.Attempts > 1)
        {
            var known = await sandbox.QueryPayoutAsync(payout, cancellation);
            if (known.Outcome != Outcome.NotFound) return known;
        }

        return await sandbox.PayOutAsync(payout, cancellation);
    }

    [LoggerMessage(LogLevel.Error, "Provider steps interrupted; they will be tried again")]
    private static partial void LogFault(ILogger logger, Exception fault);

    [LoggerMessage(LogLevel.Error, "The step of {Kind} {Id} failed; it will be tried again")]
    private static partial void LogStepFault(ILogger logger, string kind, Guid id, Exception fault);

    [LoggerMessage(LogLevel.Warning, "The outcome of {Kind} {Id} is not known ({Reason}); it will be asked for")]
    private static partial void LogUnknown(ILogger logger, string kind, Guid id, string? reason);

    [LoggerMessage(LogLevel.Warning, "What the provider says of {Kind} {Id} was refused: {Reason}")]
    private static partial void LogRefused(ILogger logger, string kind, Guid id, string reason);
}

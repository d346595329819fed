using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Payments.Providers;
using Jingdezhen.Tourism.Payments.Settlement;
using Jingdezhen.Tourism.Payments.Storage;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Messaging;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Payments.Payments;

/// <summary>The one way a payment begins, by message or by HTTP: once for the asker's key.</summary>
internal sealed class AskForPayment(
    PaymentsDb db, KeyLock keys, ProviderRegistry providers, TimeProvider clock)
{
    public const string Currency = "CNY";
    private const int LongestKey = 200;

    /// <summary>A million yuan: above it somebody took yuan for fen.</summary>
    private const long MostFen = 100_000_000;

    public async Task<Decision<Payment>> Handle(RequestPayment asked, bool captureLater, CancellationToken cancellation)
    {
        if (asked.Key is not { Length: > 0 and <= LongestKey })
        {
            return new Refusal("invalid-key", $"A key has 1 to {LongestKey} characters.");
        }

        if (asked.Currency != Currency) return new Refusal(
            "wrong-currency", $"{asked.Currency} is not taken, only {Currency}.");
        if (asked.AmountFen is <= 0 or > MostFen) return new Refusal(
            "wrong-amount", $"{asked.AmountFen} fen cannot be paid.");
        if (providers.ForMethod(asked.Method) is not { } provider)
        {
            return new Refusal("unknown-method", $"Nobody takes payments by {asked.Method}.");
        }

        await keys.TakeAsync("payment", asked.Key, cancellation);
        if (await db.Payments.SingleOrDefaultAsync(known => known.Key == asked.Key, cancellation) is { } known)
        {
            return (known.Purpose, known.SubjectId, known.AccountId, known.AmountFen, known.Method)
                == (asked.Purpose, asked.SubjectId, asked.AccountId, asked.AmountFen, asked.Method)
                ? known
                : new Refusal("payment-key-reused", $"The key {asked.Key} stands for another payment.");
        }

        var now = clock.GetUtcNow();
        var payment = new Payment
        {
            Id = Guid.CreateVersion7(), Key = asked.Key, Purpose = asked.Purpose, SubjectId = asked.SubjectId,
            AccountId = asked.AccountId, AmountFen = asked.AmountFen, Currency = asked.Currency, Method = asked.Method,
            Provider = provider.Name, ExpiresAt = asked.ExpiresAt.ToUniversalTime(), CreatedAt = now,
            CaptureLater = captureLater,
        };
        payment.TakeNextStepAt(now);
        db.Payments.Add(payment);
        return payment;
    }
}

internal sealed class RequestPaymentConsumer(PaymentsDb db, AskForPayment ask) : IConsumer<RequestPayment>
{
    public async Task Consume(ConsumeContext<RequestPayment> context)
    {
        var asked = context.Message;
        var decision = await ask.Handle(asked, captureLater: false, context.CancellationToken);

        // The first asker of a reused key must not read that its payment failed; the second one's fault goes to an
        // admin.
        if (decision.Refusal is { Code: "payment-key-reused" } reused) throw new InvalidOperationException(
            reused.Reason);

        if (decision.IsRefused)
        {
            db.Publish(new PaymentFailed(
                Guid.CreateVersion7(), asked.Key, asked.Purpose, asked.SubjectId, decision.Refusal.Code));
        }

        await db.SaveChangesAsync(context.CancellationToken);
        FaultPoint.Reach("payment-requested");
    }
}

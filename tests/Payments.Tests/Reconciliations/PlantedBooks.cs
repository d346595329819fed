using System.Globalization;
using System.Text;
using Jingdezhen.Tourism.Payments.Payments;
using Jingdezhen.Tourism.Payments.Reconciliations;
using Jingdezhen.Tourism.Payments.Refunds;
using Jingdezhen.Tourism.Payments.Settlement;
using Jingdezhen.Tourism.Platform.Ledger;

namespace Jingdezhen.Tourism.Payments.Tests.Reconciliations;

/// <summary>A day's books and the provider's statement of it, right except for one difference of each kind.</summary>
internal sealed class PlantedBooks(PaymentsFixture payments)
{
    public const string Provider = "house-bank";

    private static readonly DateTimeOffset Noon = new(2026, 5, 1, 4, 0, 0, TimeSpan.Zero);
    private readonly StringBuilder _statement = new(Statement.Header + "\n");
    private readonly List<object> _rows = [];
    private long _held;

    public string Csv => _statement.ToString();

    /// <summary>What the provider has by its own statement, in fen.</summary>
    public long HeldByTheProvider { get; private set; }

    public async Task PlantAsync()
    {
        for (var number = 0; number < 200; number++)
        {
            State(Payment(1_000 + number));
            if (number % 4 == 0) State(Refund(100 + number));
        }

        State("payment", Guid.CreateVersion7(), "unknown", 310);
        Payment(320);
        State(Payment(330), fen: 333);
        State(Payment(340), currency: "HKD");
        State(Payment(350, captured: false));
        var twice = Payment(360);
        State(twice);
        State(twice);
        State(Payment(370, at: Noon.AddDays(-1)));
        State(Payment(380), reference: "another");
        State("refund", Guid.CreateVersion7(), "unknown", 39);
        Refund(40);
        State(Refund(41), fen: 44);
        State(Refund(42, settled: false));
        await payments.Save([.. _rows]);
        await payments.Read(PostAsync);
    }

    private async Task<int> PostAsync(Storage.PaymentsDb db)
    {
        await using var transaction = await db.Database.BeginTransactionAsync();
        await Ledger.PostAsync(db,
            [Transfer.Between(Accounts.Payers(Provider), Accounts.Held(Provider), _held, "planted", "The day's books")],
            CancellationToken.None);
        await transaction.CommitAsync();
        return 0;
    }

    private Payment Payment(long fen, bool captured = true, DateTimeOffset? at = null)
    {
        var payment = new Payment
        {
            Id = Guid.CreateVersion7(), Key = $"{Guid.CreateVersion7()}", Purpose = "booking",
            SubjectId = Guid.CreateVersion7(),
            AccountId = null, AmountFen = fen, Currency = "CNY", Method = Provider, Provider = Provider,
            ExpiresAt = Noon.AddHours(1), CreatedAt = Noon, CaptureLater = false,
        };
        payment.Apply(
            captured ? PaymentEvent.Captured : PaymentEvent.Accepted, at ?? Noon, $"ref-{payment.Id:N}", reason: null);
        _rows.Add(payment);
        if (captured) _held += fen;
        return payment;
    }

    private Refund Refund(long fen, bool settled = true)
    {
        var refund = new Refund
        {
            Id = Guid.CreateVersion7(), Key = $"{Guid.CreateVersion7()}", PaymentId = _rows.OfType<Payment>().First()
                .Id, PaymentKey = "any",
            Provider = Provider, Purpose = "booking", SubjectId = Guid.CreateVersion7(), AmountFen = fen,
            Currency = "CNY",
            Reason = "cancelled", CreatedAt = Noon,
        };
        if (settled) refund.End(settled: true, Noon, $"ref-{refund.Id:N}", reason: null);
        _rows.Add(refund);
        if (settled) _held -= fen;
        return refund;
    }

    private void State(Payment payment, long? fen = null, string? currency = null, string? reference = null) =>
        State("payment", payment.Id, reference ?? $"ref-{payment.Id:N}", fen ?? payment.AmountFen, currency);

    private void State(Refund refund, long? fen = null) =>
        State("refund", refund.Id, $"ref-{refund.Id:N}", fen ?? refund.AmountFen);

    // As a provider writes our ids: without hyphens.
    private void State(string of, Guid id, string reference, long fen, string? currency = null)
    {
        _statement.Append(
            CultureInfo.InvariantCulture, $"{of},{id:N},{reference},{fen},{currency ?? "CNY"},2026-05-01\n");
        HeldByTheProvider += of == "payment" ? fen : -fen;
    }
}

using Jingdezhen.Tourism.Payments.Payments;

namespace Jingdezhen.Tourism.Payments.Tests.Payments;

public sealed class PaymentTests
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.FromHours(8));

    [Fact]
    public void Whatever_is_said_in_whatever_order_money_that_came_is_never_forgotten()
    {
        foreach (var first in Enum.GetValues<PaymentEvent>())
        foreach (var second in Enum.GetValues<PaymentEvent>())
        {
            var payment = Payment();

            payment.Apply(first, Noon, null, null);
            payment.Apply(PaymentEvent.Captured, Noon, null, null);
            payment.Apply(second, Noon, null, null);

            Assert.Equal(PaymentState.Captured, payment.State);
        }
    }

    [Theory]
    [InlineData(PaymentEvent.Declined)]
    [InlineData(PaymentEvent.Cancelled)]
    [InlineData(PaymentEvent.Expired)]
    internal void An_ended_payment_is_opened_by_nothing_but_money(PaymentEvent end)
    {
        var payment = Payment();
        payment.Apply(end, Noon, null, null);

        var changed = Enum.GetValues<PaymentEvent>().Where(word => word != PaymentEvent.Captured)
            .Count(word => payment.Apply(word, Noon, null, null));

        Assert.Equal(0, changed);
        Assert.True(payment.Apply(PaymentEvent.Captured, Noon, null, null) && payment.Late);
    }

    [Fact]
    public void Money_after_the_deadline_is_late()
    {
        var (early, late) = (Payment(), Payment());

        early.Apply(PaymentEvent.Captured, Noon.AddMinutes(14), null, null);
        late.Apply(PaymentEvent.Captured, Noon.AddMinutes(16), null, null);

        Assert.Equal((false, true), (early.Late, late.Late));
    }

    private static Payment Payment() => new()
    {
        Id = Guid.CreateVersion7(), Key = "booking:1", Purpose = "booking", SubjectId = Guid.CreateVersion7(),
        AccountId = null,
        AmountFen = 100, Currency = "CNY", Method = "sandbox", Provider = "sandbox", ExpiresAt = Noon.AddMinutes(15),
        CreatedAt = Noon, CaptureLater = false,
    };
}

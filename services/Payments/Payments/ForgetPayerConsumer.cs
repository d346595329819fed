using Jingdezhen.Tourism.Contracts.Identity.V1;
using Jingdezhen.Tourism.Payments.Storage;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Payments.Payments;

/// <summary>Erases whose account paid; the money stays in the books, as the law asks of books.</summary>
internal sealed class ForgetPayerConsumer(PaymentsDb db) : IConsumer<AccountDeleted>
{
    public Task Consume(ConsumeContext<AccountDeleted> context)
    {
        var account = context.Message.AccountId;
        return db.Payments.Where(payment => payment.AccountId == account).ExecuteUpdateAsync(
            set => set.SetProperty(payment => payment.AccountId, (Guid?)null), context.CancellationToken);
    }
}

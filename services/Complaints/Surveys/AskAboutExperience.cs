using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Platform.Hosting;
using MassTransit;

namespace Jingdezhen.Tourism.Complaints.Surveys;

/// <summary>Whoever put on the headset is asked a day later how it was.</summary>
internal sealed class PlanSurveyConsumer(ComplaintsDb db) : IConsumer<TicketRedeemed>
{
    private const string Asked = "vr";

    public Task Consume(ConsumeContext<TicketRedeemed> context)
    {
        var used = context.Message;
        if (used.ProductKind != Asked || used.ReEntry) return Task.CompletedTask;

        var dueAt = context.WhenOccurred().ToUniversalTime().AddDays(1);
        return db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO due_surveys (booking_id, merchant_id, product_id, product_kind, county, due_at)
            VALUES ({used.BookingId}, {used.MerchantId}, {used.ProductId}, {used.ProductKind}, {used.County}, {dueAt})
            ON CONFLICT DO NOTHING
            """, context.CancellationToken);
    }
}

/// <summary>Opens what is due, for those who have an account to answer with; each once, whichever replica
/// does.</summary>
internal sealed class OpenSurveys(ComplaintsDb db)
{
    private const int Batch = 100;

    public async Task<int> RunAsync(DateTimeOffset moment, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var due = await db.DueSurveys.FromSql(
            $"""
            SELECT * FROM due_surveys WHERE asked_at IS NULL AND due_at <= {moment.ToUniversalTime()}
            ORDER BY due_at LIMIT {Batch} FOR UPDATE SKIP LOCKED
            """).ToListAsync(cancellation);
        var bookings = due.ConvertAll(row => row.BookingId);
        var accounts = await db.Purchases.Where(row => bookings.Contains(row.Id) && row.AccountId != null)
            .ToDictionaryAsync(row => row.Id, row => row.AccountId, cancellation);
        foreach (var row in due)
        {
            row.Ask(moment);
            if (!accounts.TryGetValue(row.BookingId, out var account)) continue;

            SurveyBook.Open(db, new Survey
            {
                Id = Guid.CreateVersion7(), Subject = SurveyBook.Experience, SubjectId = row.BookingId,
                AccountId = account, MerchantId = row.MerchantId, ProductId = row.ProductId,
                ProductKind = row.ProductKind, County = row.County, OpenedAt = moment,
            });
        }

        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        db.ChangeTracker.Clear();
        return due.Count;
    }
}

internal sealed class OpenSurveysJob(IServiceScopeFactory scopes, ILogger<OpenSurveysJob> logger)
    : RecurringJob(scopes, logger, TimeSpan.FromMinutes(1))
{
    public override async Task RunOnceAsync(IServiceProvider services, CancellationToken stopping)
    {
        var now = await services.GetRequiredService<ComplaintsDb>().NowAsync(stopping);
        while (await services.GetRequiredService<OpenSurveys>().RunAsync(now, stopping) >= 100)
        {
        }
    }
}

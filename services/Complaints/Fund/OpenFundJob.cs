using Jingdezhen.Tourism.Platform.Hosting;

namespace Jingdezhen.Tourism.Complaints.Fund;

/// <summary>Brings in what the fund opens with (<c>Fund:OpeningFen</c>), once however many replicas start.</summary>
internal sealed class OpenFundJob(IServiceScopeFactory scopes, IConfiguration configuration,
    ILogger<OpenFundJob> logger)
    : RecurringJob(scopes, logger, TimeSpan.FromMinutes(10))
{
    private bool _done;

    public override async Task RunOnceAsync(IServiceProvider services, CancellationToken stopping)
    {
        var opening = configuration.GetValue("Fund:OpeningFen", 0L);
        if (_done || opening <= 0) return;

        var db = services.GetRequiredService<ComplaintsDb>();
        await using var transaction = await db.Database.BeginTransactionAsync(stopping);
        await FundBook.PostAsync(db, FundBook.Contribute("opening", opening, "Opening balance"), stopping);
        await transaction.CommitAsync(stopping);
        _done = true;
    }
}

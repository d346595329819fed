using Jingdezhen.Tourism.Payments.Providers;
using Jingdezhen.Tourism.Payments.Settlement;
using Jingdezhen.Tourism.Payments.Storage;
using Microsoft.EntityFrameworkCore;
using Door = Jingdezhen.Tourism.Payments.Settlement.GroupCommit<
    Jingdezhen.Tourism.Payments.Settlement.ProviderNotice, Jingdezhen.Tourism.Platform.Domain.Refusal?>;

namespace Jingdezhen.Tourism.Payments.Sandbox;

/// <summary>What somebody at the sandbox's desk decides about a charge.</summary>
/// <param name="Late">Whether a charge that was closed is paid all the same.</param>
internal sealed record SandboxWord(
    Guid ChargeId, string Kind, bool Approve, int Copies, TimeSpan Delay, long? AmountFen, string? Currency, bool Late);

/// <summary>Writes the sandbox's decisions with the notices they cause, many at once.</summary>
internal sealed class DecideSandboxCharges(IServiceScopeFactory scopes, SandboxSignal signal)
{
    /// <returns>For each word the state of its charge afterwards; null where there is no such charge.</returns>
    public async Task<IReadOnlyList<string?>> CommitAsync(
        IReadOnlyList<SandboxWord> words, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<PaymentsDb>();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var ids = words.Select(word => word.ChargeId).Distinct().ToArray();
        var charges = await db.Set<SandboxCharge>()
            .FromSql($"SELECT * FROM sandbox_charges WHERE id = ANY({ids}) ORDER BY id FOR UPDATE")
            .AsNoTracking().ToDictionaryAsync(charge => charge.Id, cancellation);

        var states = charges.ToDictionary(charge => charge.Key, charge => charge.Value.State);
        var notices = new List<(SandboxWord Word, SandboxCharge Charge, string State)>();
        foreach (var word in words)
        {
            if (!charges.TryGetValue(word.ChargeId, out var charge) || charge.Kind != word.Kind) continue;

            var open = states[charge.Id] == "waiting" || (word.Late && states[charge.Id] == "closed");
            if (open) states[charge.Id] = word.Approve ? charge.CaptureLater ? "authorised" : "done" : "failed";

            // A decision said twice sends its notice twice, as a provider's desk would.
            notices.AddRange(Enumerable.Repeat((word, charge, states[charge.Id]), word.Copies));
        }

        var changed = states.Where(state => charges[state.Key].State != state.Value).ToArray();
        var moved = Array.ConvertAll(changed, state => state.Key);
        var to = Array.ConvertAll(changed, state => state.Value);
        await db.Database.ExecuteSqlAsync(
            $"""
            UPDATE sandbox_charges SET state = decided.state, done_at = CASE WHEN decided.state = 'done' THEN now() END
            FROM unnest({moved}, {to}) AS decided (id, state)
            WHERE sandbox_charges.id = decided.id
            """, cancellation);
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO sandbox_notices (
                id, event_id, charge_id, kind, state, amount_fen, currency, happened_at, due_at)
            SELECT gen_random_uuid(), event_id, charge_id, kind, state, amount_fen, currency,
                coalesce(done_at, now()), now() + make_interval(secs => delay)
            FROM unnest(
                {notices.ConvertAll(notice => $"{notice.Charge.Id:N}-{notice.State}")},
                {notices.ConvertAll(notice => notice.Charge.Id)}, {notices.ConvertAll(notice => notice.Charge.Kind)},
                {notices.ConvertAll(notice => notice.State)},
                {notices.ConvertAll(notice => notice.Word.AmountFen ?? notice.Charge.AmountFen)},
                {notices.ConvertAll(notice => notice.Word.Currency ?? notice.Charge.Currency)},
                {notices.ConvertAll(notice => notice.Charge.DoneAt)},
                {notices.ConvertAll(notice => notice.Word.Delay.TotalSeconds)})
                AS notice (event_id, charge_id, kind, state, amount_fen, currency, done_at, delay)
            """, cancellation);
        await transaction.CommitAsync(cancellation);
        FaultPoint.Reach("decided");
        signal.Raise();
        return [.. words.Select(word => charges.TryGetValue(word.ChargeId, out var charge) && charge.Kind == word.Kind
            ? states[word.ChargeId] : null)];
    }
}

/// <summary>
/// Sends the sandbox's notices when they are due, at least once: a notice is deleted with the next look after we have
/// taken it, and comes again after ten seconds where we died in between.
/// </summary>
internal sealed partial class SendSandboxNotices(
    IServiceScopeFactory scopes, Door settle, SandboxSignal signal, ILogger<SendSandboxNotices> logger)
    : BackgroundService
{
    private const int BatchSize = 200;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);
    private Guid[] _taken = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await SendDueAsync(stoppingToken) < BatchSize) await signal.WaitAsync(PollInterval, stoppingToken);
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                LogFault(logger, fault);
                await Task.Delay(PollInterval, stoppingToken);
            }
        }
    }

    private async Task<int> SendDueAsync(CancellationToken stopping)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<PaymentsDb>();

        // The commit does not wait for the disk: a claim or a delete that is lost sends the notice once more.
        var due = await db.Set<SandboxNotice>().FromSql(
            $"""
            WITH taken AS (DELETE FROM sandbox_notices WHERE id = ANY({_taken}))
            UPDATE sandbox_notices SET due_at = now() + interval '10 seconds'
            WHERE set_config('synchronous_commit', 'off', true) = 'off' AND id IN (
                SELECT id FROM sandbox_notices WHERE due_at <= now() AND id <> ALL({_taken})
                ORDER BY due_at LIMIT {BatchSize} FOR UPDATE SKIP LOCKED)
            RETURNING *
            """).AsNoTracking().ToListAsync(stopping);
        _taken = [];
        if (due.Count == 0) return 0;

        FaultPoint.Reach("noticed");
        await Task.WhenAll(due.Select(notice => settle.AddAsync(
            new(SandboxProvider.ProviderName, notice.Kind, notice.ChargeId, notice.EventId, new ProviderAnswer(
                SandboxProvider.OutcomeOf(notice.State), $"sandbox-{notice.ChargeId:N}", notice.AmountFen,
                notice.Currency,
                notice.State == "done" ? notice.HappenedAt : null)), stopping)));
        _taken = [.. due.Select(notice => notice.Id)];
        return due.Count;
    }

    [LoggerMessage(LogLevel.Warning, "Sandbox notices interrupted; they will be sent again")]
    private static partial void LogFault(ILogger logger, Exception fault);
}

internal sealed class SandboxSignal : IDisposable
{
    private readonly StepSignal _signal = new();

    public void Raise() => _signal.Raise();

    public Task WaitAsync(TimeSpan limit, CancellationToken cancellation) => _signal.WaitAsync(limit, cancellation);

    public void Dispose() => _signal.Dispose();
}

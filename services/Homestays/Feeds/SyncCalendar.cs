using System.Security.Cryptography;
using System.Text;
using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Homestays.Calendars;
using Jingdezhen.Tourism.Homestays.Listings;
using Jingdezhen.Tourism.Homestays.Stays;
using Jingdezhen.Tourism.Homestays.Storage;
using Jingdezhen.Tourism.Platform.Hosting;
using Jingdezhen.Tourism.Platform.Messaging;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Jingdezhen.Tourism.Homestays.Feeds;

/// <summary>
/// Brings the blocks of one imported calendar up to date: what is new is added, what is gone is removed, the rest is
/// not touched. A stay is never dropped for it; nights that both have sold become a conflict, told once.
/// </summary>
internal sealed class SyncCalendar(CalendarFetcher fetcher, RoomLock rooms, TimeProvider clock)
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10), AtMost = TimeSpan.FromHours(6);

    public async Task RunAsync(HomestaysDb db, Guid sourceId, CancellationToken cancellation)
    {
        if (await db.CalendarSources.AsNoTracking().SingleOrDefaultAsync(s => s.Id == sourceId,
            cancellation) is not { } known) return;

        // Nothing is locked while the other side takes its time.
        var fetched = await fetcher.FetchAsync(known.Url, known.ETag, known.LastModified, cancellation);
        var (calendar, fault) = fetched.Body is null ? (null, fetched.Fault) : ExternalCalendar.Read(fetched.Body);

        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var source = await db.CalendarSources
            .FromSql($"SELECT * FROM calendar_sources WHERE id = {sourceId} FOR UPDATE")
            .SingleOrDefaultAsync(cancellation);
        if (source is null) return;

        var now = clock.GetUtcNow();
        source.TriedAt = now;
        source.LastFault = fault is { Length: > 500 } ? fault[..500] : fault;
        if (fault is not null)
        {
            source.Faults++;
            source.NextAt = now + TimeSpan.FromTicks(Math.Min(AtMost.Ticks, Every.Ticks << Math.Min(source.Faults, 6)));
        }
        else
        {
            (source.Faults, source.SucceededAt, source.NextAt) = (0, now, now + Every);
            (source.ETag, source.LastModified) = (fetched.ETag, fetched.LastModified);
            if (calendar is not null) await ApplyAsync(db, source, calendar, fetched.Body!, cancellation);
            await FindConflictsAsync(db, source, now, cancellation);
        }

        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private async Task ApplyAsync(
        HomestaysDb db, CalendarSource source, ExternalCalendar calendar, string body, CancellationToken cancellation)
    {
        var today = clock.Today();
        await rooms.TakeAsync((NpgsqlConnection)db.Database.GetDbConnection(), cancellation, source.RoomId);

        // Nights that are past stay as they were: platforms drop them, and they tell who blocked what.
        var known = await db.Blocks.AsNoTracking().Where(b => b.SourceId == source.Id && b.To > today)
            .Select(b => new { b.Id, Claim = new ClaimedNights(b.Uid!, b.From, b.To) }).ToListAsync(cancellation);
        var claimed = calendar.Nights.Where(claim => claim.To > today).ToHashSet();
        var gone = known.Where(block => !claimed.Contains(block.Claim)).Select(block => block.Id).ToList();
        var stands = known.Select(block => block.Claim).ToHashSet();
        var fresh = claimed.Where(claim => !stands.Contains(claim)).ToList();

        await db.Blocks.Where(b => gone.Contains(b.Id)).ExecuteDeleteAsync(cancellation);
        db.AddRange(fresh.Select(claim => new Block
        {
            Id = Guid.CreateVersion7(), RoomId = source.RoomId, From = claim.From, To = claim.To, Reason = "",
            MadeBy = $"calendar:{source.Name}", SourceId = source.Id, Uid = claim.Uid,
        }));
        (source.Events, source.Skipped, source.Added, source.Removed) = (claimed.Count, calendar.Skipped, fresh.Count,
            gone.Count);
        source.ContentHash = SHA256.HashData(Encoding.UTF8.GetBytes(body));
        await db.SaveChangesAsync(cancellation);
        if (fresh.Count + gone.Count > 0) await db.TouchRoomsAsync(room => room.Id == source.RoomId, cancellation);
    }

    /// <summary>Also when nothing new came: a stay may have been confirmed since.</summary>
    private static async Task FindConflictsAsync(
        HomestaysDb db, CalendarSource source, DateTimeOffset now, CancellationToken cancellation)
    {
        var clashes = await (
            from block in db.Blocks
            join stay in db.Stays on block.RoomId equals stay.RoomId
            where block.SourceId == source.Id && block.From < stay.Departure && stay.Arrival < block.To
                && (stay.State == Stay.Confirmed || stay.State == Stay.CheckedIn)
            select new { block.Uid, block.From, block.To, stay.Id, stay.ListingId, stay.Arrival, stay.Departure })
            .ToListAsync(cancellation);
        var told = await db.CalendarConflicts.Where(c => c.SourceId == source.Id && c.ResolvedAt == null)
            .ToListAsync(cancellation);
        foreach (var conflict in told.Where(c => !clashes.Any(clash => Same(c, clash.Uid, clash.Id, clash.From))))
        {
            conflict.ResolvedAt = now;
        }

        var known = await db.CalendarConflicts.AsNoTracking().Where(c => c.SourceId == source.Id)
            .ToListAsync(cancellation);
        foreach (var clash in clashes.Where(clash => !known.Exists(c => Same(c, clash.Uid, clash.Id, clash.From))))
        {
            var (from, to) = (clash.From > clash.Arrival ? clash.From : clash.Arrival, clash.To < clash.Departure
                ? clash.To : clash.Departure);
            db.Add(new CalendarConflict
            {
                Id = Guid.CreateVersion7(), SourceId = source.Id, RoomId = source.RoomId,
                MerchantId = source.MerchantId,
                StayId = clash.Id, Uid = clash.Uid!, From = clash.From, To = clash.To, FoundAt = now,
            });
            db.Publish(new CalendarConflictFound(
                source.RoomId, clash.ListingId, source.MerchantId, clash.Id, source.Name, from, to));
        }
    }

    private static bool Same(CalendarConflict conflict, string? uid, Guid stayId, DateOnly from) =>
        conflict.Uid == uid && conflict.StayId == stayId && conflict.From == from;
}

/// <summary>Every half minute: fetches the calendars that are due, shared out between the replicas by their next
/// time.</summary>
internal sealed class SyncCalendarsJob(IServiceScopeFactory scopes, ILogger<SyncCalendarsJob> logger)
    : RecurringJob(scopes, logger, TimeSpan.FromSeconds(30))
{
    private const int AtOnce = 4;
    private readonly IServiceScopeFactory _scopes = scopes;

    public override async Task RunOnceAsync(IServiceProvider services, CancellationToken stopping)
    {
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();

        // Taking the next time forward is the claim; a replica that dies with it costs one round.
        var due = await services.GetRequiredService<HomestaysDb>().Database.SqlQuery<Guid>(
            $"""
            UPDATE calendar_sources SET next_at = {now + TimeSpan.FromMinutes(10)} WHERE id IN (
                SELECT id FROM calendar_sources WHERE next_at <= {now} ORDER BY next_at LIMIT 100
                FOR UPDATE SKIP LOCKED)
            RETURNING id AS "Value"
            """).ToListAsync(stopping);
        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = AtOnce,
            CancellationToken = stopping },
            async (source, cancellation) =>
            {
                await using var scope = _scopes.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<SyncCalendar>()
                    .RunAsync(scope.ServiceProvider.GetRequiredService<HomestaysDb>(), source, cancellation);
            });
    }
}

using System.Linq.Expressions;
using Jingdezhen.Tourism.Homestays.Storage;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Homestays.Stays;

/// <summary>How a stay's row is taken for a change: locked, with the database's time to compare its deadlines
/// with.</summary>
internal static class LockedStay
{
    public static async Task<(Stay? Stay, DateTimeOffset Now)> LockStayAsync(
        this HomestaysDb db, Guid stayId, Expression<Func<Stay, bool>> owned, CancellationToken cancellation)
    {
        var stay = await db.Stays
            .FromSql($"SELECT *, xmin FROM stays WHERE id = {stayId} FOR UPDATE")
            .Where(owned)
            .SingleOrDefaultAsync(cancellation);
        return (stay, await db.NowAsync(cancellation));
    }

    /// <summary>clock_timestamp, not now: the row may have been waited for.</summary>
    public static Task<DateTimeOffset> NowAsync(this HomestaysDb db, CancellationToken cancellation) =>
        db.Database.SqlQuery<DateTimeOffset>($"SELECT clock_timestamp() AS \"Value\"").SingleAsync(cancellation);

    /// <summary>One change of one's own stay in one transaction: 404 for what is missing or somebody else's, 409 for a
    /// no.</summary>
    public static async Task<Results<Ok<StayResponse>, NotFound, ProblemHttpResult>> ChangeStayAsync(
        this HomestaysDb db, Guid stayId, Expression<Func<Stay, bool>> owned,
        Func<Stay, DateTimeOffset, Task<Refusal?>> change, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var (stay, now) = await db.LockStayAsync(stayId, owned, cancellation);
        if (stay is null) return TypedResults.NotFound();
        if (await change(stay, now) is { } refusal) return refusal.AsProblem();

        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return TypedResults.Ok(StayResponse.Of(stay));
    }
}

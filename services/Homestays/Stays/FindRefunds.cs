using System.ComponentModel.DataAnnotations;
using Jingdezhen.Tourism.Homestays.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Homestays.Stays;

/// <param name="State">asked, settled or failed; what failed is asked for again at
/// <paramref name="AskAgainAt"/>.</param>
/// <param name="FailedBecause">Why the last attempt failed; gone once the money has arrived.</param>
public sealed record StayRefundResponse(
    Guid Id, Guid StayId, string PaymentKey, string Key, long AmountFen, string Currency, string Reason, string State,
    int Attempts, DateTimeOffset AskedAt, DateTimeOffset? SettledAt, string? FailedBecause, DateTimeOffset? AskAgainAt)
{
    internal static StayRefundResponse Of(StayRefund refund) => new(
        refund.Id, refund.StayId, refund.PaymentKey, refund.AskedAs, refund.AmountFen, "CNY", refund.Reason,
        refund.State, refund.Attempts, refund.AskedAt, refund.SettledAt, refund.FailedBecause, refund.AskAgainAt);
}

/// <summary>For the staff: guests' money on its way back, the latest first; <c>state=failed</c> is what
/// hangs.</summary>
internal static class FindRefunds
{
    public static async Task<Ok<List<StayRefundResponse>>> Handle(
        HomestaysDb db, CancellationToken cancellation,
        [AllowedValues("asked", "settled", "failed", null)] string? state = null, [Range(1, 100)] int limit = 50,
        Guid? after = null) =>
        TypedResults.Ok((await db.StayRefunds.AsNoTracking()
            .Where(refund => (state == null || refund.State == state) && (after == null || refund.Id < after))
            .OrderByDescending(refund => refund.Id).Take(limit).ToListAsync(cancellation))
            .ConvertAll(StayRefundResponse.Of));
}

using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Jingdezhen.Tourism.Homestays.Listings;
using Jingdezhen.Tourism.Homestays.Storage;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Homestays.Stays;

public sealed record ReviewStayRequest([Range(1, 5)] int Stars, [PlainText(2000)] string? Text = null);

public sealed record ReviewResponse(int Stars, string? Text, DateTimeOffset WrittenAt);

/// <summary>A guest judges a stay that is over, once.</summary>
internal static class ReviewStay
{
    public static async Task<Results<Created<ReviewResponse>, NotFound, ProblemHttpResult>> Handle(
        Guid stayId, ReviewStayRequest request, ClaimsPrincipal user, HomestaysDb db, TimeProvider clock,
        CancellationToken cancellation)
    {
        var account = user.AccountId();
        var (stay, _) = await db.LockStayAsync(stayId, stay => stay.AccountId == account, cancellation);
        if (stay is null) return TypedResults.NotFound();
        if (stay.State != Stay.CheckedOut) return new Refusal("not-over", $"The stay is {stay.State}.").AsProblem();
        if (await db.Reviews.AnyAsync(r => r.StayId == stayId, cancellation))
            return new Refusal("already-reviewed", "This stay has been reviewed.").AsProblem();

        var review = new Review
        {
            StayId = stayId, ListingId = stay.ListingId, AccountId = account, Stars = request.Stars,
            Text = request.Text,
            WrittenAt = clock.GetUtcNow(),
        };
        db.Add(review);
        await db.SaveChangesAsync(cancellation);
        await db.Listings.Where(l => l.Id == stay.ListingId).ExecuteUpdateAsync(
            set => set.SetProperty(l => l.RatingSum, l => l.RatingSum + request.Stars)
                .SetProperty(l => l.RatingCount, l => l.RatingCount + 1), cancellation);
        await db.TouchRoomsAsync(room => room.ListingId == stay.ListingId, cancellation);
        return TypedResults.Created($"/v1/homestays/{stay.ListingId}/reviews", new ReviewResponse(
            review.Stars, review.Text, review.WrittenAt));
    }

    public static async Task<Ok<List<ReviewResponse>>> List(
        Guid listingId, HomestaysDb db, CancellationToken cancellation, [Range(1, 100)] int limit = 20,
        DateTimeOffset? before = null) =>
        TypedResults.Ok(await db.Reviews.AsNoTracking()
            .Where(r => r.ListingId == listingId && (before == null || r.WrittenAt < before.Value.ToUniversalTime()))
            .OrderByDescending(r => r.WrittenAt).Take(limit)
            .Select(r => new ReviewResponse(r.Stars, r.Text, r.WrittenAt)).ToListAsync(cancellation));
}

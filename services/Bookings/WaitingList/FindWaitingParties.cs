using System.Security.Claims;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.WaitingList;

/// <summary>The caller's own parties, the latest first; <c>after</c> is the last id of the page before.</summary>
internal static class FindWaitingParties
{
    public static async Task<Results<Ok<List<WaitingPartyResponse>>, ProblemHttpResult>> Handle(
        int? limit, Guid? after, ClaimsPrincipal user, BookingsDb db, CancellationToken cancellation)
    {
        if (limit is < 1 or > 100) return Problems.Invalid("limit", "Between 1 and 100.");

        var account = user.AccountId();
        var parties = await db.WaitingParties.AsNoTracking()
            .Where(party => party.AccountId == account && (after == null || party.Id < after))
            .OrderByDescending(party => party.Id).Take(limit ?? 50).ToListAsync(cancellation);
        var shown = new List<WaitingPartyResponse>();
        foreach (var party in parties) shown.Add(await db.InLineAsync(party, cancellation));
        return TypedResults.Ok(shown);
    }
}

internal static class ShowWaitingParty
{
    public static async Task<Results<Ok<WaitingPartyResponse>, NotFound>> Handle(
        Guid id, ClaimsPrincipal user, BookingsDb db, CancellationToken cancellation)
    {
        var account = user.AccountId();
        var party = await db.WaitingParties.AsNoTracking()
            .SingleOrDefaultAsync(party => party.Id == id && party.AccountId == account, cancellation);
        return party is null ? TypedResults.NotFound() : TypedResults.Ok(await db.InLineAsync(party, cancellation));
    }

    public static async Task<WaitingPartyResponse> InLineAsync(
        this BookingsDb db, WaitingParty party, CancellationToken cancellation)
    {
        if (party.State != WaitingState.Waiting) return WaitingPartyResponse.Of(party, null, null);

        var ahead = db.WaitingParties.Where(other =>
            other.SlotId == party.SlotId && other.State == WaitingState.Waiting && other.Arrival < party.Arrival);
        return WaitingPartyResponse.Of(
            party, await ahead.CountAsync(cancellation) + 1,
            await ahead.SumAsync(other => other.Visitors, cancellation));
    }
}

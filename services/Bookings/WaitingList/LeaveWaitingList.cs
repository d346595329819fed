using System.Security.Claims;
using Jingdezhen.Tourism.Bookings.Availability;
using Jingdezhen.Tourism.Bookings.Bookings;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.WaitingList;

/// <summary>A party leaves the line. One that has an offer declines it by cancelling the offered booking.</summary>
internal static class LeaveWaitingList
{
    private static readonly Refusal OfferOpen =
        new("offer-open", "An offer stands: cancel its booking to decline it.");

    public static async Task<Results<Ok<WaitingPartyResponse>, NotFound, ProblemHttpResult>> Handle(
        Guid id, ClaimsPrincipal user, BookingsDb db, AdmissionGuards guards, TouchedSlots touched,
        CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var account = user.AccountId();
        var slot = await db.WaitingParties.Where(party => party.Id == id && party.AccountId == account)
            .Select(party => (Guid?)party.SlotId).SingleOrDefaultAsync(cancellation);
        if (slot is not { } slotId) return TypedResults.NotFound();

        await db.LockLineAsync(slotId, guards, cancellation);
        var party = await db.WaitingParties.SingleAsync(party => party.Id == id, cancellation);
        if (party.State == WaitingState.Offered) return OfferOpen.AsProblem();

        await db.LeaveAsync([party], slotId, cancellation);
        await transaction.CommitAsync(cancellation);
        touched.Add([slotId]);
        return TypedResults.Ok(WaitingPartyResponse.Of(party, null, null));
    }

    /// <summary>Takes parties out of a line whose lock the caller holds. Leaving twice is leaving once.</summary>
    public static async Task LeaveAsync(
        this BookingsDb db, IEnumerable<WaitingParty> parties, Guid slotId, CancellationToken cancellation)
    {
        var now = await db.NowAsync(cancellation);
        var log = await WaitingLog.OpenAsync(db, slotId, now, cancellation);
        foreach (var party in parties.Where(party => party.State == WaitingState.Waiting))
        {
            party.End(WaitingState.Left, now);
            log.Ended(party.Id, WaitingState.Left);
        }

        await db.SaveChangesAsync(cancellation);
        await db.CloseLineAsync(slotId, cancellation);
    }
}

using System.Security.Claims;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.WaitingList;

/// <summary>A party as the merchant and the operators see it: no names.</summary>
public sealed record PartyInLineResponse(
    Guid Id, long Arrival, int Visitors, string State, int PlacesPassed, DateTimeOffset? PlacesKeptSince,
    DateTimeOffset JoinedAt,
    Guid? BookingId, DateTimeOffset? OfferedUntil);

/// <summary>An entry of a line's log.</summary>
public sealed record WaitingLogResponse(
    long Sequence, DateTimeOffset At, string Kind, Guid? PartyId, int? Visitors, int? Free, bool? Bounded,
    Guid? BookingId);

/// <summary>Who waits for a slot or has an offer, in the order of the line; <c>after</c> is the last arrival
/// seen.</summary>
internal static class ShowWaitingLine
{
    public static async Task<Results<Ok<List<PartyInLineResponse>>, NotFound, ProblemHttpResult>> Handle(
        Guid id, int? limit, long? after, ClaimsPrincipal user, BookingsDb db, CancellationToken cancellation)
    {
        if (limit is < 1 or > 100) return Problems.Invalid("limit", "Between 1 and 100.");
        if (!await db.MayWatchAsync(id, user, cancellation)) return TypedResults.NotFound();

        var line = await db.WaitingParties.AsNoTracking()
            .Where(party => party.SlotId == id && party.Arrival > (after ?? 0)
                && (party.State == WaitingState.Waiting || party.State == WaitingState.Offered))
            .OrderBy(party => party.Arrival).Take(limit ?? 100).ToListAsync(cancellation);
        return TypedResults.Ok(line.ConvertAll(party => new PartyInLineResponse(
            party.Id, party.Arrival, party.Visitors, party.State.ToString().ToLowerInvariant(), party.Passed,
            party.KeptSince,
            party.JoinedAt, party.BookingId, party.OfferedUntil)));
    }

    /// <summary>Staff, and the merchant whose slot it is.</summary>
    public static Task<bool> MayWatchAsync(
        this BookingsDb db, Guid slotId, ClaimsPrincipal user, CancellationToken cancellation)
    {
        var staff = user.IsInRole(Roles.Operator) || user.IsInRole(Roles.Admin);
        var merchant = user.MerchantId();
        return db.Slots.AnyAsync(
            slot => slot.Id == slotId
                && (staff
                    || db.Products.Any(product => product.Id == slot.ProductId && product.SupplierId == merchant)),
            cancellation);
    }
}

/// <summary>The log of a line, from which every allotment can be decided again; <c>after</c> is the last number
/// seen.</summary>
internal static class ReadWaitingLog
{
    public static async Task<Results<Ok<List<WaitingLogResponse>>, NotFound, ProblemHttpResult>> Handle(
        Guid id, int? limit, long? after, ClaimsPrincipal user, BookingsDb db, CancellationToken cancellation)
    {
        if (limit is < 1 or > 100) return Problems.Invalid("limit", "Between 1 and 100.");
        if (!await db.MayWatchAsync(id, user, cancellation)) return TypedResults.NotFound();

        return TypedResults.Ok(await db.WaitingLog.AsNoTracking()
            .Where(entry => entry.SlotId == id && entry.Sequence > (after ?? 0))
            .OrderBy(entry => entry.Sequence).Take(limit ?? 100)
            .Select(entry => new WaitingLogResponse(
                entry.Sequence, entry.At, entry.Kind, entry.PartyId, entry.Visitors, entry.Free, entry.Bounded,
                entry.BookingId))
            .ToListAsync(cancellation));
    }
}

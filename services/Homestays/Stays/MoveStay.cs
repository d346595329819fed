using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Homestays.Calendars;
using Jingdezhen.Tourism.Homestays.Storage;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Http;
using Jingdezhen.Tourism.Platform.Messaging;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Jingdezhen.Tourism.Homestays.Stays;

public sealed record MoveStayRequest([Required] Guid RoomId, [Required] DateOnly Arrival,
    [Required] DateOnly Departure);

/// <summary>Other nights, or another room of the same host, for a hold or a sale. All of it or nothing.</summary>
internal static class MoveStay
{
    private static readonly Refusal Taken = new("nights-taken", "At least one of the nights is no longer free.");

    public static async Task<Results<Ok<StayResponse>, NotFound, ProblemHttpResult>> Handle(
        Guid stayId, MoveStayRequest request, ClaimsPrincipal user, HomestaysDb db, RoomLock rooms, TimeProvider clock,
        CancellationToken cancellation)
    {
        var account = user.AccountId();
        try
        {
            return await db.ChangeStayAsync(
                stayId, stay => stay.AccountId == account,
                (stay, now) => MoveAsync(stay, request, now, db, rooms, clock, cancellation), cancellation);
        }
        catch (DbUpdateException fault)
            when (fault.InnerException is PostgresException { SqlState: PostgresErrorCodes.ExclusionViolation })
        {
            // The room's lock makes this unreachable; the constraint is there for the day when somebody forgets the
            // lock.
            return Taken.AsProblem();
        }
    }

    private static async Task<Refusal?> MoveAsync(
        Stay stay, MoveStayRequest request, DateTimeOffset now, HomestaysDb db, RoomLock rooms, TimeProvider clock,
        CancellationToken cancellation)
    {
        if (stay.State == Stay.Held && stay.ExpiresAt <= now) return new("not-changeable", "The hold has run out.");

        // Only the new room: the old one's nights become free, which disturbs nobody.
        await rooms.TakeAsync((NpgsqlConnection)db.Database.GetDbConnection(), cancellation, request.RoomId);
        var room = await (
            from r in db.Rooms
            join l in db.Listings on r.ListingId equals l.Id
            where r.Id == request.RoomId && r.MerchantId == stay.MerchantId
            select new RoomTerms(
                r.Id, l.Id, r.MerchantId, l.HouseholdId, r.MaxAdults, r.MaxChildren, r.MinNights, r.MaxNights, r.Prices,
                r.Active && l.Active && !db.Suspensions.Any(s => s.MerchantId == r.MerchantId && s.Suspended),
                l.InstantBook, l.FreeCancelDays, l.HolidayFreeCancelDays, l.LateRefundPercent, l.NameZh, l.NameEn))
            .AsNoTracking().SingleOrDefaultAsync(cancellation);
        if (room is null) return new("no-such-room", "The host has no such room.");

        var nights = await db.NightTerms.AsNoTracking()
            .Where(t => t.RoomId == request.RoomId && t.Night >= request.Arrival && t.Night <= request.Departure)
            .ToDictionaryAsync(t => t.Night, cancellation);
        var quotation = Quotation.Make(
            room, request.Arrival, request.Departure, stay.Adults, stay.Children, clock.Today(), nights,
            HolidayCalendar.Published);
        if (quotation.IsRefused) return quotation.Refusal;

        var taken = await db.Blocks.AnyAsync(
                b => b.RoomId == request.RoomId && b.From < request.Departure && b.To > request.Arrival, cancellation)
            || await db.Stays.AnyAsync(
                s => s.RoomId == request.RoomId && s.Id != stay.Id && s.Arrival < request.Departure
                    && s.Departure > request.Arrival
                    && (s.State == Stay.Held || s.State == Stay.Confirmed || s.State == Stay.CheckedIn
                        || s.State == Stay.CheckedOut),
                cancellation);
        if (taken) return Taken;

        var refundedBefore = stay.RefundedFen;
        var freeUntil = CancellationPolicy.FreeUntil(
            request.Arrival, request.Departure, room.FreeCancelDays, room.HolidayFreeCancelDays,
            HolidayCalendar.Published);
        if (stay.Move(
            room.RoomId, room.ListingId, request.Arrival, request.Departure, quotation.Value.NightlyFen, freeUntil, now)
            is { } refusal) return refusal;

        var refund = stay.RefundedFen - refundedBefore;
        db.Publish(new StayChanged(
            stay.Id, stay.OrderId, stay.ListingId, stay.RoomId, stay.MerchantId, stay.Arrival, stay.Departure,
            stay.PriceFen, refund,
            Confirmed: stay.State == Stay.Confirmed, room.ListingZh, room.ListingEn, stay.RefundedFen), now);
        db.AskForRefund(stay, refund, "moved", now);
        return null;
    }
}

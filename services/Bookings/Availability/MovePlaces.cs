using Jingdezhen.Tourism.Bookings.Bookings;
using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Platform.Messaging;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Jingdezhen.Tourism.Bookings.Availability;

/// <summary> Moves a booking to other places, or changes its units: new places are taken before the old ones are given
/// back, all in the caller's transaction and under the booking's lock, with the door's rules and in the door's order of
/// locks. </summary>
internal static class MovePlaces
{
    public static async Task<HoldOutcome.Refused?> MoveAsync(
        BookingsDb db, Booking booking, Guid slotId, Product product, Option option, List<HoldUnit> units,
            DateTimeOffset now,
        CancellationToken cancellation)
    {
        if (product.RealName || booking.UnitItems.Exists(item => item.Identity is not null))
        {
            return new(
                new("real-name", "A booking with real names cannot be moved: cancel it and book again."),
                StatusCodes.Status409Conflict);
        }

        if (AdmissionRules.CheckUnits(units, product, option) is { } unfit) return unfit;

        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        var state =
            await LockedState.ReadAsync(
            connection, [.. new[] { booking.SlotId, slotId }.Distinct()], [], new AdmissionGuards(slotLock: true));
        var old = state.Slots[booking.SlotId];
        Give(state, old, booking.Visitors);
        if (!state.Slots.TryGetValue(slotId, out var slot) || slot.OptionId != option.Id)
        {
            return new(
                new("unknown-availability", $"There is no availability {slotId} of this option."),
                StatusCodes.Status404NotFound);
        }

        if (slot.Closed || now >= slot.CutoffAt) return new(
            new("past-cutoff", "The slot is not sold any more."), StatusCodes.Status409Conflict);

        var visitors = units.Sum(asked => option.Units.Find(unit => unit.Id == asked.UnitId)!.PaxCount);
        if (slot.WaitedFor && (slot != old || visitors > booking.Visitors))
        {
            return new(AdmissionRules.WaitedFor, StatusCodes.Status409Conflict);
        }

        var day = slot.VenueDayId is { } id ? state.VenueDays[id] : null;
        if (AdmissionRules.Take(slot, day, visitors) is { } full) return new(full, StatusCodes.Status409Conflict);

        var group = new AdmittedGroup(now);
        foreach (var expired in state.Expired) group.Publish(expired.AsEvent());
        await group.WriteAsync(connection, state);
        Rewrite(db, booking, slot, product, option, units, now);
        db.Publish(BookingEvents.Changed(booking), now);
        return null;
    }

    private static void Give(LockedState state, SlotState slot, int visitors)
    {
        slot.Taken -= visitors;
        if (slot.VenueDayId is { } day) state.VenueDays[day].Taken -= visitors;
    }

    private static void Rewrite(
        BookingsDb db, Booking booking, SlotState slot, Product product, Option option, List<HoldUnit> units,
            DateTimeOffset now)
    {
        var before = booking.LiveUnits.ToList();
        var kept = new List<UnitItem>();
        var position = booking.UnitItems.Max(item => item.Position);
        foreach (var asked in units)
        {
            var same =
                before.Find(
                item => !kept.Contains(item) && item.UnitId == asked.UnitId
                && (asked.Id is null || asked.Id == item.Id));
            if (same is null)
            {
                var unit = option.Units.Find(known => known.Id == asked.UnitId)!;
                same = UnitItem.Of(
                    asked.Id ?? Guid.CreateVersion7(), booking.Id, ++position, unit, asked,
                    product.PricedPer == PricedPer.Unit ? unit.PriceFen : 0);
                booking.UnitItems.Add(same);
                db.Add(same);
            }

            kept.Add(same);
        }

        foreach (var item in before.Except(kept)) item.Status = UnitStatus.Cancelled;
        booking.MoveTo(slot, product, kept, option.PriceFen ?? kept.Sum(item => item.PriceFen), now);
    }
}

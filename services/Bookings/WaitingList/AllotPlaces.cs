using System.Globalization;
using Jingdezhen.Tourism.Bookings.Availability;
using Jingdezhen.Tourism.Bookings.Bookings;
using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Contracts.Notifications.V1;
using Jingdezhen.Tourism.Platform.Messaging;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Jingdezhen.Tourism.Bookings.WaitingList;

/// <summary>
/// One look at one slot: notes how offers ended, gives the free places to those who wait by the rule, writes it all
/// into the log. One transaction under the slot's lock, so any number of replicas may look at once.
/// </summary>
internal sealed class AllotPlaces(
    BookingsDb db, CatalogueCache catalogues, AdmissionGuards guards, OutboxSignal signal, TouchedSlots touched,
    IConfiguration configuration)
{
    private readonly string _app = configuration["App:BaseAddress"] ?? "https://jingdezhen-tourism.example";

    /// <returns>How many parties were offered places.</returns>
    public async Task<int> RunAsync(Guid slotId, CancellationToken cancellation)
    {
        db.ChangeTracker.Clear();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var parties = await db.LockLineAsync(slotId, guards, cancellation);
        var waiting = parties.Where(party => party.State == WaitingState.Waiting).ToList();
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        var state = await LockedState.ReadAsync(
            connection, [slotId], waiting.ConvertAll(party => party.AsHold(WaitingParty.OfferLength)), guards);
        if (!state.Slots.TryGetValue(slotId, out var slot)) return 0;

        var log = await WaitingLog.OpenAsync(db, slotId, state.Now, cancellation);
        var before = log.Last;
        var group = new AdmittedGroup(state.Now);
        foreach (var expired in state.Expired) group.Publish(expired.AsEvent());

        await SettleOffersAsync(parties, log, state.Now, cancellation);
        var catalogue = await catalogues.AtLeastAsync(state.CatalogueVersion, cancellation);
        var product = catalogue.Options[slot.OptionId].Product;
        if (state.Now >= slot.CutoffAt)
        {
            End(waiting, WaitingState.Closed, log, state.Now);
            TellEnded(waiting, product, slot, group);
        }

        var offered = slot.Closed || !catalogue.IsOnSale(product) ? 0
            : Allot(waiting, slot, state, catalogue, group, log);
        if (log.Last == before && state.Expired.Count == 0) return 0;

        await group.WriteAsync(connection, state);
        await db.SaveChangesAsync(cancellation);
        await db.CloseLineAsync(slotId, cancellation);
        await transaction.CommitAsync(cancellation);
        signal.Raise();
        touched.Add([slotId]);
        return offered;
    }

    private async Task SettleOffersAsync(
        List<WaitingParty> parties, WaitingLog log, DateTimeOffset now, CancellationToken cancellation)
    {
        var offers = parties.Where(party => party.State == WaitingState.Offered).ToList();
        var ids = offers.ConvertAll(party => party.BookingId);
        var statuses = await db.Bookings.Where(booking => ids.Contains(booking.Id))
            .ToDictionaryAsync(booking => booking.Id, booking => booking.Status, cancellation);
        foreach (var party in offers)
        {
            if (WaitingParty.EndOf(statuses[party.BookingId!.Value]) is { } end) End([party], end, log, now);
        }
    }

    private int Allot(
        List<WaitingParty> waiting, SlotState slot, LockedState state, Catalogue catalogue, AdmittedGroup group,
        WaitingLog log)
    {
        var line = new WaitingLine();
        foreach (var party in waiting.Where(party => party.State == WaitingState.Waiting)) line.Join(party.InLine());

        var (offered, counted) = (0, false);
        var bounded = state.Now < slot.CutoffAt - WaitingLine.OpenEnd;
        while (line.Next(FreeIn(slot, state), state.Now, bounded) is { } step)
        {
            if (!counted) log.Counted(FreeIn(slot, state), bounded);
            counted = true;
            var party = waiting.Find(known => known.Id == step.Party.Id)!;
            if (step is AllotStep.Offer && Offer(party, slot, state, catalogue, group) is null)
            {
                line.Remove(party.Id);
                End([party], WaitingState.Dropped, log, state.Now);
                TellEnded([party], catalogue.Options[slot.OptionId].Product, slot, group);
                continue;
            }

            if (step is AllotStep.Offer) offered++;
            log.Stepped(step, party.BookingId);
            line.Take(step, state.Now);
        }

        foreach (var place in line.Parties) waiting.Find(known => known.Id == place.Id)!.Stand(place);
        return offered;
    }

    /// <summary>A real hold through the door's rules, and word to the party; null when the door has another reason to
    /// say no.</summary>
    private Booking? Offer(
        WaitingParty party, SlotState slot, LockedState state, Catalogue catalogue, AdmittedGroup group)
    {
        var left = slot.CutoffAt - state.Now;
        var request = party.AsHold(left < WaitingParty.OfferLength ? left : WaitingParty.OfferLength);
        if (Admission.Decide(request, state, catalogue, group) is not HoldOutcome.Held { Booking: var booking })
        {
            return null;
        }

        party.Offer(booking);
        if (party.AccountId is not { } account) return booking;

        var product = catalogue.Products[booking.ProductId];
        group.Publish(new NotifyAccount($"offer:{party.Id}", account, "offer", new Dictionary<string, string>
        {
            ["what"] = $"{product.NameZh} {product.NameEn}",
            ["until"] = Told(booking.ExpiresAt!.Value),
            ["link"] = $"{_app}/bookings/{booking.Id}",
        }));
        return booking;
    }

    /// <summary>Whoever waited in vain need not wait for word.</summary>
    private void TellEnded(IEnumerable<WaitingParty> parties, Product product, SlotState slot, AdmittedGroup group)
    {
        foreach (var party in parties)
        {
            if (party.AccountId is not { } account) continue;

            group.Publish(new NotifyAccount(
                $"waiting-ended:{party.Id}", account, "waiting-ended", new Dictionary<string, string>
                {
                    ["what"] = $"{product.NameZh} {product.NameEn}",
                    ["when"] = Told(slot.StartsAt),
                    ["link"] = $"{_app}/waiting-parties/{party.Id}",
                }));
        }
    }

    private static string Told(DateTimeOffset moment) =>
        BusinessTime.Local(moment).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    /// <summary>How many visitors still fit into the slot and into its venue's day.</summary>
    public static int FreeIn(SlotState slot, LockedState state)
    {
        var free = slot.Capacity - slot.Taken;
        return slot.VenueDayId is { } id ? Math.Min(free, state.VenueDays[id].Capacity - state.VenueDays[id].Taken)
            : free;
    }

    private static void End(IEnumerable<WaitingParty> parties, WaitingState how, WaitingLog log, DateTimeOffset now)
    {
        foreach (var party in parties)
        {
            party.End(how, now);
            log.Ended(party.Id, how);
        }
    }
}

internal static class WaitingLines
{
    /// <summary>The slot and everyone who waits or has an offer, locked until the transaction ends, in order of
    /// arrival.</summary>
    public static async Task<List<WaitingParty>> LockLineAsync(
        this BookingsDb db, Guid slotId, AdmissionGuards guards, CancellationToken cancellation)
    {
        if (guards.SlotLock)
        {
            await db.Database.ExecuteSqlAsync($"SELECT id FROM slots WHERE id = {slotId} FOR UPDATE", cancellation);
        }

        return await db.WaitingParties
            .FromSql(
                $"SELECT *, xmin FROM waiting_parties WHERE slot_id = {slotId} AND state IN ('Waiting', 'Offered')")
            .OrderBy(party => party.Arrival).ToListAsync(cancellation);
    }

    /// <summary>Nobody waits any more: the slot is sold freely again.</summary>
    public static Task CloseLineAsync(this BookingsDb db, Guid slotId, CancellationToken cancellation) =>
        db.Database.ExecuteSqlAsync(
            $"""
            UPDATE slots SET waited_for = false, version = version + 1 WHERE id = {slotId} AND waited_for
              AND NOT EXISTS (SELECT FROM waiting_parties WHERE slot_id = {slotId} AND state = 'Waiting')
            """, cancellation);
}

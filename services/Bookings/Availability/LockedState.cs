using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Npgsql;

namespace Jingdezhen.Tourism.Bookings.Availability;

/// <summary>A hold that ran out and was released by this transaction.</summary>
internal sealed record ExpiredHold(
    Guid BookingId, Guid? OrderId, Guid ProductId, Guid SlotId, Guid SupplierId, string Channel, string? Source,
        string? Campaign,
    int Visitors, DateTimeOffset ExpiredAt, Guid? ResellerId)
{
    public BookingExpired AsEvent() =>
        new(
        BookingId, OrderId, ProductId, SlotId, SupplierId, Channel, Source, Campaign, Visitors, ExpiredAt, ResellerId);
}

/// <summary>
/// What a group of requests is decided on: the counters under their locks, in key order, after their expired holds were
/// released; the keys already answered; the documents already used. One round trip.
/// </summary>
internal sealed class LockedState
{
    private readonly Dictionary<(string Caller, string Key), (byte[] Hash, string Answer)> _known = [];
    private readonly Dictionary<Guid, (int Taken, Guid? VenueDayId)> _slotsBefore = [];
    private readonly Dictionary<Guid, int> _daysBefore = [];

    public required DateTimeOffset Now { get; init; }
    public required long CatalogueVersion { get; init; }
    public Dictionary<Guid, SlotState> Slots { get; } = [];
    public Dictionary<Guid, VenueDayState> VenueDays { get; } = [];
    public List<ExpiredHold> Expired { get; } = [];
    public HashSet<(string Venue, DateOnly Day, string Hash)> Claimed { get; } = [];

    public IEnumerable<Guid> ChangedSlots => SlotChanges.Select(change => change.Id);

    /// <summary>By how much each slot's count moves, expired holds included.</summary>
    public IEnumerable<(Guid Id, int By)> SlotChanges =>
        Slots.Values.Select(slot => (slot.Id, By: slot.Taken - _slotsBefore[slot.Id].Taken))
            .Where(change => change.By != 0 || Expired.Exists(hold => hold.SlotId == change.Id));

    public IEnumerable<(Guid Id, int By)> VenueDayChanges =>
        VenueDays.Values.Select(day => (day.Id, By: day.Taken - _daysBefore[day.Id])).Where(change => change.By != 0);

    public (byte[] Hash, string Answer)? Known(string caller, string key) =>
        _known.TryGetValue((caller, key), out var known) ? known : null;

    /// <summary>A repetition within the same group finds its answer too.</summary>
    public void Remember(string caller, string key, byte[] hash, string answer) =>
        _known.Add((caller, key), (hash, answer));

    public static Task<LockedState> ReadAsync(
        NpgsqlConnection connection, IReadOnlyList<Guid> slots, IReadOnlyList<HoldRequest> requests,
            AdmissionGuards guards) =>
        ReadAsync(connection, slots, [.. requests.Select(request => (request.Caller, request.Key))], requests, guards);

    /// <param name="keys">The callers' keys, where requests share one.</param>
    public static async Task<LockedState> ReadAsync(
        NpgsqlConnection connection, IReadOnlyList<Guid> slots, IReadOnlyList<(string Caller, string Key)> keys,
        IReadOnlyList<HoldRequest> requests, AdmissionGuards guards)
    {
        var hashes = requests.SelectMany(request => request.Units).Where(unit => unit.Identity is not null)
            .Select(unit => unit.Identity!.Hash).ToArray();
        var locking = guards.SlotLock ? "FOR UPDATE" : "";

        await using var batch = new NpgsqlBatch(connection);

        // Always by the indexes: the tables grow from nothing to thousands of rows between two looks of the statistics,
        // and a plan made for an empty table would read all of them for every group. And planned once: arrays of other
        // lengths would be planned anew every time, which costs more than what the plans do.
        batch.Add(
            """
            SELECT now(), version, set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off',
                true),
                set_config('enable_mergejoin', 'off', true), set_config('plan_cache_mode', 'force_generic_plan', true)
            FROM catalogue_versions
            """);
        batch.Add(
            """
            SELECT caller, key, request_hash, answer FROM idempotency_keys
            WHERE (caller, key) IN (SELECT * FROM unnest($1::text[], $2::text[]))
            """,
            keys.Select(key => key.Caller).ToArray(), keys.Select(key => key.Key).ToArray());
        batch.Add(
            $"""
            SELECT id, option_id, venue_day_id, local_date, starts_at, ends_at, cutoff_at, capacity, closed, taken,
                waited_for
            FROM slots WHERE id = ANY($1) ORDER BY id {locking}
            """, slots);
        batch.Add(
            $"""
            SELECT id, capacity, taken FROM venue_days
            WHERE id IN (SELECT venue_day_id FROM slots WHERE id = ANY($1)) ORDER BY id {locking}
            """, slots);

        // Whoever holds a booking's lock is settling it; the door never waits for a booking, so nobody waits in a
        // circle.
        batch.Add(
            """
            UPDATE bookings SET status = 'Expired', updated_at = now()
            WHERE id = ANY (ARRAY(
                SELECT id FROM bookings WHERE slot_id = ANY($1) AND status = 'OnHold' AND expires_at <= now()
                FOR UPDATE SKIP LOCKED))
            RETURNING id, order_id, product_id, slot_id, supplier_id, channel, source, campaign, visitors, expires_at,
                reseller_id
            """, slots);
        if (hashes.Length > 0)
        {
            batch.Add(
                """
                SELECT venue_id, day, identity_hash FROM identity_claims c
                JOIN bookings b ON b.id = c.booking_id
                WHERE identity_hash = ANY($1)
                  AND (b.status IN ('Confirmed', 'Redeemed') OR (b.status = 'OnHold' AND b.expires_at > now()))
                """, (object)hashes);
        }

        await using var reader = await batch.ExecuteReaderAsync();
        await reader.ReadAsync();
        var state =
            new LockedState { Now = reader.GetFieldValue<DateTimeOffset>(0), CatalogueVersion = reader.GetInt64(1) };
        await reader.NextResultAsync();
        while (await reader.ReadAsync())
        {
            state._known[(reader.GetString(0), reader.GetString(1))] =
                (reader.GetFieldValue<byte[]>(2), reader.GetString(3));
        }

        await reader.NextResultAsync();
        while (await reader.ReadAsync()) state.AddSlot(reader);

        await reader.NextResultAsync();
        while (await reader.ReadAsync()) state.AddVenueDay(reader);

        await reader.NextResultAsync();
        while (await reader.ReadAsync()) state.Release(reader);

        if (hashes.Length == 0) return state;

        await reader.NextResultAsync();
        while (await reader.ReadAsync())
        {
            state.Claimed.Add(
                (reader.GetString(0), reader.GetFieldValue<DateOnly>(1),
                Convert.ToHexString(reader.GetFieldValue<byte[]>(2))));
        }

        return state;
    }

    private void AddSlot(NpgsqlDataReader row)
    {
        var slot = new SlotState(
            row.GetGuid(0), row.GetGuid(1), row.IsDBNull(2) ? null : row.GetGuid(2), row.GetFieldValue<DateOnly>(3),
            row.GetFieldValue<DateTimeOffset>(4), row.GetFieldValue<DateTimeOffset>(5),
                row.GetFieldValue<DateTimeOffset>(6),
            row.GetInt32(7), row.GetBoolean(8))
        {
            Taken = row.GetInt32(9),
            WaitedFor = row.GetBoolean(10),
        };
        Slots.Add(slot.Id, slot);
        _slotsBefore.Add(slot.Id, (slot.Taken, slot.VenueDayId));
    }

    private void AddVenueDay(NpgsqlDataReader row)
    {
        var day = new VenueDayState(row.GetGuid(0), row.GetInt32(1)) { Taken = row.GetInt32(2) };
        VenueDays.Add(day.Id, day);
        _daysBefore.Add(day.Id, day.Taken);
    }

    private void Release(NpgsqlDataReader row)
    {
        var hold = new ExpiredHold(
            row.GetGuid(0), row.IsDBNull(1) ? null : row.GetGuid(1), row.GetGuid(2), row.GetGuid(3), row.GetGuid(4),
                row.GetString(5),
            row.IsDBNull(6) ? null : row.GetString(6), row.IsDBNull(7) ? null : row.GetString(7), row.GetInt32(8),
            row.GetFieldValue<DateTimeOffset>(9), row.IsDBNull(10) ? null : row.GetGuid(10));
        Expired.Add(hold);
        var slot = Slots[hold.SlotId];
        slot.Taken -= hold.Visitors;
        if (slot.VenueDayId is { } day) VenueDays[day].Taken -= hold.Visitors;
    }
}

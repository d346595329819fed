using System.Diagnostics;
using System.Text.Json;
using Jingdezhen.Tourism.Bookings.Bookings;
using Jingdezhen.Tourism.Bookings.Products;
using Npgsql;

namespace Jingdezhen.Tourism.Bookings.Availability;

/// <summary>What a group's transaction writes, column by column, in one round trip whatever the group's size.</summary>
internal sealed class AdmittedGroup(DateTimeOffset now)
{
    private readonly List<(HoldRequest Request, Booking Booking, Product Product)> _admitted = [];
    private readonly List<(string Caller, string Key, byte[] Hash, int Status, string Location, string Answer)> _keys =
        [];
    private readonly List<HeldTogether> _together = [];
    private readonly List<(Guid Id, string Contract, string Body)> _messages = [];

    public bool IsEmpty => _keys.Count == 0;

    /// <param name="answer">Null for a part of an order: the key is the order's.</param>
    public void Add(HoldRequest request, Booking booking, Product product, string? answer)
    {
        _admitted.Add((request, booking, product));
        if (answer is not null)
        {
            _keys.Add((
                request.Caller, request.Key, request.RequestHash, StatusCodes.Status201Created,
                    $"/v1/bookings/{booking.Id}",
                answer));
        }

        Publish(BookingEvents.Held(booking, product, request.FromWaitingList));
        if (booking.Status == BookingStatus.Confirmed) Publish(BookingEvents.Confirmed(booking, product, now));
    }

    public void Add(HoldTogether together, HeldTogether settled)
    {
        _together.Add(settled);
        _keys.Add((
            together.Caller, together.Key, together.RequestHash, StatusCodes.Status202Accepted, settled.Location,
            settled.Answer));
        foreach (var message in settled.Messages) Publish(message);
    }

    public void Publish(object contract) => _messages.Add((
        Guid.CreateVersion7(), contract.GetType().FullName!,
        JsonSerializer.Serialize(contract, contract.GetType(), JsonSerializerOptions.Web)));

    public async Task WriteAsync(NpgsqlConnection connection, LockedState state)
    {
        await using var batch = new NpgsqlBatch(connection);
        AddCounters(batch, state);
        if (_admitted.Count > 0)
        {
            AddBookings(batch);
            AddUnitItems(batch);
            AddClaims(batch, state);
        }

        foreach (var together in _together) together.Write(batch);
        if (_keys.Count > 0) AddKeys(batch);
        AddMessages(batch);
        await batch.ExecuteNonQueryAsync();
    }

    private static void AddCounters(NpgsqlBatch batch, LockedState state)
    {
        var slots = state.SlotChanges.ToList();
        batch.Add(
            """
            UPDATE slots SET taken = taken + change.visitors, version = version + 1
            FROM unnest($1::uuid[], $2::int[]) AS change (id, visitors) WHERE slots.id = change.id
            """, slots.ConvertAll(slot => slot.Id).ToArray(), slots.ConvertAll(slot => slot.By).ToArray());

        var days = state.VenueDayChanges.ToList();
        if (days.Count == 0) return;

        batch.Add(
            """
            UPDATE venue_days SET taken = taken + change.visitors
            FROM unnest($1::uuid[], $2::int[]) AS change (id, visitors) WHERE venue_days.id = change.id
            """, days.ConvertAll(day => day.Id).ToArray(), days.ConvertAll(day => day.By).ToArray());
    }

    private void AddBookings(NpgsqlBatch batch) => batch.Add(
        """
        INSERT INTO bookings (id, uuid, reference, account_id, reseller_id, order_id, supplier_id, product_id,
            option_id, slot_id,
            starts_at, ends_at, status, channel, source, campaign, country_of_residence, guest_key, contact, notes,
            reseller_reference, visitors, price_fen, expires_at, confirmed_at, confirmed_by, refund_policy, refund_fen,
                created_at, updated_at)
        SELECT *, 0, now(), now() FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::uuid[], $6::uuid[],
            $7::uuid[],
            $8::uuid[], $9::uuid[], $10::uuid[], $11::timestamptz[], $12::timestamptz[], $13::text[], $14::text[],
                $15::text[],
            $16::text[], $17::text[], $18::bytea[], $19::jsonb[], $20::text[], $21::text[], $22::int[], $23::bigint[],
            $24::timestamptz[], $25::timestamptz[], $26::text[], $27::text[])
        """,
        Column(b => b.Id), Column(b => b.Uuid), Column(b => b.Reference), Column(b => b.AccountId),
            Column(b => b.ResellerId),
        Column(b => b.OrderId), Column(b => b.SupplierId), Column(b => b.ProductId), Column(b => b.OptionId),
            Column(b => b.SlotId),
        Column(b => b.StartsAt), Column(b => b.EndsAt), Column(b => b.Status.ToString()), Column(b => b.Channel),
        Column(b => b.Source), Column(b => b.Campaign), Column(b => b.CountryOfResidence), Column(b => b.GuestKey),
        Column(b => b.Contact), Column(b => b.Notes), Column(b => b.ResellerReference), Column(b => b.Visitors),
        Column(b => b.PriceFen), Column(b => b.ExpiresAt), Column(b => b.ConfirmedAt), Column(b => b.ConfirmedBy),
            Column(b => b.RefundPolicy));

    private void AddUnitItems(NpgsqlBatch batch)
    {
        var items = _admitted.SelectMany(admitted => admitted.Booking.UnitItems).ToList();
        batch.Add(
            """
            INSERT INTO unit_items (id, booking_id, position, unit_id, pax_count, price_fen, status, age_band,
                identity, identity_mask,
                contact, reseller_reference)
            SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::uuid[], $5::int[], $6::bigint[], $7::text[],
                $8::text[],
                $9::bytea[], $10::text[], $11::jsonb[], $12::text[])
            """,
            Of(i => i.Id), Of(i => i.BookingId), Of(i => i.Position), Of(i => i.UnitId), Of(i => i.PaxCount),
                Of(i => i.PriceFen),
            Of(i => i.Status.ToString()), Of(i => i.AgeBand), Of(i => i.Identity), Of(i => i.IdentityMask),
                Of(i => i.Contact),
            Of(i => i.ResellerReference));

        T[] Of<T>(Func<UnitItem, T> value) => items.Select(value).ToArray();
    }

    private void AddClaims(NpgsqlBatch batch, LockedState state)
    {
        var claims =
            _admitted.SelectMany(admitted => admitted.Request.Units, (admitted, unit) => (admitted, unit.Identity))
            .Where(pair => pair.Identity is not null)
            .Select(pair => (
                Venue: pair.admitted.Product.VenueId, Day: state.Slots[pair.admitted.Booking.SlotId].LocalDate,
                pair.Identity!.Hash, Booking: pair.admitted.Booking.Id))
            .OrderBy(claim => claim.Venue, StringComparer.Ordinal)
                .ThenBy(claim => Convert.ToHexString(claim.Hash), StringComparer.Ordinal)
            .ToList();
        if (claims.Count == 0) return;

        // A claim whose booking has ended makes room; a live one of another process is a lost race, and the group runs
        // again.
        batch.Add(
            """
            DELETE FROM identity_claims c USING bookings b
            WHERE c.identity_hash = ANY($1) AND b.id = c.booking_id
              AND (b.status IN ('Expired', 'Cancelled') OR (b.status = 'OnHold' AND b.expires_at <= now()))
            """, (object)claims.Select(claim => claim.Hash).ToArray());
        batch.Add(
            """
            INSERT INTO identity_claims (venue_id, day, identity_hash, booking_id)
            SELECT * FROM unnest($1::text[], $2::date[], $3::bytea[], $4::uuid[])
            """,
            claims.Select(claim => claim.Venue).ToArray(), claims.Select(claim => claim.Day).ToArray(),
            claims.Select(claim => claim.Hash).ToArray(), claims.Select(claim => claim.Booking).ToArray());
    }

    private void AddKeys(NpgsqlBatch batch) => batch.Add(
        """
        INSERT INTO idempotency_keys (caller, key, request_hash, status, location, answer)
        SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[], $4::int[], $5::text[], $6::text[])
        """,
        Each(key => key.Caller), Each(key => key.Key), Each(key => key.Hash), Each(key => key.Status),
        Each(key => key.Location), Each(key => key.Answer));

    private T[] Each<T>(
        Func<(string Caller, string Key, byte[] Hash, int Status, string Location, string Answer), T> value) =>
        _keys.Select(value).ToArray();

    private void AddMessages(NpgsqlBatch batch) => batch.Add(
        """
        INSERT INTO outbox (id, contract, body, trace_parent)
        SELECT id, contract, body, $4 FROM unnest($1::uuid[], $2::text[], $3::text[]) AS t (id, contract, body)
        """,
        _messages.ConvertAll(message => message.Id).ToArray(), _messages.ConvertAll(message => message.Contract)
            .ToArray(),
        _messages.ConvertAll(message => message.Body).ToArray(), (object?)Activity.Current?.Id ?? DBNull.Value);

    private T[] Column<T>(Func<Booking, T> value) => _admitted.Select(admitted => value(admitted.Booking)).ToArray();
}

internal static class NpgsqlBatches
{
    public static void Add(this NpgsqlBatch batch, string sql, params object[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in parameters) command.Parameters.Add(new() { Value = value });
        batch.BatchCommands.Add(command);
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Homestays.Calendars;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Http;
using Npgsql;
using NpgsqlTypes;

namespace Jingdezhen.Tourism.Homestays.Stays;

/// <summary>A party's wish for a room's nights.</summary>
/// <param name="ExpiresAt">Null: fifteen minutes from the database's now, or a day where the host has to
/// answer.</param>
internal sealed record Wish(
    Guid StayId, Guid RoomId, DateOnly Arrival, DateOnly Departure, int Adults, int Children, Guid? OrderId,
    Guid? AccountId,
    string Channel, string? Source, string? Campaign, string? GuestKey, string? Country, DateTimeOffset? ExpiresAt,
    bool ByMessage = false);

/// <summary>The Idempotency-Key of a wish that came over HTTP.</summary>
internal sealed record WishKey(string Caller, string Key, byte[] RequestHash)
{
    public string Lock => Caller + "\n" + Key;
}

/// <summary>What became of a wish: held, refused, answered before with the same key, or a message seen
/// before.</summary>
internal sealed record Admitted(StayHeld? Held, Refusal? Refusal, int Status, string? Location, string? Answer)
{
    public static Admitted No(Refusal refusal, int status = StatusCodes.Status409Conflict) =>
        new(null, refusal, status, null, null);
}

/// <summary>
/// The one door to a room's nights: HTTP and messages go through it. It decides a batch in one transaction and three
/// round trips: locks the rooms in order, frees their expired holds, reads terms and blocks, and inserts all stays that
/// may be. Of two wishes in one batch the earlier goes first.
/// </summary>
internal sealed class Admission(RoomLock rooms, TimeProvider clock)
{
    public static readonly TimeSpan HoldLength = TimeSpan.FromMinutes(15), RequestLength = TimeSpan.FromHours(24);

    private static readonly Refusal NoRoom = new("no-such-room", "There is no such room.");
    private static readonly Refusal Taken = new("nights-taken", "At least one of the nights is no longer free.");
    private static readonly Refusal Withdrawn = new("hold-withdrawn",
        "The hold was given back before it was asked for.");

    /// <summary>Decides wishes within the connection's open transaction; the caller commits.</summary>
    /// <param name="clashThrows">Where somebody takes nights of these rooms without their locks at the same moment, the
    /// exclusion constraint throws instead of refusing the one stay: it costs a fifth less of the insertion, and the
    /// caller has to ask again.</param>
    public async Task<Admitted[]> AdmitAsync(
        NpgsqlConnection connection, IReadOnlyList<(Wish Wish, WishKey? Key)> wishes, bool clashThrows,
        CancellationToken cancellation)
    {
        var seen = await LookAsync(connection, wishes, cancellation);
        var answers = new Admitted?[wishes.Count];
        var rows = new List<Row>(wishes.Count);
        var promised = new Dictionary<Guid, List<Row>>();
        var today = clock.Today();
        for (var i = 0; i < wishes.Count; i++)
        {
            answers[i] = Decide(i, wishes[i], seen, today, promised, rows);
        }

        var held = rows.Count == 0 ? []
            : await InsertAsync(connection, rows, clashThrows ? Insert : InsertOrRefuse, cancellation);
        foreach (var row in rows)
        {
            answers[row.Index] = held.Contains(row.Event.StayId)
                ? new Admitted(row.Event, null, StatusCodes.Status201Created, row.Location, row.Answer)
                : Admitted.No(Taken);
        }

        return answers!;
    }

    private static Admitted? Decide(
        int index, (Wish Wish, WishKey? Key) asked, Seen seen, DateOnly today, Dictionary<Guid, List<Row>> promised,
        List<Row> rows)
    {
        var (wish, key) = asked;
        if (key is not null)
        {
            if (!seen.FreeKeys.Remove(key.Lock)) return Admitted.No(Idempotency.KeyInFlight);
            if (seen.KnownKeys.TryGetValue(key.Lock, out var known))
            {
                return known.RequestHash.AsSpan().SequenceEqual(key.RequestHash)
                    ? new Admitted(null, null, known.Status, known.Location, known.Answer)
                    : Admitted.No(Idempotency.KeyReused, StatusCodes.Status422UnprocessableEntity);
            }
        }

        // A copy of a message whose stay exists: the first one has been answered.
        if (seen.KnownStays.Contains(wish.StayId)) return new Admitted(null, null, StatusCodes.Status200OK, null, null);
        if (seen.WithdrawnStays.Contains(wish.StayId)) return Admitted.No(Withdrawn);
        if (!seen.Rooms.TryGetValue(wish.RoomId, out var room)) return Admitted.No(NoRoom,
            StatusCodes.Status404NotFound);
        if (wish.ByMessage && !room.InstantBook)
            return Admitted.No(new("on-request",
                "The host answers each request; this room cannot be part of an order."));

        var quotation = Quotation.Make(
            room, wish.Arrival, wish.Departure, wish.Adults, wish.Children, today,
            seen.Nights.GetValueOrDefault(wish.RoomId) ?? [], HolidayCalendar.Published);
        if (quotation.IsRefused) return Admitted.No(quotation.Refusal);
        if (seen.Blocked.Contains(index)) return Admitted.No(Taken);

        var expires = wish.ExpiresAt ?? seen.Now + (room.InstantBook ? HoldLength : RequestLength);
        if (expires <= seen.Now) return Admitted.No(new("hold-too-late", "The hold would have ended before it began."));

        var others = promised.TryGetValue(wish.RoomId, out var list) ? list : promised[wish.RoomId] = [];
        if (others.Any(other => other.Wish.Arrival < wish.Departure && wish.Arrival < other.Wish.Departure))
            return Admitted.No(Taken);

        var row = new Row(index, wish, key, room, quotation.Value.NightlyFen, CancellationPolicy.FreeUntil(
            wish.Arrival, wish.Departure, room.FreeCancelDays, room.HolidayFreeCancelDays, HolidayCalendar.Published),
                expires);
        others.Add(row);
        rows.Add(row);
        return null;
    }

    /// <summary>One round trip. Each statement sees what was committed while the ones before it waited for their
    /// locks.</summary>
    private async Task<Seen> LookAsync(
        NpgsqlConnection connection, IReadOnlyList<(Wish Wish, WishKey? Key)> wishes, CancellationToken cancellation)
    {
        var keys = wishes.Where(wish => wish.Key is not null).Select(wish => wish.Key!).DistinctBy(key => key.Lock)
            .ToArray();
        var roomIds = wishes.Select(wish => wish.Wish.RoomId).Distinct().Order().ToArray();
        var byMessage = wishes.Where(wish => wish.Wish.ByMessage).Select(wish => wish.Wish.StayId).ToArray();
        var wished = wishes.Select(wish => wish.Wish.RoomId).ToArray();
        var arrivals = wishes.Select(wish => wish.Wish.Arrival).ToArray();
        var departures = wishes.Select(wish => wish.Wish.Departure).ToArray();

        await using var look = new NpgsqlBatch(connection);

        // Always by the indexes: the tables grow from nothing to thousands of rows between two looks of the statistics,
        // and a plan made for an empty table would read all of them for every batch. For the same reason what is taken
        // and what is blocked is asked with LIMIT 1, which cannot become a join: of an empty table a join reads all.
        look.BatchCommands.Add(Sql(
            """
            SELECT now(), set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
                   set_config('enable_mergejoin', 'off', true)
            """));
        look.BatchCommands.Add(Sql(
            "SELECT k FROM unnest($1) AS k WHERE pg_try_advisory_xact_lock(hashtextextended(k, 0))",
            keys.Select(key => key.Lock).ToArray()));
        look.BatchCommands.Add(Sql(
            """
            SELECT i.caller, i.key, i.request_hash, i.status, i.location, i.answer
            FROM unnest($1, $2) AS k(caller, key) JOIN idempotency_keys i ON i.caller = k.caller AND i.key = k.key
            """, keys.Select(key => key.Caller).ToArray(), keys.Select(key => key.Key).ToArray()));
        look.BatchCommands.Add(rooms.Command(roomIds));

        // A hold that has run out must not stand in the way until the sweep comes by.
        look.BatchCommands.Add(Sql(ExpiredHolds.ReleaseOfRooms, roomIds));
        look.BatchCommands.Add(Sql(
            """
            SELECT r.id, r.listing_id, r.merchant_id, l.household_id, r.max_adults, r.max_children, r.min_nights,
                   r.max_nights, r.prices, r.active AND l.active AND NOT coalesce(s.suspended, false), l.instant_book,
                   l.free_cancel_days, l.holiday_free_cancel_days, l.late_refund_percent, l.name_zh, l.name_en
            FROM unnest($1) AS w(id) JOIN rooms r ON r.id = w.id JOIN listings l ON l.id = r.listing_id
            LEFT JOIN suspensions s ON s.merchant_id = r.merchant_id
            """, roomIds));
        look.BatchCommands.Add(Sql(
            """
            SELECT DISTINCT t.room_id, t.night, t.price_fen, t.min_nights, t.max_nights, t.closed_to_arrival,
                   t.closed_to_departure
            FROM unnest($1, $2, $3) AS w(room_id, arrival, departure)
            JOIN night_terms t ON t.room_id = w.room_id AND t.night BETWEEN w.arrival AND w.departure
            """, wished, arrivals, departures));
        look.BatchCommands.Add(Sql(
            """
            SELECT w.ordinal FROM unnest($1, $2, $3) WITH ORDINALITY AS w(room_id, arrival, departure, ordinal)
            WHERE (SELECT true FROM blocks b
                   WHERE b.room_id = w.room_id AND b."from" < w.departure AND b."to" > w.arrival LIMIT 1)
            """, wished, arrivals, departures));
        if (byMessage.Length > 0)
        {
            look.BatchCommands.Add(Sql("SELECT id FROM stays WHERE id = ANY($1)", byMessage));
            look.BatchCommands.Add(Sql("SELECT stay_id FROM withdrawn_holds WHERE stay_id = ANY($1)", byMessage));
        }

        var seen = new Seen();
        await using var reader = await look.ExecuteReaderAsync(cancellation);
        await EachAsync(() => seen.Now = reader.GetFieldValue<DateTimeOffset>(0));
        await EachAsync(() => seen.FreeKeys.Add(reader.GetString(0)));
        await EachAsync(() => seen.KnownKeys[reader.GetString(0) + "\n" + reader.GetString(1)] = new()
        {
            Caller = reader.GetString(0), Key = reader.GetString(1), RequestHash = reader.GetFieldValue<byte[]>(2),
            Status = reader.GetInt32(3), Location = reader.IsDBNull(4) ? null : reader.GetString(4),
            Answer = reader.GetString(5),
        });
        await EachAsync(static () => { });
        await EachAsync(() => seen.Rooms[reader.GetGuid(0)] = new(
            reader.GetGuid(0), reader.GetGuid(1), reader.GetGuid(2), reader.GetGuid(3), reader.GetInt32(4),
            reader.GetInt32(5), reader.GetInt32(6), reader.GetInt32(7), Plan(reader.GetString(8)),
            reader.GetBoolean(9), reader.GetBoolean(10), reader.GetInt32(11), reader.GetInt32(12),
            reader.GetInt32(13), reader.GetString(14), reader.GetString(15)));
        await EachAsync(() =>
        {
            var nights = seen.Nights.TryGetValue(reader.GetGuid(0), out var known) ? known
                : seen.Nights[reader.GetGuid(0)] = [];
            var night = reader.GetFieldValue<DateOnly>(1);
            nights[night] = new()
            {
                RoomId = reader.GetGuid(0), Night = night,
                PriceFen = reader.IsDBNull(2) ? null : reader.GetInt64(2),
                MinNights = reader.IsDBNull(3) ? null : reader.GetInt32(3),
                MaxNights = reader.IsDBNull(4) ? null : reader.GetInt32(4),
                ClosedToArrival = reader.GetBoolean(5), ClosedToDeparture = reader.GetBoolean(6),
            };
        });
        await EachAsync(() => seen.Blocked.Add((int)reader.GetInt64(0) - 1));
        if (byMessage.Length == 0) return seen;

        await EachAsync(() => seen.KnownStays.Add(reader.GetGuid(0)));
        await EachAsync(() => seen.WithdrawnStays.Add(reader.GetGuid(0)));
        return seen;

        async Task EachAsync(Action row)
        {
            while (await reader.ReadAsync(cancellation)) row();
            await reader.NextResultAsync(cancellation);
        }
    }

    private static readonly string Insert = InsertWith(""), InsertOrRefuse = InsertWith("ON CONFLICT DO NOTHING");

    // Stays, keys and outbox rows in one statement: what was not inserted has neither. The check against live stays is
    // the lock's half of the guard, the exclusion constraint the database's own; either alone keeps two parties apart.
    // IS TRUE keeps the planner from making a join of it, which would compare each with each.
    private static string InsertWith(string conflict) =>
        $"""
        WITH held AS (
            INSERT INTO stays (
                id, room_id, listing_id, merchant_id, household_id, order_id, account_id, arrival, departure,
                adults, children, state, nightly_fen, price_fen, channel, source, campaign, guest_key,
                country_of_residence, awaits_host, expires_at, free_until, late_refund_percent, paid_fen,
                refunded_fen)
            SELECT w.id, w.room_id, w.listing_id, w.merchant_id, w.household_id, w.order_id, w.account_id,
                   w.arrival, w.departure, w.adults, w.children, 'held', w.nightly_fen::bigint[], w.price_fen,
                   w.channel, w.source, w.campaign, w.guest_key, w.country, w.awaits_host, w.expires_at,
                   w.free_until, w.late_refund_percent, 0, 0
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
                    $21, $22)
                WITH ORDINALITY AS w(id, room_id, listing_id, merchant_id, household_id, order_id, account_id,
                    arrival, departure, adults, children, nightly_fen, price_fen, channel, source, campaign,
                    guest_key, country, awaits_host, expires_at, free_until, late_refund_percent, ordinal)
            WHERE (
                SELECT true FROM stays s WHERE s.room_id = w.room_id AND s.state IN {StayMapping.TakenStates}
                AND daterange(s.arrival, s.departure) && daterange(w.arrival, w.departure) LIMIT 1) IS NULL
            ORDER BY w.room_id, w.ordinal
            {conflict} RETURNING id),
        keys AS (
            INSERT INTO idempotency_keys (caller, key, request_hash, status, location, answer)
            SELECT k.caller, k.key, k.request_hash, 201, k.location, k.answer
            FROM unnest($1, $23, $24, $25, $26, $27) AS k(id, caller, key, request_hash, location, answer)
            WHERE k.key IS NOT NULL AND (k.id IN (SELECT id FROM held)) IS TRUE),
        said AS (
            INSERT INTO outbox (id, contract, body, trace_parent)
            SELECT m.message_id, $30, m.body, $31
            FROM unnest($1, $28, $29) AS m(id, message_id, body) WHERE (m.id IN (SELECT id FROM held)) IS TRUE)
        SELECT id FROM held
        """;

    private static async Task<HashSet<Guid>> InsertAsync(
        NpgsqlConnection connection, List<Row> rows, string statement, CancellationToken cancellation)
    {
        await using var insert = new NpgsqlCommand(statement, connection);
        Array(NpgsqlDbType.Uuid, row => row.Wish.StayId);
        Array(NpgsqlDbType.Uuid, row => row.Wish.RoomId);
        Array(NpgsqlDbType.Uuid, row => row.Room.ListingId);
        Array(NpgsqlDbType.Uuid, row => row.Room.MerchantId);
        Array(NpgsqlDbType.Uuid, row => row.Room.HouseholdId);
        Array(NpgsqlDbType.Uuid, row => row.Wish.OrderId);
        Array(NpgsqlDbType.Uuid, row => row.Wish.AccountId);
        Array(NpgsqlDbType.Date, row => row.Wish.Arrival);
        Array(NpgsqlDbType.Date, row => row.Wish.Departure);
        Array(NpgsqlDbType.Integer, row => row.Wish.Adults);
        Array(NpgsqlDbType.Integer, row => row.Wish.Children);

        // An array of arrays must be rectangular in PostgreSQL; each night list travels as its text.
        Array(NpgsqlDbType.Text, row => "{" + string.Join(',', row.NightlyFen) + "}");
        Array(NpgsqlDbType.Bigint, row => row.Event.PriceFen);
        Array(NpgsqlDbType.Text, row => row.Wish.Channel);
        Array(NpgsqlDbType.Text, row => row.Wish.Source);
        Array(NpgsqlDbType.Text, row => row.Wish.Campaign);
        Array(NpgsqlDbType.Text, row => row.Wish.GuestKey);
        Array(NpgsqlDbType.Text, row => row.Wish.Country);
        Array(NpgsqlDbType.Boolean, row => !row.Room.InstantBook);
        Array(NpgsqlDbType.TimestampTz, row => row.Event.ExpiresAt);
        Array(NpgsqlDbType.TimestampTz, row => row.FreeUntil);
        Array(NpgsqlDbType.Integer, row => row.Room.LateRefundPercent);
        Array(NpgsqlDbType.Text, row => row.Key?.Caller);
        Array(NpgsqlDbType.Text, row => row.Key?.Key);
        Array(NpgsqlDbType.Bytea, row => row.Key?.RequestHash);
        Array(NpgsqlDbType.Text, row => row.Location);
        Array(NpgsqlDbType.Text, row => row.Answer);
        Array(NpgsqlDbType.Uuid, _ => Guid.CreateVersion7());
        Array(NpgsqlDbType.Text, row => JsonSerializer.Serialize(row.Event, JsonSerializerOptions.Web));
        insert.Parameters.Add(new() { Value = typeof(StayHeld).FullName! });
        insert.Parameters.Add(new() { Value = (object?)Activity.Current?.Id ?? DBNull.Value,
            NpgsqlDbType = NpgsqlDbType.Text });

        var held = new HashSet<Guid>();
        await using var reader = await insert.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) held.Add(reader.GetGuid(0));
        return held;

        void Array<T>(NpgsqlDbType type, Func<Row, T> value) => insert.Parameters.Add(new()
        {
            Value = rows.ConvertAll(new Converter<Row, T>(value)), NpgsqlDbType = NpgsqlDbType.Array | type,
        });
    }

    private static NpgsqlBatchCommand Sql(string text, params Array[] arguments)
    {
        var command = new NpgsqlBatchCommand(text);
        foreach (var argument in arguments) command.Parameters.Add(new() { Value = argument });
        return command;
    }

    // Most rooms of a batch have been seen with this very plan before; the bound is for those that keep changing it.
    private static readonly ConcurrentDictionary<string, PricePlan> Plans = new();

    private static PricePlan Plan(string json)
    {
        if (Plans.TryGetValue(json, out var known)) return known;
        if (Plans.Count > 50_000) Plans.Clear();
        return Plans[json] = JsonSerializer.Deserialize<PricePlan>(json, JsonSerializerOptions.Web)!;
    }

    private sealed class Seen
    {
        public DateTimeOffset Now { get; set; }
        public HashSet<string> FreeKeys { get; } = [];
        public Dictionary<string, IdempotencyKey> KnownKeys { get; } = [];
        public Dictionary<Guid, RoomTerms> Rooms { get; } = [];
        public Dictionary<Guid, Dictionary<DateOnly, NightTerms>> Nights { get; } = [];
        public HashSet<int> Blocked { get; } = [];
        public HashSet<Guid> KnownStays { get; } = [];
        public HashSet<Guid> WithdrawnStays { get; } = [];
    }

    private sealed class Row
    {
        public Row(
            int index, Wish wish, WishKey? key, RoomTerms room, long[] nightlyFen, DateTimeOffset freeUntil,
            DateTimeOffset expires)
        {
            (Index, Wish, Key, Room, NightlyFen, FreeUntil) = (index, wish, key, room, nightlyFen, freeUntil);
            Event = new(
                wish.StayId, wish.OrderId, room.ListingId, room.RoomId, room.MerchantId, wish.Arrival, wish.Departure,
                nightlyFen.Sum(), "CNY", expires, wish.AccountId, room.ListingZh, room.ListingEn);
            Location = $"/v1/stays/{wish.StayId}";
            Answer = key is null ? null : JsonSerializer.Serialize(
                StayResponse.Of(Event, wish, nightlyFen, freeUntil, room), JsonSerializerOptions.Web);
        }

        public int Index { get; }
        public Wish Wish { get; }
        public WishKey? Key { get; }
        public RoomTerms Room { get; }
        public long[] NightlyFen { get; }
        public DateTimeOffset FreeUntil { get; }
        public StayHeld Event { get; }
        public string Location { get; }
        public string? Answer { get; }
    }
}

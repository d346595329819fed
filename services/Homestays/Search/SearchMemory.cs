using System.Diagnostics;
using System.Text.Json;
using Jingdezhen.Tourism.Homestays.Calendars;
using Jingdezhen.Tourism.Homestays.Stays;
using Npgsql;
using NpgsqlTypes;

namespace Jingdezhen.Tourism.Homestays.Search;

/// <summary>
/// Keeps the <see cref="NightIndex"/> of this process close to the database: every half second it reads the rooms and
/// stays that changed since, with a margin for transactions that were slow to commit; every quarter of an hour it
/// starts anew. What it misses in between costs a search a second look, never a wrong answer.
/// </summary>
internal sealed partial class SearchMemory(NpgsqlDataSource database, TimeProvider clock, ILogger<SearchMemory> logger)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500), LongestPause = TimeSpan.FromSeconds(3),
        Margin = TimeSpan.FromSeconds(5), Renewal = TimeSpan.FromMinutes(15);

    // A row bears the time at which its transaction began: an import of many houses commits long after it, a hold at
    // once.
    private static readonly TimeSpan LongestImport = TimeSpan.FromMinutes(10);

    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _writer = new(1, 1);
    private NightIndex _index = new(DateOnly.MinValue, []);

    // Changes of the last moments that have been read: the margin asks for them again and again.
    private HashSet<(Guid Id, DateTimeOffset At)> _read = [];

    /// <summary>The index once it has been read for the first time.</summary>
    public async ValueTask<NightIndex> IndexAsync(CancellationToken cancellation)
    {
        if (!_loaded.Task.IsCompleted) await _loaded.Task.WaitAsync(TimeSpan.FromSeconds(30), cancellation);
        return Volatile.Read(ref _index);
    }

    /// <summary>Rooms that a search found to be otherwise: as they are now.</summary>
    public async Task RefreshAsync(Guid[] roomIds, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await RefreshAsync(connection, roomIds, cancellation);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var (renewAt, seen) = (DateTimeOffset.MinValue, DateTimeOffset.MinValue);
        while (!stoppingToken.IsCancellationRequested)
        {
            var started = Stopwatch.GetTimestamp();
            try
            {
                await using var connection = await database.OpenConnectionAsync(stoppingToken);
                var now = await NowAsync(connection, stoppingToken);
                var today = clock.Today();
                if (now >= renewAt || Math.Abs(today.DayNumber - _index.First.DayNumber) > 2)
                {
                    await LoadAsync(connection, today.AddDays(-1), stoppingToken);
                    (renewAt, seen) = (now + Renewal, now);
                    _loaded.TrySetResult();
                }
                else
                {
                    await RefreshAsync(connection, await ChangedAsync(connection, seen - Margin, stoppingToken),
                        stoppingToken);
                    seen = now;
                }
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                LogFault(logger, fault);
                _read = [];
            }

            // In a rush of holds the memory takes a twentieth of one core; the check of each page covers what it
            // misses. A new house is waited for no longer than a few seconds, whatever that costs.
            var rest = Stopwatch.GetElapsedTime(started) * 19;
            await Task.Delay(rest < Pause ? Pause : rest > LongestPause ? LongestPause : rest, stoppingToken);
        }
    }

    private async Task LoadAsync(NpgsqlConnection connection, DateOnly first, CancellationToken cancellation)
    {
        await _writer.WaitAsync(cancellation);
        try
        {
            var rooms = await RoomsAsync(connection, null, first, cancellation);
            var index = new NightIndex(first, rooms);
            foreach (var room in await TakenAsync(connection, null, first, cancellation)) index.SetTaken(room.Key,
                room.Value);
            Volatile.Write(ref _index, index);
        }
        finally
        {
            _writer.Release();
        }
    }

    private async Task RefreshAsync(NpgsqlConnection connection, Guid[] roomIds, CancellationToken cancellation)
    {
        if (roomIds.Length == 0) return;

        await _writer.WaitAsync(cancellation);
        var full = false;
        try
        {
            var index = _index;
            foreach (var room in await RoomsAsync(connection,
                await StaleAsync(connection, index, roomIds, cancellation), index.First, cancellation))
            {
                full |= !index.Put(room);
            }

            var taken = await TakenAsync(connection, roomIds, index.First, cancellation);
            foreach (var room in roomIds) index.SetTaken(room, taken.TryGetValue(room, out var nights) ? nights : []);
        }
        finally
        {
            _writer.Release();
        }

        if (full) await LoadAsync(connection, _index.First, cancellation);
    }

    private static async Task<DateTimeOffset> NowAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var ask = new NpgsqlCommand("SELECT now()", connection);
        return new((DateTime)(await ask.ExecuteScalarAsync(cancellation))!);
    }

    private async Task<Guid[]> ChangedAsync(NpgsqlConnection connection, DateTimeOffset since,
        CancellationToken cancellation)
    {
        await using var ask = new NpgsqlCommand(
            """
            SELECT id, id, changed_at FROM rooms WHERE changed_at > $1
            UNION ALL SELECT id, room_id, changed_at FROM stays WHERE changed_at > $2
            """, connection);
        ask.Parameters.Add(new() { Value = since - LongestImport });
        ask.Parameters.Add(new() { Value = since });
        await using var reader = await ask.ExecuteReaderAsync(cancellation);
        var (rooms, read) = (new HashSet<Guid>(), new HashSet<(Guid, DateTimeOffset)>());
        while (await reader.ReadAsync(cancellation))
        {
            var change = (reader.GetGuid(0), reader.GetFieldValue<DateTimeOffset>(2));
            read.Add(change);
            if (!_read.Contains(change)) rooms.Add(reader.GetGuid(1));
        }

        _read = read;
        return [.. rooms];
    }

    /// <summary>Of these rooms those whose terms are other than remembered: pricing 512 nights is not for
    /// nothing.</summary>
    private static async Task<Guid[]> StaleAsync(
        NpgsqlConnection connection, NightIndex index, Guid[] roomIds, CancellationToken cancellation)
    {
        await using var ask = new NpgsqlCommand("SELECT id, version FROM rooms WHERE id = ANY($1)", connection);
        ask.Parameters.Add(new() { Value = roomIds });
        await using var reader = await ask.ExecuteReaderAsync(cancellation);
        var stale = new List<Guid>();
        while (await reader.ReadAsync(cancellation))
        {
            if (index.VersionOf(reader.GetGuid(0)) != reader.GetInt64(1)) stale.Add(reader.GetGuid(0));
        }

        return [.. stale];
    }

    private static async Task<List<IndexedRoom>> RoomsAsync(
        NpgsqlConnection connection, Guid[]? roomIds, DateOnly first, CancellationToken cancellation)
    {
        if (roomIds is []) return [];

        var terms = await TermsAsync(connection, roomIds, first, cancellation);
        await using var ask = new NpgsqlCommand(
            """
            SELECT r.id, r.listing_id, l.name_zh, l.name_en, l.county, l.village, l.photos[1], l.latitude, l.longitude,
                   l.resident_run, l.instant_book, l.demonstration, l.amenities, l.accessibility, r.name, r.kind,
                   r.max_adults, r.max_children,
                   r.min_nights, r.max_nights, r.prices, l.rating_sum, l.rating_count,
                   r.active AND l.active AND NOT coalesce(s.suspended, false), r.version
            FROM rooms r JOIN listings l ON l.id = r.listing_id LEFT JOIN suspensions s ON s.merchant_id = r.merchant_id
            WHERE $1 IS NULL OR r.id = ANY($1)
            """, connection);
        ask.Parameters.Add(new() { Value = (object?)roomIds ?? DBNull.Value,
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
        await using var reader = await ask.ExecuteReaderAsync(cancellation);
        var rooms = new List<IndexedRoom>();
        while (await reader.ReadAsync(cancellation))
        {
            rooms.Add(new(
                reader.GetGuid(0), reader.GetGuid(1), reader.GetString(2), reader.GetString(3),
                string.Intern(reader.GetString(4)),
                reader.IsDBNull(5) ? null : string.Intern(reader.GetString(5)), reader.IsDBNull(6) ? null
                    : reader.GetString(6),
                reader.GetDouble(7), reader.GetDouble(8), reader.GetBoolean(9), reader.GetBoolean(10),
                reader.GetBoolean(11),
                reader.GetFieldValue<string[]>(12), reader.GetFieldValue<string[]>(13), reader.GetString(14),
                reader.GetString(15),
                reader.GetInt32(16), reader.GetInt32(17), reader.GetInt32(18), reader.GetInt32(19),
                JsonSerializer.Deserialize<PricePlan>(reader.GetString(20), JsonSerializerOptions.Web)!,
                reader.GetInt32(22) == 0 ? null : Math.Round((double)reader.GetInt32(21) / reader.GetInt32(22), 2),
                reader.GetInt32(22),
                reader.GetBoolean(23), reader.GetInt64(24), terms.TryGetValue(reader.GetGuid(0), out var said) ? said
                    : []));
        }

        return rooms;
    }

    private static async Task<Dictionary<Guid, List<NightTerms>>> TermsAsync(
        NpgsqlConnection connection, Guid[]? roomIds, DateOnly first, CancellationToken cancellation)
    {
        await using var ask = new NpgsqlCommand(
            """
            SELECT room_id, night, price_fen, min_nights, max_nights, closed_to_arrival, closed_to_departure
            FROM night_terms
            WHERE ($1 IS NULL OR room_id = ANY($1)) AND night BETWEEN $2 AND $3
            """, connection);
        ask.Parameters.Add(new() { Value = (object?)roomIds ?? DBNull.Value,
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
        ask.Parameters.Add(new() { Value = first });
        ask.Parameters.Add(new() { Value = first.AddDays(NightIndex.Nights) });
        await using var reader = await ask.ExecuteReaderAsync(cancellation);
        var terms = new Dictionary<Guid, List<NightTerms>>();
        while (await reader.ReadAsync(cancellation))
        {
            var room = reader.GetGuid(0);
            (terms.TryGetValue(room, out var said) ? said : terms[room] = []).Add(new()
            {
                RoomId = room, Night = reader.GetFieldValue<DateOnly>(1),
                PriceFen = reader.IsDBNull(2) ? null : reader.GetInt64(2),
                MinNights = reader.IsDBNull(3) ? null : reader.GetInt32(3),
                MaxNights = reader.IsDBNull(4) ? null : reader.GetInt32(4),
                ClosedToArrival = reader.GetBoolean(5), ClosedToDeparture = reader.GetBoolean(6),
            });
        }

        return terms;
    }

    private static async Task<Dictionary<Guid, List<(DateOnly From, DateOnly To)>>> TakenAsync(
        NpgsqlConnection connection, Guid[]? roomIds, DateOnly first, CancellationToken cancellation)
    {
        await using var ask = new NpgsqlCommand(
            $"""
            SELECT room_id, arrival, departure FROM stays
            WHERE state IN {StayMapping.TakenStates} AND ($1 IS NULL OR room_id = ANY($1)) AND departure > $2
            UNION ALL
            SELECT room_id, "from", "to" FROM blocks WHERE ($1 IS NULL OR room_id = ANY($1)) AND "to" > $2
            """, connection);
        ask.Parameters.Add(new() { Value = (object?)roomIds ?? DBNull.Value,
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
        ask.Parameters.Add(new() { Value = first });
        await using var reader = await ask.ExecuteReaderAsync(cancellation);
        var taken = new Dictionary<Guid, List<(DateOnly, DateOnly)>>();
        while (await reader.ReadAsync(cancellation))
        {
            var room = reader.GetGuid(0);
            (taken.TryGetValue(room, out var nights) ? nights : taken[room] = [])
                .Add((reader.GetFieldValue<DateOnly>(1), reader.GetFieldValue<DateOnly>(2)));
        }

        return taken;
    }

    [LoggerMessage(LogLevel.Warning, "The search's memory could not be brought up to date; it will try again")]
    private static partial void LogFault(ILogger logger, Exception fault);
}

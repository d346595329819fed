using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Jingdezhen.Tourism.Homestays.Stays;
using Jingdezhen.Tourism.Homestays.Storage;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Jingdezhen.Tourism.Homestays.Calendars;

/// <param name="To">The last night, included.</param>
/// <param name="Weekdays">1 (Monday) to 7; null means every day.</param>
/// <param name="Clear">Forget what was said of these nights before saying anything new.</param>
public sealed record EditCalendarRequest(
    [Required, MinLength(1), MaxLength(50)] Guid[] RoomIds, [Required] DateOnly From, [Required] DateOnly To,
    [MaxLength(7)] int[]? Weekdays = null, [Range(100, PricePlan.DearestNightFen)] long? PriceFen = null,
    [Range(1, 180)] int? MinNights = null, [Range(1, 180)] int? MaxNights = null, bool? ClosedToArrival = null,
    bool? ClosedToDeparture = null, bool Clear = false);

public sealed record EditCalendarResponse(int Rooms, int Nights);

/// <param name="Stay">The stay that has the night, where one has.</param>
/// <param name="BlockedBy">Who closed the night: <c>host:account</c>, <c>calendar:name</c>.</param>
public sealed record CalendarNightResponse(
    DateOnly Night, bool Free, long PriceFen, bool Holiday, int MinNights, int MaxNights, bool ClosedToArrival,
    bool ClosedToDeparture,
    Guid? Stay, string? StayState, IReadOnlyList<string>? BlockedBy);

public sealed record RoomCalendarResponse(Guid RoomId, IReadOnlyList<CalendarNightResponse> Nights);

/// <summary>What a host says of nights, many at once, and what has become of them.</summary>
internal static class HostCalendar
{
    private const int LongestEdit = 731, LongestView = 186;

    public static async Task<Results<Ok<EditCalendarResponse>, NotFound, ProblemHttpResult>> Edit(
        EditCalendarRequest request, ClaimsPrincipal user, HomestaysDb db, CancellationToken cancellation)
    {
        if (request.To < request.From || request.To.DayNumber - request.From.DayNumber >= LongestEdit)
            return Problems.Invalid("to", $"1 to {LongestEdit} nights, both ends included.");
        if (request.MinNights > request.MaxNights) return Problems.Invalid("minNights",
            "minNights is larger than maxNights.");
        if (request.Weekdays?.Any(day => day is < 1 or > 7) == true)
            return Problems.Invalid("weekdays", "1 (Monday) to 7 (Sunday).");

        var merchant = user.MerchantId();
        var rooms = request.RoomIds.Distinct().ToArray();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await db.Rooms.CountAsync(r => rooms.Contains(r.Id) && r.MerchantId == merchant,
            cancellation) != rooms.Length)
            return TypedResults.NotFound();

        var weekdays = request.Weekdays ?? [1, 2, 3, 4, 5, 6, 7];
        if (request.Clear)
        {
            await db.Database.ExecuteSqlAsync(
                $"""
                DELETE FROM night_terms WHERE room_id = ANY({rooms}) AND night BETWEEN {request.From} AND {request.To}
                AND extract(isodow FROM night)::int = ANY({weekdays})
                """, cancellation);
        }

        var says = request is not { PriceFen: null, MinNights: null, MaxNights: null, ClosedToArrival: null,
            ClosedToDeparture: null };
        var nights = !says ? 0 : await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO night_terms AS t
                (room_id, night, price_fen, min_nights, max_nights, closed_to_arrival, closed_to_departure)
            SELECT room, night::date, {request.PriceFen}, {request.MinNights}, {request.MaxNights},
                   {request.ClosedToArrival ?? false}, {request.ClosedToDeparture ?? false}
            FROM unnest({rooms}) AS room,
                 generate_series({request.From}::date, {request.To}::date, interval '1 day') AS night
            WHERE extract(isodow FROM night)::int = ANY({weekdays}) ORDER BY room, night
            ON CONFLICT (room_id, night) DO UPDATE SET
                price_fen = coalesce(excluded.price_fen, t.price_fen),
                min_nights = coalesce(excluded.min_nights, t.min_nights),
                max_nights = coalesce(excluded.max_nights, t.max_nights),
                closed_to_arrival = CASE WHEN {request.ClosedToArrival is null} THEN t.closed_to_arrival
                                         ELSE excluded.closed_to_arrival END,
                closed_to_departure = CASE WHEN {request.ClosedToDeparture is null} THEN t.closed_to_departure
                                           ELSE excluded.closed_to_departure END
            """, cancellation);
        await Listings.ListingNews.TouchRoomsAsync(db, room => rooms.Contains(room.Id), cancellation);
        await transaction.CommitAsync(cancellation);
        return TypedResults.Ok(new EditCalendarResponse(rooms.Length, nights));
    }

    /// <summary>Half open: <paramref name="to"/> is not shown.</summary>
    public static async Task<Results<Ok<RoomCalendarResponse>, NotFound, ProblemHttpResult>> Read(
        Guid roomId, DateOnly from, DateOnly to, ClaimsPrincipal user, HomestaysDb db, CancellationToken cancellation)
    {
        var merchant = user.MerchantId();
        return await ReadAsync(db, roomId, merchant, from, to, cancellation);
    }

    /// <summary>For everybody: free or not, at what price, and nothing of who.</summary>
    public static async Task<Results<Ok<RoomCalendarResponse>, NotFound, ProblemHttpResult>> ReadPublic(
        Guid listingId, Guid roomId, DateOnly from, DateOnly to, HomestaysDb db, CancellationToken cancellation)
    {
        if (!await db.Rooms.AnyAsync(
            r => r.Id == roomId && r.ListingId == listingId && r.Active
                && db.Listings.Any(l => l.Id == listingId && l.Active)
                && !db.Suspensions.Any(s => s.MerchantId == r.MerchantId && s.Suspended),
                cancellation)) return TypedResults.NotFound();

        var result = await ReadAsync(db, roomId, merchant: null, from, to, cancellation);
        return result.Result is Ok<RoomCalendarResponse> { Value: { } calendar }
            ? TypedResults.Ok(calendar with
            {
                Nights = [.. calendar.Nights.Select(night =>
                    night with { Stay = null, StayState = null, BlockedBy = null })],
            })
            : result;
    }

    private static async Task<Results<Ok<RoomCalendarResponse>, NotFound, ProblemHttpResult>> ReadAsync(
        HomestaysDb db, Guid roomId, Guid? merchant, DateOnly from, DateOnly to, CancellationToken cancellation)
    {
        if (to <= from || to.DayNumber - from.DayNumber > LongestView)
            return Problems.Invalid("to", $"1 to {LongestView} nights; the day given is not included.");
        if (await db.Rooms.AsNoTracking().SingleOrDefaultAsync(
            r => r.Id == roomId && (merchant == null || r.MerchantId == merchant), cancellation) is not { } room)
            return TypedResults.NotFound();

        var terms = await db.NightTerms.AsNoTracking()
            .Where(t => t.RoomId == roomId && t.Night >= @from && t.Night < to)
            .ToDictionaryAsync(t => t.Night, cancellation);
        var blocks = await db.Blocks.AsNoTracking().Where(b => b.RoomId == roomId && b.From < to && b.To > @from)
            .ToListAsync(cancellation);
        var now = await db.NowAsync(cancellation);
        var stays = await db.Stays.AsNoTracking()
            .Where(s => s.RoomId == roomId && s.Arrival < to && s.Departure > @from
                && (s.State == Stay.Confirmed || s.State == Stay.CheckedIn || s.State == Stay.CheckedOut
                    || (s.State == Stay.Held && s.ExpiresAt > now)))
            .Select(s => new { s.Id, s.State, s.Arrival, s.Departure }).ToListAsync(cancellation);
        var nights = new List<CalendarNightResponse>();
        for (var night = from; night < to; night = night.AddDays(1))
        {
            var said = terms.GetValueOrDefault(night);
            var stay = stays.Find(s => s.Arrival <= night && night < s.Departure);
            var closed = blocks.FindAll(b => b.From <= night && night < b.To);
            nights.Add(new(
                night, stay is null && closed.Count == 0, said?.PriceFen
                    ?? room.Prices.NightFen(night, HolidayCalendar.Published),
                HolidayCalendar.Published.IsHoliday(night), said?.MinNights ?? room.MinNights, said?.MaxNights
                    ?? room.MaxNights,
                said?.ClosedToArrival ?? false, said?.ClosedToDeparture ?? false, stay?.Id, stay?.State,
                closed.Count == 0 ? null : [.. closed.Select(b => b.MadeBy)]));
        }

        return TypedResults.Ok(new RoomCalendarResponse(roomId, nights));
    }
}

public sealed record BlockRequest(
    [Required] Guid RoomId, [Required] DateOnly From, [Required] DateOnly To, [PlainText(200)] string? Reason = null);

public sealed record BlockResponse(Guid Id, Guid RoomId, DateOnly From, DateOnly To, string Reason, string MadeBy);

/// <summary>The host closes nights, and opens again what the host closed. Half open.</summary>
internal static class BlockNights
{
    private const int LongestBlock = 731;

    public static async Task<Results<Created<BlockResponse>, NotFound, ProblemHttpResult>> Handle(
        BlockRequest request, ClaimsPrincipal user, HomestaysDb db, RoomLock rooms, CancellationToken cancellation)
    {
        if (request.To <= request.From || request.To.DayNumber - request.From.DayNumber > LongestBlock)
            return Problems.Invalid("to", $"1 to {LongestBlock} nights; the day given is not included.");

        var merchant = user.MerchantId();
        if (!await db.Rooms.AnyAsync(r => r.Id == request.RoomId && r.MerchantId == merchant, cancellation))
            return TypedResults.NotFound();

        await rooms.TakeAsync((NpgsqlConnection)db.Database.GetDbConnection(), cancellation, request.RoomId);
        var now = await db.NowAsync(cancellation);
        if (await db.Stays.AnyAsync(
            s => s.RoomId == request.RoomId && s.Arrival < request.To && s.Departure > request.From
                && (s.State == Stay.Confirmed || s.State == Stay.CheckedIn
                    || (s.State == Stay.Held && s.ExpiresAt > now)), cancellation))
            return new Refusal("nights-taken", "Somebody has at least one of these nights.").AsProblem();

        var block = new Block
        {
            Id = Guid.CreateVersion7(), RoomId = request.RoomId, From = request.From, To = request.To,
            Reason = request.Reason ?? "",
            MadeBy = $"host:{user.AccountId()}",
        };
        db.Add(block);
        await db.SaveChangesAsync(cancellation);
        await Listings.ListingNews.TouchRoomsAsync(db, room => room.Id == request.RoomId, cancellation);
        return TypedResults.Created($"/v1/host/blocks/{block.Id}", Of(block));
    }

    /// <param name="after">The last block of the page before.</param>
    public static async Task<Results<Ok<List<BlockResponse>>, ProblemHttpResult>> List(
        ClaimsPrincipal user, HomestaysDb db, CancellationToken cancellation, DateOnly? from = null,
        [Range(1, 100)] int limit = 100, Guid? after = null)
    {
        var merchant = user.MerchantId();
        var own = db.Blocks.AsNoTracking()
            .Where(b => db.Rooms.Any(r => r.Id == b.RoomId && r.MerchantId == merchant));
        var last = await own.SingleOrDefaultAsync(b => b.Id == after, cancellation);
        if (after is not null && last is null) return Problems.Invalid("after", "None of your blocks has this id.");

        var (day, id) = (last?.From, last?.Id);
        return TypedResults.Ok((await own.Where(b => from == null || b.To > from)
            .Where(b => day == null || b.From > day || (b.From == day && b.Id > id))
            .OrderBy(b => b.From).ThenBy(b => b.Id).Take(limit).ToListAsync(cancellation)).ConvertAll(Of));
    }

    public static async Task<Results<NoContent, NotFound, ProblemHttpResult>> Remove(
        Guid blockId, ClaimsPrincipal user, HomestaysDb db, CancellationToken cancellation)
    {
        var merchant = user.MerchantId();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var block = await db.Blocks.AsNoTracking().SingleOrDefaultAsync(
            b => b.Id == blockId && db.Rooms.Any(r => r.Id == b.RoomId && r.MerchantId == merchant), cancellation);
        if (block is null) return TypedResults.NotFound();
        if (block.SourceId is not null)
            return new Refusal("made-by-a-calendar",
                $"{block.MadeBy} says so; change it there, or remove the calendar.").AsProblem();

        await db.Blocks.Where(b => b.Id == blockId).ExecuteDeleteAsync(cancellation);
        await Listings.ListingNews.TouchRoomsAsync(db, room => room.Id == block.RoomId, cancellation);
        await transaction.CommitAsync(cancellation);
        return TypedResults.NoContent();
    }

    private static BlockResponse Of(Block block) =>
        new(block.Id, block.RoomId, block.From, block.To, block.Reason, block.MadeBy);
}

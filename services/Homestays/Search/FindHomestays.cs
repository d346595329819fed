using System.Globalization;
using System.Text;
using Jingdezhen.Tourism.Homestays.Calendars;
using Jingdezhen.Tourism.Homestays.Listings;
using Jingdezhen.Tourism.Homestays.Stays;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;
using Npgsql;

namespace Jingdezhen.Tourism.Homestays.Search;

public sealed record FoundRoomResponse(Guid Id, string Name, string Kind, int MaxAdults, int MaxChildren);

/// <param name="TotalFen">For all nights, discounts included; the nights add up to it.</param>
/// <param name="DistanceMeters">To the nearest of the points asked for.</param>
public sealed record FoundHomestayResponse(
    Guid Id, string NameZh, string NameEn, string District, string? Village, double Latitude, double Longitude,
    string? Photo,
    bool ResidentRun, bool InstantBook, bool Demonstration, IReadOnlyList<string> Amenities, double? Rating,
    int Reviews,
    long? DistanceMeters, FoundRoomResponse Room, long TotalFen, string Currency, IReadOnlyList<NightResponse> Nights);

/// <param name="Next">Give it as <c>after</c> for the next page; null on the last.</param>
public sealed record FoundHomestaysResponse(IReadOnlyList<FoundHomestayResponse> Items, string? Next);

public sealed record GeoPoint(string Type, double[] Coordinates);

public sealed record GeoFeature(string Type, Guid Id, GeoPoint Geometry, FoundHomestayResponse Properties);

/// <summary>RFC 7946; coordinates are longitude, latitude in WGS 84.</summary>
public sealed record GeoHomestays(string Type, IReadOnlyList<GeoFeature> Features, string? Next);

/// <summary>
/// What a tourist may ask for. <c>near</c> is "latitude,longitude" and may be given several times, for instance the
/// ends of an itinerary's days: the nearest counts. <c>place</c> is an id of Routes and works like one of them.
/// </summary>
internal sealed record FindHomestaysQuery(
    string? Arrival, string? Departure, string? Adults, string? Children, string? PriceFrom, string? PriceTo,
    string? District,
    string? Village, string? Amenities, string? ResidentRun, string? InstantBook, string[]? Near, string[]? Place,
    string? Within,
    string? Sort, string? After, string? Limit, string? Format);

internal static class FindHomestays
{
    private const int Looks = 4, MostPoints = 20;
    private static readonly string[] Districts = ["Zhushan", "Changjiang", "Fuliang", "Leping", "Changnan New Area"];

    public static async Task<Results<Ok<FoundHomestaysResponse>, JsonHttpResult<GeoHomestays>,
    ProblemHttpResult>> Handle(
        [AsParameters] FindHomestaysQuery query, SearchMemory memory, NpgsqlDataSource database, TimeProvider clock,
        CancellationToken cancellation)
    {
        var reading = new Reading();
        var (wish, limit) = Read(query, clock.Today(), reading);
        if (reading.Fault is var (field, because)) return Problems.Invalid(field, because);

        var index = await memory.IndexAsync(cancellation);
        var found = index.Find(wish, limit + 1);
        for (var look = 1; ; look++)
        {
            var stale = await StaleAsync(database, found, wish, cancellation);
            if (stale.Count == 0) break;

            // What is no longer so is learned on the spot, and the page is made again; the last look only leaves out.
            if (look == Looks)
            {
                found.RemoveAll(hit => stale.Contains(hit.Room.RoomId));
                break;
            }

            await memory.RefreshAsync([.. stale], cancellation);
            index = await memory.IndexAsync(cancellation);
            found = index.Find(wish, limit + 1);
        }

        var next = found.Count > limit ? CursorOf(wish.Sort, found[limit - 1]) : null;
        var items = found.Take(limit).Select(hit => Of(hit, index, wish)).ToList();
        return query.Format == "geojson"
            ? TypedResults.Json(
                new GeoHomestays("FeatureCollection", items.ConvertAll(item => new GeoFeature(
                    "Feature", item.Id, new("Point", [item.Longitude, item.Latitude]), item)), next),
                contentType: "application/geo+json")
            : TypedResults.Ok(new FoundHomestaysResponse(items, next));
    }

    /// <summary>Of a page the rooms whose nights are gone, or whose terms are not the ones that the price was made
    /// of.</summary>
    private static async Task<HashSet<Guid>> StaleAsync(
        NpgsqlDataSource database, List<Found> found, SearchWish wish, CancellationToken cancellation)
    {
        if (found.Count == 0) return [];

        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var ask = new NpgsqlCommand(
            """
            SELECT w.id FROM unnest($1, $2) AS w(id, version) LEFT JOIN rooms r ON r.id = w.id
            WHERE r.version IS DISTINCT FROM w.version
               OR EXISTS (SELECT FROM stays s WHERE s.room_id = w.id
                          AND s.state IN ('held', 'confirmed', 'checked-in', 'checked-out')
                          AND daterange(s.arrival, s.departure) && daterange($3, $4)
                          AND (s.state <> 'held' OR s.expires_at > now()))
               OR EXISTS (SELECT FROM blocks b WHERE b.room_id = w.id AND b."from" < $4 AND b."to" > $3)
            """, connection);
        ask.Parameters.Add(new() { Value = found.ConvertAll(hit => hit.Room.RoomId) });
        ask.Parameters.Add(new() { Value = found.ConvertAll(hit => hit.Room.Version) });
        ask.Parameters.Add(new() { Value = wish.Arrival });
        ask.Parameters.Add(new() { Value = wish.Departure });
        var stale = new HashSet<Guid>();
        await using var reader = await ask.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) stale.Add(reader.GetGuid(0));
        return stale;
    }

    private static FoundHomestayResponse Of(Found hit, NightIndex index, SearchWish wish)
    {
        var room = hit.Room;
        return new(
            room.ListingId, room.NameZh, room.NameEn, room.County, room.Village, room.Latitude, room.Longitude,
            room.Photo,
            room.ResidentRun, room.InstantBook, room.Demonstration, room.Amenities, room.Rating, room.Reviews,
            hit.Meters is { } meters ? (long)Math.Round(meters) : null,
            new(room.RoomId, room.RoomName, room.RoomKind, room.MaxAdults, room.MaxChildren), hit.TotalFen, "CNY",
            StayResponse.NightsOf(wish.Arrival, index.NightlyFen(hit, wish.Arrival, wish.Nights)));
    }

    private static (SearchWish Wish, int Limit) Read(FindHomestaysQuery query, DateOnly today, Reading read)
    {
        var arrival = read.Day("arrival", query.Arrival);
        var departure = read.Day("departure", query.Departure);
        read.Check("arrival", arrival >= today, "Today or later.");
        read.Check("departure", departure > arrival && departure.DayNumber - arrival.DayNumber <= Quotation.LongestStay,
            $"1 to {Quotation.LongestStay} nights after the arrival.");
        read.Check("departure", departure.DayNumber - today.DayNumber <= Quotation.FurthestDays,
            $"At most {Quotation.FurthestDays} days ahead.");
        var sort = query.Sort switch
        {
            null or "price" => SearchSort.Price,
            "distance" => SearchSort.Distance,
            "rating" => SearchSort.Rating,
            _ => read.Wrong("sort", "price, distance or rating.", SearchSort.Price),
        };
        var near = Points(query, read);
        read.Check("sort", sort != SearchSort.Distance || near.Count > 0, "Sorting by distance needs near or place.");
        read.Check("district", query.District is null || Districts.Contains(query.District),
            $"One of {string.Join(", ", Districts)}.");
        read.Check("format", query.Format is null or "json" or "geojson", "json or geojson.");
        var words = (query.Amenities ?? "").Split(',',
            StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        read.Check("amenities", words.All(word => KnownWords.Amenities.Contains(word)
            || KnownWords.Accessibility.Contains(word)),
            $"Any of {string.Join(", ", KnownWords.Amenities.Concat(KnownWords.Accessibility))}.");
        var wish = new SearchWish(
            arrival, departure, (int)read.Number("adults", query.Adults, 1, 50, 2),
            (int)read.Number("children", query.Children, 0, 50, 0),
            query.District, query.Village, read.Flag("residentRun", query.ResidentRun),
            read.Flag("instantBook", query.InstantBook), words,
            read.Number("priceFrom", query.PriceFrom, 0, long.MaxValue, 0),
            read.Number("priceTo", query.PriceTo, 0, long.MaxValue, long.MaxValue),
            near, read.Number("within", query.Within, 100, 200_000, 200_000), sort, Cursor(query.After, sort, read));
        return (wish, (int)read.Number("limit", query.Limit, 1, 100, 20));
    }

    private static List<Point> Points(FindHomestaysQuery query, Reading read)
    {
        var points = new List<Point>();
        foreach (var text in query.Near ?? [])
        {
            var parts = text.Split(',');
            if (parts.Length == 2
                && double.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var latitude)
                    && Math.Abs(latitude) <= 90
                && double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var longitude)
                    && Math.Abs(longitude) <= 180)
                points.Add(new(latitude, longitude));
            else
                read.Check("near", false, "latitude,longitude in degrees, for example 29.2587,117.2576.");
        }

        foreach (var id in query.Place ?? [])
        {
            if (Place.All.TryGetValue(id, out var place)) points.Add(new(place.Latitude, place.Longitude));
            else read.Check("place", false, "An id of a place, for example sanbao-valley.");
        }

        read.Check("near", points.Count <= MostPoints, $"At most {MostPoints} points.");
        return points;
    }

    private static string CursorOf(SearchSort sort, Found last) => WebEncoders.Base64UrlEncode(Encoding.ASCII.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{(int)sort}|{last.Rank:R}|{last.Room.ListingId:N}")));

    private static Found? Cursor(string? after, SearchSort sort, Reading read)
    {
        if (after is null) return null;

        try
        {
            var parts = Encoding.ASCII.GetString(WebEncoders.Base64UrlDecode(after)).Split('|');
            if (parts.Length == 3 && parts[0] == ((int)sort).ToString(CultureInfo.InvariantCulture)
                && double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var rank)
                && Guid.TryParseExact(parts[2], "N", out var id)) return new(null!, 0, null, rank, id);
        }
        catch (FormatException)
        {
            // Said below, as for every other cursor that is not ours.
        }

        return read.Wrong<Found?>("after", "The next of a page with the same sort, unchanged.", null);
    }

    /// <summary>Reads texts and keeps the first fault.</summary>
    private sealed class Reading
    {
        public (string Field, string Because)? Fault { get; private set; }

        public void Check(string field, bool holds, string because)
        {
            if (!holds) Fault ??= (field, because);
        }

        public T Wrong<T>(string field, string because, T instead)
        {
            Check(field, false, because);
            return instead;
        }

        public DateOnly Day(string field, string? text) =>
            DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
                ? day : Wrong(field, "A day, YYYY-MM-DD.", DateOnly.MinValue);

        public long Number(string field, string? text, long least, long most, long otherwise) =>
            text is null ? otherwise
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least
                && number <= most
                ? number : Wrong(field, most == long.MaxValue ? $"A whole number from {least}."
                    : $"A whole number from {least} to {most}.", otherwise);

        public bool? Flag(string field, string? text) => text switch
        {
            null => null,
            "true" => true,
            "false" => false,
            _ => Wrong<bool?>(field, "true or false.", null),
        };
    }
}

internal static class SearchEndpoints
{
    public static IServiceCollection AddSearch(this IServiceCollection services) =>
        services.AddSingleton<SearchMemory>().AddHostedService(provider => provider.GetRequiredService<SearchMemory>());

    public static IEndpointRouteBuilder MapSearch(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/homestays", FindHomestays.Handle).AllowAnonymous();
        return v1;
    }
}

using System.Buffers.Text;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using NetTopologySuite.Features;
using NetTopologySuite.Geometries;

namespace Jingdezhen.Tourism.Routes.Places;

/// <summary>What is looked for; all conditions together.</summary>
/// <param name="Text">Words in Chinese or English; every one must be found.</param>
/// <param name="OpenAt">Only places that let visitors in at this time.</param>
/// <param name="Near">"lat,lon" in WGS-84 degrees: the nearest first.</param>
/// <param name="Within">Metres from Near.</param>
/// <param name="After">The cursor of the page before.</param>
public sealed record FindPlacesQuery(
    [MaxLength(100)] string? Text,
    [MaxLength(50)] string? Theme,
    [MaxLength(50)] string? District,
    [MaxLength(50)] string? Category,
    DateTimeOffset? OpenAt,
    [MaxLength(60)] string? Near,
    [Range(1, 200_000)] int? Within,
    [Range(1, 100)] int? Limit,
    [MaxLength(300)] string? After);

public sealed record PlaceResponse(PlaceFacts Facts, int Version, int? DistanceMeters = null);

public sealed record PlacePageResponse(IReadOnlyList<PlaceResponse> Places, string? Next, int Total);

internal static class FindPlaces
{
    private const int PageLength = 20;

    private sealed record Match(CataloguePlace Place, double Rank, int? Meters);

    public static async Task<Results<Ok<PlacePageResponse>, ProblemHttpResult>> Handle(
        [AsParameters] FindPlacesQuery query, CatalogueCache cache, CancellationToken cancellation)
    {
        var catalogue = await cache.CurrentAsync(cancellation);
        if (ReadNear(query, out var near) is { } problem) return problem;
        var matches = Matches(catalogue, query, near);

        // The cursor is the rank and id of the last place seen, so an edit between two pages repeats and skips nothing
        // else.
        var page = matches.AsEnumerable();
        if (query.After is not null)
        {
            if (ReadCursor(query.After) is not { } after)
                return Problems.Invalid("after", "This is not a cursor of a page before.");
            page = page.SkipWhile(match => (match.Rank, match.Place.Id).CompareTo(after) <= 0);
        }

        var found = page.Take((query.Limit ?? PageLength) + 1).ToList();
        var more = found.Count > (query.Limit ?? PageLength);
        if (more) found.RemoveAt(found.Count - 1);
        return TypedResults.Ok(new PlacePageResponse(
            [.. found.Select(match => new PlaceResponse(match.Place.Facts, match.Place.Version, match.Meters))],
            more ? Cursor(found[^1]) : null, matches.Count));
    }

    /// <summary>The same search as a GeoJSON FeatureCollection (RFC 7946), unpaged: the catalogue is bounded.</summary>
    public static async Task<Results<GeoJsonResult, ProblemHttpResult>> AsGeoJson(
        [AsParameters] FindPlacesQuery query, CatalogueCache cache, CancellationToken cancellation)
    {
        var catalogue = await cache.CurrentAsync(cancellation);
        if (ReadNear(query, out var near) is { } problem) return problem;
        var features = new FeatureCollection();
        foreach (var match in Matches(catalogue, query, near)) features.Add(Feature(match.Place.Facts));
        return new GeoJsonResult(features);
    }

    public static async Task<Results<Ok<PlaceResponse>, NotFound>> Show(
        string id, HttpResponse response, CatalogueCache cache, CancellationToken cancellation)
    {
        var catalogue = await cache.CurrentAsync(cancellation);
        if (!catalogue.ById.TryGetValue(id, out var place)) return TypedResults.NotFound();
        response.Headers.ETag = ETags.Of(place.Version);
        return TypedResults.Ok(new PlaceResponse(place.Facts, place.Version));
    }

    private static List<Match> Matches(Catalogue catalogue, FindPlacesQuery query, (double Lat, double Lon)? near)
    {
        var ranks = string.IsNullOrWhiteSpace(query.Text) ? null : catalogue.Search.Find(query.Text);
        var matches = new List<Match>();
        for (var index = 0; index < catalogue.Places.Count; index++)
        {
            var place = catalogue.Places[index];
            var facts = place.Facts;
            var rank = 0;
            if (facts.Withdrawn || (ranks is not null && !ranks.TryGetValue(index, out rank))) continue;
            if (query.Theme is not null && !facts.Themes.Contains(query.Theme)) continue;
            if (query.District is not null && facts.District != query.District) continue;
            if (query.Category is not null && facts.Category != query.Category) continue;
            if (query.OpenAt is { } time && !IsOpen(catalogue, place, time)) continue;
            int? meters = near is { } point ? (int)Math.Round(Geo.Meters(point.Lat, point.Lon, facts.Lat, facts.Lon))
                : null;
            if (meters > query.Within) continue;
            matches.Add(new(place, meters ?? -rank, meters));
        }

        matches.Sort((left, right) => (left.Rank, left.Place.Id).CompareTo((right.Rank, right.Place.Id)));
        return matches;
    }

    private static bool IsOpen(Catalogue catalogue, CataloguePlace place, DateTimeOffset time)
    {
        var local = Geo.InShanghai(time);
        var date = DateOnly.FromDateTime(local);
        return place.Hours.IsOpen(date, catalogue.IsDayOff(date), (local.Hour * 60) + local.Minute);
    }

    private static Feature Feature(PlaceFacts facts) => new(
        new Point(facts.Lon, facts.Lat) { SRID = 4326 },
        new AttributesTable
        {
            { "id", facts.Id }, { "nameZh", facts.NameZh }, { "nameEn", facts.NameEn }, { "category", facts.Category },
            { "district", facts.District }, { "themes", facts.Themes.ToArray() },
                { "visitMinutes", facts.VisitMinutes },
            { "indoor", facts.Indoor }, { "evening", facts.Evening }, { "ticketFen", facts.TicketFen },
            { "demonstration", facts.Demonstration },
        });

    private static ProblemHttpResult? ReadNear(FindPlacesQuery query, out (double Lat, double Lon)? near)
    {
        near = null;
        if (query.Near is null)
        {
            return query.Within is null ? null : Problems.Invalid(
                "within", "A distance needs the point near which to look.");
        }

        if (query.Near.Split(',') is not [var north, var east]
            || !double.TryParse(north, NumberStyles.Float, CultureInfo.InvariantCulture, out var lat)
            || !double.TryParse(east, NumberStyles.Float, CultureInfo.InvariantCulture, out var lon)
            || Math.Abs(lat) is not <= 90 || Math.Abs(lon) is not <= 180)
        {
            return Problems.Invalid("near", "Write latitude and longitude in degrees as 29.2993,117.2018.");
        }

        near = (lat, lon);
        return null;
    }

    private static string Cursor(Match last) => Base64Url.EncodeToString(
        Encoding.UTF8.GetBytes($"{last.Rank.ToString("R", CultureInfo.InvariantCulture)} {last.Place.Id}"));

    private static (double Rank, string Id)? ReadCursor(string cursor)
    {
        if (!Base64Url.IsValid(cursor)) return null;
        return Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split(' ') is [var rank, var id]
            && double.TryParse(rank, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? (value, id)
                : null;
    }
}

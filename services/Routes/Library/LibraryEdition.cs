using Jingdezhen.Tourism.Contracts.Routes.V1;
using Jingdezhen.Tourism.Platform.Messaging;
using Jingdezhen.Tourism.Routes.Plans;
using Jingdezhen.Tourism.Routes.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Routes.Library;

/// <summary>What the platform is told of a route.</summary>
internal sealed record RouteOutline(
    Guid Id, string NameZh, string NameEn, int Days, string[] Counties, string Persona, string? Programme);

/// <summary>
/// The library's edition grows with every transaction that changes it, under the lock of its row: it tells replicas
/// that their copy is old, and it is the version of each route that the transaction touched.
/// </summary>
internal static class LibraryEdition
{
    /// <summary>The paper's theme of trips with exhibitions by day and performances by night.</summary>
    private const string DayAndNight = "day-night";

    public static async Task<long> AdvanceAsync(RoutesDb db, CancellationToken cancellation) =>
        (await db.Database.SqlQuery<long>(
            $"""UPDATE catalogue_editions SET edition = edition + 1 WHERE id = 2 RETURNING edition AS "Value" """)
            .ToListAsync(cancellation))[0];

    public static void Tell(RoutesDb db, RouteOutline route, bool onOffer, long edition) => db.Publish(
        new RouteChanged(route.Id, route.NameZh, route.NameEn, onOffer, Valid: onOffer, route.Days, route.Counties,
            Themes(route), edition));

    private static string[] Themes(RouteOutline route)
    {
        var persona = Persona.All.Single(each => each.Code == route.Persona);
        var programme = route.Programme is { } code ? Programme.Find(code) : null;
        var (interests, evening) = programme is null
            ? (persona.Interests.Select(each => each.Theme), persona.Evening)
            : (programme.Interests, programme.Evening);
        return [.. evening ? interests.Append(DayAndNight) : interests];
    }
}

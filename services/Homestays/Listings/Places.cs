using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;

namespace Jingdezhen.Tourism.Homestays.Listings;

/// <summary>The city's places by the ids that Routes uses: what "near" may name, and where the demonstration's houses
/// stand.</summary>
internal sealed record Place(
    string Id, string NameZh, string NameEn, string District, double Latitude, double Longitude,
    string? VillageZh = null,
    string? VillageEn = null)
{
    public static FrozenDictionary<string, Place> All { get; } = Load().ToFrozenDictionary(place => place.Id);

    private static List<Place> Load()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var name = assembly.GetManifestResourceNames()
            .Single(name => name.EndsWith("Listings.places.json", StringComparison.Ordinal));
        using var stream = assembly.GetManifestResourceStream(name)!;
        return JsonSerializer.Deserialize<List<Place>>(stream, JsonSerializerOptions.Web)!;
    }
}

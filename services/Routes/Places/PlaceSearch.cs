using System.Collections.Frozen;
using System.Globalization;

namespace Jingdezhen.Tourism.Routes.Places;

/// <summary>
/// Finds places by text in Chinese and English. Chinese has no blanks between words, so its text is cut into single
/// characters and overlapping pairs (bigrams, the usual way for Chinese); Latin text into words, found by their
/// beginnings. In memory, because the catalogue is small and a two-character query defeats trigrams in a database.
/// </summary>
internal sealed class PlaceSearch
{
    private const int NameWeight = 4;

    private readonly FrozenDictionary<string, (int Place, int Weight)[]> postings;
    private readonly string[] terms;

    public PlaceSearch(IReadOnlyList<CataloguePlace> places)
    {
        var found = new Dictionary<string, Dictionary<int, int>>(StringComparer.Ordinal);
        for (var place = 0; place < places.Count; place++)
        {
            var facts = places[place].Facts;
            Add(place, $"{facts.NameZh} {facts.NameEn}", NameWeight);
            Add(place, $"{facts.Category} {string.Join(' ', facts.Themes)} {facts.District} {facts.ClosedNote}", 1);
        }

        postings = found.ToFrozenDictionary(
            term => term.Key, term => term.Value.Select(each => (each.Key, each.Value)).ToArray(),
                StringComparer.Ordinal);
        terms = [.. postings.Keys.Order(StringComparer.Ordinal)];

        void Add(int place, string text, int weight)
        {
            foreach (var term in Terms(text, single: true))
            {
                if (!found.TryGetValue(term, out var places)) found[term] = places = [];
                places[place] = Math.Max(places.GetValueOrDefault(place), weight);
            }
        }
    }

    /// <summary>The places that contain every part of the text, with how well they fit; larger is better.</summary>
    public Dictionary<int, int> Find(string text)
    {
        Dictionary<int, int>? matches = null;
        foreach (var term in Terms(text, single: false))
        {
            var here = new Dictionary<int, int>();
            foreach (var (place, weight) in Postings(term)) here[place] =
                Math.Max(here.GetValueOrDefault(place), weight);
            matches = matches is null
                ? here
                : matches.Where(each => here.ContainsKey(each.Key))
                    .ToDictionary(each => each.Key, each => each.Value + here[each.Key]);
        }

        return matches ?? [];
    }

    private IEnumerable<(int Place, int Weight)> Postings(string term)
    {
        if (IsHan(term[0])) return postings.TryGetValue(term, out var exact) ? exact : [];

        var first = Array.BinarySearch(terms, term, StringComparer.Ordinal);
        return terms.Skip(first < 0 ? ~first : first)
            .TakeWhile(each => each.StartsWith(term, StringComparison.Ordinal)).SelectMany(each => postings[each]);
    }

    // A query of two or more characters is asked by its pairs only; a single character by itself.
    private static IEnumerable<string> Terms(string text, bool single)
    {
        var at = 0;
        var lower = text.Normalize(System.Text.NormalizationForm.FormKC).ToLower(CultureInfo.InvariantCulture);
        while (at < lower.Length)
        {
            var start = at;
            if (IsHan(lower[at]))
            {
                while (at < lower.Length && IsHan(lower[at])) at++;
                for (var pair = start; pair + 1 < at; pair++) yield return lower.Substring(pair, 2);
                if (single || at - start == 1)
                {
                    for (var one = start; one < at; one++) yield return lower[one].ToString();
                }
            }
            else if (char.IsLetterOrDigit(lower[at]))
            {
                while (at < lower.Length && char.IsLetterOrDigit(lower[at]) && !IsHan(lower[at])) at++;
                yield return lower[start..at];
            }
            else
            {
                at++;
            }
        }
    }

    private static bool IsHan(char letter) => letter is >= '\u3400' and <= '\u9fff' or >= '\uf900' and <= '\ufaff';
}

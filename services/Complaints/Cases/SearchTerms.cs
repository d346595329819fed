using System.Text;

namespace Jingdezhen.Tourism.Complaints.Cases;

/// <summary>
/// What a text can be found by, in Chinese and in English: pairs of neighbouring characters (no dictionary cuts a
/// place's
/// name wrong), and words without their plural.
/// </summary>
internal static class SearchTerms
{
    private const int MostTerms = 2_000;

    public static List<string> Of(params ReadOnlySpan<string?> texts)
    {
        var terms = new HashSet<string>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            if (text is not null) Collect(text, terms, single: false);
        }

        return [.. terms.Take(MostTerms)];
    }

    /// <summary>The terms that all must be in a text; none where the question has no pair and no word.</summary>
    public static List<string> Asked(string question)
    {
        var terms = new HashSet<string>(StringComparer.Ordinal);
        Collect(question, terms, single: true);
        return [.. terms];
    }

    private static void Collect(string text, HashSet<string> terms, bool single)
    {
        var normal = text.Normalize(NormalizationForm.FormKC).ToLowerInvariant();
        for (var start = 0; start < normal.Length;)
        {
            if (IsHan(normal[start]))
            {
                var end = start + 1;
                while (end < normal.Length && IsHan(normal[end])) end++;
                for (var place = start; place + 1 < end; place++) terms.Add(normal.Substring(place, 2));
                start = end;
            }
            else if (char.IsLetterOrDigit(normal[start]))
            {
                var end = start + 1;
                while (end < normal.Length && char.IsLetterOrDigit(normal[end]) && !IsHan(normal[end])) end++;
                if (end - start > 1 || single) terms.Add(Stem(normal[start..end]));
                start = end;
            }
            else
            {
                start++;
            }
        }
    }

    private static string Stem(string word) =>
        word.Length > 4 && word.EndsWith("ies", StringComparison.Ordinal) ? word[..^3] + "y"
        : word.Length > 3 && word[^1] == 's' && word[^2] is not ('s' or 'u' or 'i') ? word[..^1] : word;

    private static bool IsHan(char letter) => letter is >= '\u3400' and <= '\u9fff' or >= '\uf900' and <= '\ufaff';
}

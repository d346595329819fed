using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Jingdezhen.Tourism.Complaints.Cases;

/// <summary>Words for claimants and merchants, in Chinese and English: what a step means, and letters of
/// operators.</summary>
internal static partial class CaseTemplates
{
    public sealed record Text(string Zh, string En);

    private sealed record Book(Dictionary<string, Text> Steps, Dictionary<string, Text> Letters);

    private static readonly Book Words = Load();

    public static IReadOnlyDictionary<string, Text> Letters => Words.Letters;

    /// <summary>What a line of the history means for the claimant; null where it is none of theirs.</summary>
    public static Text? Step(string what) => Words.Steps.GetValueOrDefault(what);

    /// <summary>The same in both languages, for who has not said which is theirs.</summary>
    public static string? Said(string what) => Step(what) is { } text ? $"{text.Zh} / {text.En}" : null;

    /// <summary>A letter with its placeholders filled; one without a value is left out.</summary>
    public static string? Write(string letter, string language, IReadOnlyDictionary<string, string> values) =>
        Words.Letters.TryGetValue(letter, out var text)
            ? Placeholder().Replace(
                language == "en" ? text.En : text.Zh, match => values.GetValueOrDefault(match.Groups[1].Value, ""))
            : null;

    private static Book Load()
    {
        using var stream = Assembly.GetExecutingAssembly()
            .GetManifestResourceStream("Jingdezhen.Tourism.Complaints.Cases.templates.json")!;
        return JsonSerializer.Deserialize<Book>(stream, JsonSerializerOptions.Web)!;
    }

    [GeneratedRegex(@"\{([a-z]+)\}")]
    private static partial Regex Placeholder();
}

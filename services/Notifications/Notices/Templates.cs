using System.Text.Json;
using System.Text.RegularExpressions;

namespace Jingdezhen.Tourism.Notifications.Notices;

/// <summary>What people are told, in Chinese and English; a placeholder without a value is left out.
/// A value may differ by language: <c>what.zh</c> and <c>what.en</c> stand before <c>what</c>.</summary>
internal sealed partial class Templates
{
    internal sealed record Text(string Subject, string Body);

    private readonly Dictionary<string, Dictionary<string, Text>> _texts;

    public Templates()
    {
        using var stream = typeof(Templates)
            .Assembly.GetManifestResourceStream("Jingdezhen.Tourism.Notifications.Notices.templates.json")!;
        _texts = JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, Text>>>(
            stream, JsonSerializerOptions.Web)!;
    }

    public IReadOnlyCollection<string> Topics => _texts.Keys;

    public Text Render(string topic, string language, IReadOnlyDictionary<string, string> values)
    {
        var text = _texts[topic][language];
        return new(Fill(text.Subject), Fill(text.Body));

        // One pass: a value that looks like a placeholder stays what it is.
        string Fill(string template) =>
            Placeholder().Replace(template, match => values.GetValueOrDefault($"{match.Groups[1].Value}.{language}")
                ?? values.GetValueOrDefault(match.Groups[1].Value, ""));
    }

    [GeneratedRegex(@"\{([a-z]+)\}")]
    private static partial Regex Placeholder();
}

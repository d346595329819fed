using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Jingdezhen.Tourism.Complaints.Cases;

/// <summary>Words for claimants and merchants, in Chinese and English: what a step means, and letters of
/// operators.</summary>
internal static partial class CaseTemplates
{
    public sealed record Text(string Zh, string En);

    /// <param name="ToMerchant">Whom it is written to; else the claimant.</param>
    /// <param name="Clock">The clock whose due times it names as {due} and {legal}.</param>
    /// <param name="Pauses">It asks the claimant for something: the clocks stand still until it comes.</param>
    public sealed record Letter(
        string Zh, string En, bool ToMerchant = false, string? Clock = null, bool Pauses = false)
    {
        /// <summary>
        /// The text with its placeholders filled: what the case itself says is never taken from who writes. A letter
        /// that names a due time is refused where no such clock runs.
        /// </summary>
        public Decision<string> Write(Case about, string language, IReadOnlyDictionary<string, string> values)
        {
            var known = new Dictionary<string, string>(values) { ["number"] = about.Number };
            if (about.OfferFen is { } offer)
            {
                known["amount"] = (offer / 100m).ToString("0.00", CultureInfo.InvariantCulture);
            }

            if (Clock is not null)
            {
                if (about.Clocks.Find(clock => clock.Clock == Clock && clock.Runs) is not { FastDueAt: { } due } its)
                {
                    return new Refusal("clock-not-running", $"The letter says when {Clock} is due; it is not running.");
                }

                known["due"] = When(due, language);
                known["legal"] = When(its.LegalDueAt ?? due, language);
            }

            return Placeholder().Replace(
                language == "en" ? En : Zh, match => known.GetValueOrDefault(match.Groups[1].Value, ""));
        }
    }

    private sealed record Book(Dictionary<string, Text> Steps, Dictionary<string, Letter> Letters);

    private static readonly Book Words = Load();

    public static IReadOnlyDictionary<string, Letter> Letters => Words.Letters;

    /// <summary>What a line of the history means for the claimant; null where it is none of theirs.</summary>
    public static Text? Step(string what) => Words.Steps.GetValueOrDefault(what);

    /// <summary>The same in both languages, for who has not said which is theirs.</summary>
    public static string? Said(string what) => Step(what) is { } text ? $"{text.Zh} / {text.En}" : null;

    // Midnight is said as the last minute of the day that it ends.
    private static string When(DateTimeOffset due, string language)
    {
        var local = due.ToOffset(TimeSpan.FromHours(8));
        if (local.TimeOfDay == TimeSpan.Zero) local = local.AddMinutes(-1);
        return language == "en"
            ? local.ToString("d MMMM yyyy, HH:mm", CultureInfo.InvariantCulture) + " (China time)"
            : local.ToString("yyyy年M月d日 HH:mm", CultureInfo.InvariantCulture);
    }

    private static Book Load()
    {
        using var stream = Assembly.GetExecutingAssembly()
            .GetManifestResourceStream("Jingdezhen.Tourism.Complaints.Cases.templates.json")!;
        return JsonSerializer.Deserialize<Book>(stream, JsonSerializerOptions.Web)!;
    }

    [GeneratedRegex(@"\{([a-z]+)\}")]
    private static partial Regex Placeholder();
}

namespace Jingdezhen.Tourism.Metrics.Claims;

/// <summary>One number of the paper: where it stands, what it says, and what the platform measures against
/// it.</summary>
/// <param name="Kind">live, cited or odd, or several of them.</param>
public sealed record Claim(string Id, string Section, string Sentence, string Kind, string OwnFigure)
{
    public bool IsLive => Kind.Contains("live", StringComparison.Ordinal);
    public bool IsOdd => Kind.Contains("odd", StringComparison.Ordinal);
}

/// <summary>The paper's claims, read from the embedded <c>paper.md</c>: the document is the data.</summary>
internal static class Paper
{
    public static readonly IReadOnlyList<Claim> Claims = Parse(Read());

    public static IReadOnlyList<Claim> Parse(string text) =>
    [
        .. text.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)
            && !line.StartsWith("| id |", StringComparison.Ordinal))
            .Select(line => line.Trim().Trim('|').Split('|', StringSplitOptions.TrimEntries))
            .Select(cells => new Claim(cells[0], cells[1], cells[2], cells[3], cells[4])),
    ];

    private static string Read()
    {
        using var reader = new StreamReader(typeof(Paper).Assembly.GetManifestResourceStream("paper.md")!);
        return reader.ReadToEnd();
    }
}

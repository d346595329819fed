using System.Text.Json;
using System.Text.RegularExpressions;
using Jingdezhen.Tourism.Testing;

namespace Jingdezhen.Tourism.Architecture.Tests;

/// <summary>What only the text of the project shows. Every rule has a second test in which it must object.</summary>
public sealed partial class TextRules
{
    private const int Columns = 120;
    private static readonly string[] Skipped = ["artifacts", "bin", "obj", ".git", ".run", "node_modules", "TestResults"];
    private static readonly string[] Text = [".cs", ".csproj", ".props", ".targets", ".json", ".md", ".txt", ".yml", ".yaml", ".sh", ".sql", ".razor", ""];

    private static readonly Lazy<(string Path, string Content)[]> Files = new(() =>
        [.. Walk(Repository.Root).Select(file => (Path.GetRelativePath(Repository.Root, file), File.ReadAllText(file)))]);

    [Fact]
    public void Lines_end_at_120_columns() =>
        Objections.None(Files.Value.Where(file => IsOurCode(file.Path) && LongLines(file.Path, file.Content).Any())
            .Select(file => $"{file.Path} has lines of more than {Columns} columns"));

    [Fact]
    public void A_longer_line_is_noticed() =>
        Assert.Equal(["a.cs:2: 121 columns"], LongLines("a.cs", $"{new string('瓷', 120)}\n{new string('x', 121)}\n"));

    [Fact]
    public void Tests_wait_for_facts_and_never_for_time() =>
        Objections.None(Files.Value
            .Where(file => file.Path.StartsWith("tests/", StringComparison.Ordinal) && IsOurCode(file.Path)
                && !file.Path.StartsWith("tests/Benchmarks/", StringComparison.Ordinal)
                && file.Path is not ("tests/Testing/Eventually.cs" or "tests/Architecture.Tests/TextRules.cs"))
            .SelectMany(file => Delays(file.Path, file.Content)));

    [Fact]
    public void A_test_that_waits_for_time_is_noticed() => Assert.NotEmpty(Delays("a.cs", "await Task.Delay(100);"));

    [Fact]
    public void No_file_names_a_build_machine_or_its_registry() =>
        Objections.None(Files.Value.Where(file => file.Path != "tests/Architecture.Tests/TextRules.cs")
            .SelectMany(file => Machines(file.Path, file.Content)));

    [Theory]
    [InlineData("cd /root/src"), InlineData("file:///home/me/x"), InlineData("C:\\Users\\me")]
    [InlineData("<add key=\"nuget\" value=\"https://packages.example.org/v3/index.json\" />")]
    public void A_machine_or_a_registry_is_noticed(string text) => Assert.NotEmpty(Machines("a.txt", text));

    [Fact]
    public void Every_refusal_has_a_title_in_both_languages()
    {
        var common = TitlesIn("shared/Platform/Http/problems.json");
        var services = Files.Value.Where(file => file.Path.StartsWith("services/", StringComparison.Ordinal))
            .GroupBy(file => file.Path.Split('/')[1]);

        Objections.None(services.SelectMany(service =>
        {
            HashSet<string> titled = [.. common, .. TitlesIn($"services/{service.Key}/problems.json")];
            return service.Where(file => IsOurCode(file.Path)).SelectMany(file => Untitled(file.Path, file.Content, titled));
        }));
        Objections.None(Files.Value.Where(file => file.Path.StartsWith("shared/", StringComparison.Ordinal) && IsOurCode(file.Path))
            .SelectMany(file => Untitled(file.Path, file.Content, [.. common])));
    }

    [Fact]
    public void A_refusal_without_a_title_is_noticed()
    {
        Assert.NotEmpty(Untitled("a.cs", "return new Refusal(\"sold-out\", \"None left.\");", []));
        Assert.NotEmpty(Untitled("a.cs", "Refusal SoldOut =\n        new(\"sold-out\", \"None left.\");", []));
        Assert.Empty(Untitled("a.cs", "return new Refusal(\"sold-out\", \"None left.\");", ["sold-out"]));
    }

    [Theory]
    [InlineData("""{"a":{"en":"A","zh":"甲"}}""", 1), InlineData("""{"a":{"en":"A"}}""", 0), InlineData("""{"a":{"en":"A","zh":"A"}}""", 0)]
    public void A_title_counts_in_English_and_in_Chinese(string json, int titled) => Assert.Equal(titled, Titles(json).Count());

    private static IEnumerable<string> LongLines(string path, string content) =>
        content.Split('\n').Index().Where(line => line.Item.TrimEnd('\r').Length > Columns)
            .Select(line => $"{path}:{line.Index + 1}: {line.Item.Length} columns");

    private static IEnumerable<string> Delays(string path, string content) =>
        content.Split('\n').Index().Where(line => line.Item.Contains("Task.Delay(", StringComparison.Ordinal))
            .Select(line => $"{path}:{line.Index + 1}: wait for a fact with Eventually");

    private static IEnumerable<string> Machines(string path, string content) =>
        MachinePath().Matches(content).Concat(Path.GetFileName(path) == "packages.lock.json" ? [] : PackageSource().Matches(content))
            .Where(match => !match.Value.Contains("nuget.org", StringComparison.Ordinal))
            .Select(match => $"{path}: {match.Value}");

    private static IEnumerable<string> Untitled(string path, string content, HashSet<string> titled) =>
        RefusalCode().Matches(content).Select(match => match.Groups["code"].Value).Where(code => !titled.Contains(code))
            .Select(code => $"{path}: {code} has no zh and en title in problems.json");

    private static IEnumerable<string> TitlesIn(string path)
    {
        var file = Path.Combine(Repository.Root, path);
        return File.Exists(file) ? Titles(File.ReadAllText(file)) : [];
    }

    // A title that has no Chinese character was not translated.
    private static IEnumerable<string> Titles(string json) =>
        JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, string>>>(json)!
            .Where(title => title.Value.TryGetValue("en", out var en) && en.Length > 0
                && title.Value.TryGetValue("zh", out var zh) && zh.Any(letter => letter is >= '\u4e00' and <= '\u9fff'))
            .Select(title => title.Key);

    private static bool IsOurCode(string path) =>
        path.EndsWith(".cs", StringComparison.Ordinal) && !path.Contains("/Migrations/", StringComparison.Ordinal);

    private static IEnumerable<string> Walk(string folder) =>
        Directory.GetDirectories(folder).Where(inner => !Skipped.Contains(Path.GetFileName(inner))).SelectMany(Walk)
            .Concat(Directory.GetFiles(folder).Where(file => Text.Contains(Path.GetExtension(file)) && Path.GetFileName(file) != ".git"));

    [GeneratedRegex("""(?<![\w.])/(?:root|home/[a-z]\w*)/[\w.]+|[A-Z]:\\Users\\\w+""")]
    private static partial Regex MachinePath();

    [GeneratedRegex("""https?://[\w.:/-]*/(?:index\.json|simple|repository)\b""")]
    private static partial Regex PackageSource();

    [GeneratedRegex("""(?:new\s+(?:[\w.]+\.)?Refusal|Refusal\s+\w+\s*=\s*new|Refusal\s+\w+\([^)]*\)\s*=>\s*new|\bRefused?)\s*\(\s*"(?<code>[a-z][a-z0-9-]*)["]""")]
    private static partial Regex RefusalCode();
}

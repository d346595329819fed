using Jingdezhen.Tourism.Testing;

namespace Jingdezhen.Tourism.Architecture.Tests;

/// <summary>
/// What a rule objects to must be nothing, save what stands in <c>KnownObjections.txt</c>: debts that were there before the
/// rule, and cases in which the rule is wrong. The list may shrink at any time and grows only in a reviewed change, made
/// by a run with JDZ_APPROVE=1.
/// </summary>
internal static class Objections
{
    private static readonly string Known = Path.Combine(Repository.Root, "tests/Architecture.Tests/KnownObjections.txt");
    private static readonly Lock Writing = new();

    public static void None(IEnumerable<string> objections)
    {
        lock (Writing)
        {
            string[] unknown = [.. objections.Distinct().Except(File.Exists(Known) ? File.ReadAllLines(Known) : [])];
            if (Environment.GetEnvironmentVariable("JDZ_APPROVE") == "1" && unknown.Length > 0)
            {
                File.WriteAllLines(Known, (File.Exists(Known) ? File.ReadAllLines(Known) : []).Concat(unknown).Order(StringComparer.Ordinal));
                return;
            }

            Assert.True(unknown.Length == 0, string.Join('\n', unknown));
        }
    }
}

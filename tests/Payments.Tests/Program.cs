using System.Globalization;
using System.Text.Json;
using Jingdezhen.Tourism.Payments.Tests.LedgerModel;

namespace Jingdezhen.Tourism.Payments.Tests;

/// <summary>Started by the ledger's property test with <c>CONNECTION SEED OPERATIONS</c>; prints what it saw.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] arguments)
    {
        var seen = await LedgerWorker.RunAsync(
            arguments[0], uint.Parse(arguments[1], CultureInfo.InvariantCulture),
            int.Parse(arguments[2], CultureInfo.InvariantCulture), Platform.Ledger.LedgerGuards.All);
        Console.WriteLine(JsonSerializer.Serialize(seen));
        return 0;
    }
}

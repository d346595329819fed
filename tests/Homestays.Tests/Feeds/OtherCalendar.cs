using System.Diagnostics;
using System.Text.Json;
using Jingdezhen.Tourism.Testing;

namespace Jingdezhen.Tourism.Homestays.Tests.Feeds;

/// <summary>Mozilla's ical.js under node: a reader of calendars by other people in another language.</summary>
internal static class OtherCalendar
{
    public static async Task<IReadOnlyList<StrictCalendar.Event>> ReadAsync(string text)
    {
        var here = AppContext.BaseDirectory;
        var artifacts = here[..(here.IndexOf("artifacts", StringComparison.Ordinal) + "artifacts".Length)];
        if (!Directory.Exists($"{artifacts}/npm-homestays/node_modules/ical.js"))
        {
            await PrivateProcess.RunAsync("bash", [$"{artifacts}/../tests/Homestays.Tests/prepare"]);
        }

        using var node = Process.Start(new ProcessStartInfo("node", [Path.Combine(here, "Feeds", "read.cjs")])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            Environment = { ["NODE_PATH"] = $"{artifacts}/npm-homestays/node_modules" },
        })!;
        await node.StandardInput.WriteAsync(text);
        node.StandardInput.Close();
        var answer = await node.StandardOutput.ReadToEndAsync();
        Assert.True(answer.Length > 0, await node.StandardError.ReadToEndAsync());
        return JsonSerializer.Deserialize<List<StrictCalendar.Event>>(answer, JsonSerializerOptions.Web)!;
    }
}

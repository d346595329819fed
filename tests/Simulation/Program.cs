using System.Globalization;
using System.Text.Json;
using Jingdezhen.Tourism.Simulation;

// A simulated year for a running platform: simulation --broker amqp://… [--seed 1] [--bookings 20000] [--from 2025-11-01]
// [--truth truth.json]
var options = args.Chunk(2).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1]);
if (!options.TryGetValue("--broker", out var broker))
{
    Console.Error.WriteLine("usage: simulation --broker amqp://… [--seed N] [--bookings N] [--from DAY] [--truth FILE]");
    return 1;
}

var year = new Year(
    int.Parse(options.GetValueOrDefault("--seed", "1"), CultureInfo.InvariantCulture),
    DateOnly.Parse(options.GetValueOrDefault("--from", "2025-01-01"), CultureInfo.InvariantCulture),
    int.Parse(options.GetValueOrDefault("--bookings", "20000"), CultureInfo.InvariantCulture));
await using var publisher = await Publisher.ConnectAsync(new(broker));
await publisher.SendAsync(year.Events);
if (options.TryGetValue("--truth", out var truth))
{
    await File.WriteAllTextAsync(truth, JsonSerializer.Serialize(Truth.Of(year, year.First, year.Last), JsonSerializerOptions.Web));
}

Console.WriteLine($"{year.Events.Count} simulated messages sent");
return 0;

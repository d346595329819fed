using System.Globalization;
using Jingdezhen.Tourism.Simulation;

// A simulated year: simulation [--seed 1] [--bookings 20000] [--from 2025-01-01] (--out FOLDER | --broker amqp://…)
// A folder gets import files, events and the truth; a broker gets the events, on which everything that listens will
// act:
// never a platform that is in use.
var options = args.Chunk(2).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1]);
if (!options.ContainsKey("--out") && !options.ContainsKey("--broker"))
{
    Console.Error.WriteLine(
        "usage: simulation [--seed N] [--bookings N] [--from DAY] (--out FOLDER | --broker amqp://…)");
    return 1;
}

var year = new Year(
    int.Parse(options.GetValueOrDefault("--seed", "1"), CultureInfo.InvariantCulture),
    DateOnly.Parse(options.GetValueOrDefault("--from", "2025-01-01"), CultureInfo.InvariantCulture),
    int.Parse(options.GetValueOrDefault("--bookings", "20000"), CultureInfo.InvariantCulture));
if (options.TryGetValue("--out", out var folder)) await YearFiles.WriteAsync(year, folder);
if (options.TryGetValue("--broker", out var broker))
{
    await using var publisher = await Publisher.ConnectAsync(new(broker));
    await publisher.SendAsync(year.Events);
}

Console.WriteLine($"{year.Events.Count} simulated events from {year.First:yyyy-MM-dd} to {year.Last:yyyy-MM-dd}");
return 0;

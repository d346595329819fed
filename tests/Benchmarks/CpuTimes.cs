using System.Globalization;

namespace Jingdezhen.Tourism.Benchmarks;

/// <summary>
/// Where the cores' time goes: seconds of CPU by part, of this process and all that it started. Where everything shares
/// two cores, this is the profile that a rate has to be read with.
/// </summary>
internal sealed record CpuTimes(double Service, double Database, double Broker, double Load)
{
    private const double TicksPerSecond = 100;

    public double Total => Service + Database + Broker + Load;

    public static CpuTimes Read(int service)
    {
        var processes = new Dictionary<int, (string Name, int Parent, double Seconds)>();
        foreach (var folder in Directory.GetDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id)) continue;
            try
            {
                // The name stands in brackets and may have blanks: what follows the last bracket is plain.
                var text = File.ReadAllText($"{folder}/stat");
                var end = text.LastIndexOf(')');
                var fields = text[(end + 2)..].Split(' ');
                double Ticks(int field) => double.Parse(fields[field], CultureInfo.InvariantCulture);
                var name = text[(text.IndexOf('(', StringComparison.Ordinal) + 1)..end];

                // A backend that ends leaves its time with the postmaster.
                var ended = name == "postgres" ? Ticks(13) + Ticks(14) : 0;
                processes[id] = (name, (int)Ticks(1), (Ticks(11) + Ticks(12) + ended) / TicksPerSecond);
            }
            catch (IOException)
            {
                // It has ended since the folder was listed.
            }
        }

        bool IsOurs(int id) =>
            id == Environment.ProcessId || (processes.TryGetValue(id, out var one) && IsOurs(one.Parent));
        double Sum(Func<int, string, bool> which) => processes
            .Where(process => IsOurs(process.Key) && which(process.Key, process.Value.Name))
            .Sum(process => process.Value.Seconds);
        return new(
            Sum((id, _) => id == service), Sum((_, name) => name == "postgres"),
            Sum((_, name) => name.Contains("beam", StringComparison.Ordinal)),
            Sum((id, _) => id == Environment.ProcessId));
    }

    public CpuTimes Since(CpuTimes before) => new(
        Service - before.Service, Database - before.Database, Broker - before.Broker, Load - before.Load);

    /// <summary>Microseconds an operation, by part.</summary>
    public string Each(long operations) => string.Create(CultureInfo.InvariantCulture,
        $"{Total * 1e6 / operations:F0} µs of CPU each: service {Service * 1e6 / operations:F0}, "
        + $"PostgreSQL {Database * 1e6 / operations:F0}, broker {Broker * 1e6 / operations:F0}, "
        + $"load {Load * 1e6 / operations:F0}");
}

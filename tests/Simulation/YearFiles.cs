using System.IO.Compression;
using System.Text.Json;

namespace Jingdezhen.Tourism.Simulation;

/// <summary>A year written to a folder: the import files, the events, and the truth beside them.</summary>
public static class YearFiles
{
    public const string Events = "events.jsonl.gz";

    public static async Task WriteAsync(Year year, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var (name, (_, rows)) in year.Files) await File.WriteAllLinesAsync(Path.Combine(folder, name), rows);
        await using (var file = File.Create(Path.Combine(folder, Events))) await WriteEventsAsync(year, file);
        var truth = new
        {
            Simulated = true,
            year.First,
            year.Last,
            Figures = new Truth(year, year.First, year.Last).Figures,
            YearBefore = new Truth(year, year.YearBefore, year.First).Figures,
        };
        await File.WriteAllTextAsync(
            Path.Combine(folder, "truth.json"), JsonSerializer.Serialize(truth, JsonSerializerOptions.Web));
    }

    /// <summary>The events as Metrics imports them: gzip, one JSON object a line.</summary>
    public static async Task WriteEventsAsync(Year year, Stream to)
    {
        await using var zipped = new GZipStream(to, CompressionLevel.Fastest, leaveOpen: true);
        foreach (var one in year.Events)
        {
            JsonSerializer.Serialize(
                zipped,
                new
                {
                    Id = one.MessageId,
                    At = one.OccurredAt,
                    Type = one.Contract.GetType().Name,
                    Message = JsonSerializer.SerializeToElement(
                        one.Contract, one.Contract.GetType(), JsonSerializerOptions.Web),
                },
                JsonSerializerOptions.Web);
            zipped.WriteByte((byte)'\n');
        }

        await zipped.FlushAsync();
    }
}

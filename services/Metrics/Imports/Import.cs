namespace Jingdezhen.Tourism.Metrics.Imports;

/// <summary>A file of facts from before or elsewhere, loaded whole or not at all, and known by its hash ever
/// after.</summary>
internal sealed class Import
{
    public required Guid Id { get; init; }
    public required string Kind { get; init; }

    /// <summary>SHA-256 of the file as it came.</summary>
    public required byte[] Hash { get; init; }

    public required bool Simulated { get; init; }
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>running, loaded or refused; one that stays running died on the way and may be sent again.</summary>
    public string State { get; private set; } = "running";

    public long Rows { get; private set; }
    public long Written { get; private set; }
    public string[] BadRows { get; private set; } = [];

    public void Read(long rows) => Rows = rows;

    public void Write(int rows) => Written += rows;

    public void Refuse(string[] badRows) => (State, BadRows, Written) = ("refused", badRows, 0);

    public void Load() => State = "loaded";
}

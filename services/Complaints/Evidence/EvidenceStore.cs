namespace Jingdezhen.Tourism.Complaints.Evidence;

/// <summary>Where evidence files lie: outside the database; a deployment may bring an object store of its
/// own.</summary>
internal interface IEvidenceStore
{
    /// <summary>Keeps the bytes under the item's id; keeping them again changes nothing.</summary>
    Task KeepAsync(Guid id, ReadOnlyMemory<byte> content, CancellationToken cancellation);

    /// <returns>Null where nothing is kept under the id.</returns>
    Task<Stream?> OpenAsync(Guid id, CancellationToken cancellation);

    /// <summary>Removes what is kept under the id, if anything is.</summary>
    Task RemoveAsync(Guid id, CancellationToken cancellation);
}

/// <summary>A folder of this machine, or one that all replicas share: <c>Evidence:Folder</c>.</summary>
internal sealed class LocalFolderStore(IConfiguration configuration) : IEvidenceStore
{
    private readonly string _folder =
        configuration["Evidence:Folder"] ?? Path.Combine(Path.GetTempPath(), "jingdezhen-evidence");

    public async Task KeepAsync(Guid id, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        Directory.CreateDirectory(_folder);

        // Under another name first: a process that dies leaves no half file under the right one.
        var unfinished = PathOf(id) + ".part";
        await File.WriteAllBytesAsync(unfinished, content, cancellation);
        File.Move(unfinished, PathOf(id), overwrite: true);
    }

    public Task<Stream?> OpenAsync(Guid id, CancellationToken cancellation) =>
        Task.FromResult<Stream?>(File.Exists(PathOf(id)) ? File.OpenRead(PathOf(id)) : null);

    public Task RemoveAsync(Guid id, CancellationToken cancellation)
    {
        if (File.Exists(PathOf(id))) File.Delete(PathOf(id));
        return Task.CompletedTask;
    }

    private string PathOf(Guid id) => Path.Combine(_folder, $"{id:N}");
}

/// <summary>What bytes are, by their first ones: a name and a header can say anything.</summary>
internal static class MediaTypes
{
    public static string? Sniff(ReadOnlySpan<byte> content) =>
        content.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? "image/jpeg"
        : IsPng(content) ? "image/png"
        : content.StartsWith("%PDF-"u8) ? "application/pdf"
        : content.Length > 12 && content.StartsWith("RIFF"u8) && content[8..].StartsWith("WEBP"u8) ? "image/webp"
        : content.Length > 12 && content[4..].StartsWith("ftyp"u8) ? "video/mp4"
        : null;

    private static bool IsPng(ReadOnlySpan<byte> content) =>
        content.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
}

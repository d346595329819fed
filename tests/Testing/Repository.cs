namespace Jingdezhen.Tourism.Testing;

/// <summary>Where the files of the project lie while its tests run.</summary>
public static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Jingdezhen.Tourism.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException(
            "The tests do not run inside the project's folder.");
    }
}

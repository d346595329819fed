using System.Text.RegularExpressions;

namespace Jingdezhen.Tourism.Architecture.Tests;

public sealed class DeploymentTests
{
    private static readonly string Root = FindRoot(new DirectoryInfo(AppContext.BaseDirectory));

    private static readonly string[] Services =
        [.. Directory.GetFiles(Path.Combine(Root, "services"), "Program.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetFileName(Path.GetDirectoryName(file)!)).Order()];

    private static readonly (string Name, string Port, bool HasDatabase)[] Listed =
        [.. File.ReadLines(Path.Combine(Root, "deploy", "services"))
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => Regex.Split(line.Trim(), " +"))
            .Select(fields => (fields[0], fields[1], fields[2] == "yes"))];

    [Fact]
    public void Every_service_is_started_by_deploy_up()
    {
        Assert.Equal(Services, Listed.Select(service => service.Name).Order());
        Assert.Equal(Listed.Length, Listed.Select(service => service.Port).Distinct().Count());
    }

    [Fact]
    public void Every_service_is_in_the_compose_file_and_migrates_there_when_it_owns_a_database()
    {
        var compose = File.ReadAllText(Path.Combine(Root, "docker-compose.yml"));
        var built = Regex.Matches(compose, @"args: \{ SERVICE: (\w+) \}").Select(match => match.Groups[1].Value);
        var migrating = Regex.Matches(compose, @"^  (\w+)-migrate:$", RegexOptions.Multiline).Select(match => match.Groups[1].Value);

        Assert.Equal(Services, built.Order());
        Assert.Equal(
            Listed.Where(service => service.HasDatabase).Select(service => service.Name.ToLowerInvariant()).Order(),
            migrating.Order());
    }

    private static string FindRoot(DirectoryInfo? folder)
    {
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Jingdezhen.Tourism.sln"))) folder = folder.Parent;

        return folder?.FullName ?? throw new InvalidOperationException("The repository's root is not above the test's folder.");
    }
}

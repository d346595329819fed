using System.Net;
using Jingdezhen.Tourism.Platform.Tests.Workshop;
using Npgsql;

namespace Jingdezhen.Tourism.Platform.Tests.Hosting;

public sealed class DatabaseTests(WorkshopFixture workshop) : IClassFixture<WorkshopFixture>
{
    [Theory]
    [InlineData("UPDATE history SET pot_id = id")]
    [InlineData("DELETE FROM history")]
    [InlineData("TRUNCATE history")]
    [InlineData("UPDATE history_0 SET pot_id = id")]
    [InlineData("DELETE FROM history_1")]
    [InlineData("DELETE FROM \"__EFMigrationsHistory\"")]
    [InlineData("CREATE TABLE mine (id int)")]
    [InlineData("ALTER TABLE pots ADD COLUMN mine int")]
    public async Task The_running_service_may_not(string statement)
    {
        var refused = await Assert.ThrowsAsync<PostgresException>(
            () => Sql.ExecuteAsync(workshop.RuntimeConnection, statement));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    [Theory]
    [InlineData("INSERT INTO history VALUES (gen_random_uuid(), gen_random_uuid())")]
    [InlineData("SELECT * FROM history")]
    [InlineData("UPDATE pots SET glaze = glaze")]
    [InlineData("DELETE FROM pots")]
    public Task The_running_service_may(string statement) => Sql.ExecuteAsync(workshop.RuntimeConnection, statement);

    [Fact]
    public async Task A_service_whose_database_waits_for_a_migration_is_not_ready()
    {
        using var stranger = workshop.Anonymous();
        await workshop.AsOwner(
            """CREATE TABLE kept AS TABLE "__EFMigrationsHistory"; DELETE FROM "__EFMigrationsHistory" """);

        var answer = await stranger.GetAsync(new Uri("/health/ready", UriKind.Relative));
        var live = await stranger.GetAsync(new Uri("/health/live", UriKind.Relative));
        await workshop.AsOwner("""INSERT INTO "__EFMigrationsHistory" TABLE kept; DROP TABLE kept""");
        var again = await stranger.GetAsync(new Uri("/health/ready", UriKind.Relative));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        var text = System.Text.RegularExpressions.Regex.Unescape(await answer.Content.ReadAsStringAsync());
        Assert.Contains("run `migrate`", text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }
}

using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Jingdezhen.Tourism.Testing;
using Npgsql;

namespace Jingdezhen.Tourism.EndToEnd.Tests;

/// <summary>Who asks to be forgotten is forgotten by every service, whatever it kept.</summary>
[Collection(Journeys.Name)]
public sealed partial class DeletedAccountTests(PlatformFixture fixture)
{
    private readonly RunningPlatform _platform = fixture.Platform;

    [Fact]
    public async Task No_table_of_any_service_names_an_account_after_it_was_deleted()
    {
        using var app = await SignUpAsync();
        var account = (await app.FetchAsync("v1/accounts/me")).Text("id");
        var offer = await Offer.FindAsync(app, "Ancient Kiln admission");
        var booking = await offer.HoldAsync(app, visitors: 1);
        await Till.PayAsync(app, booking);
        await Eventually.Equal(
            "confirmed", async () => (await app.FetchAsync($"v1/bookings/{booking.Text("id")}")).Text("status"));
        using var preferences = await app.PutAsJsonAsync(new Uri("v1/preferences", UriKind.Relative), new
        {
            email = "forget-me@tourist.example", phone = (string?)null, language = "en", byMail = false, bySms = false,
        });
        Assert.Equal(HttpStatusCode.OK, preferences.StatusCode);
        Assert.Superset(
            new HashSet<string> { "Identity", "Bookings", "Payments", "Notifications" },
            (await WhoKnowsAsync(account)).ToHashSet());

        using var deleted = await app.DeleteAsync(new Uri("v1/accounts/me", UriKind.Relative));

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        await Eventually.Holds(
            async () => string.Join(", ", await WhoKnowsAsync(account)), services => services.Length == 0);
    }

    /// <summary>
    /// A new tourist with an account of their own; the code stands where Identity prints it in the demo.
    /// </summary>
    private async Task<HttpClient> SignUpAsync()
    {
        const string Password = "a long enough password";
        var address = $"{Guid.CreateVersion7():N}@tourist.example";
        using var anyone = new HttpClient { BaseAddress = _platform.Gateway };
        var started = await anyone.SubmitAsync("v1/sign-ups", new { address, language = "en" });
        var code = await Eventually.Holds(
            () => Task.FromResult(
                Code().Matches(_platform.OutputOf("Identity")).LastOrDefault()?.Groups[1].Value ?? ""),
            found => found.Length > 0);
        await anyone.SubmitAsync(
            $"v1/sign-ups/{started.Text("id")}/confirm", new { code, name = "A tourist", password = Password });
        return _platform.With(await _platform.SignInAsync(address, Password));
    }

    /// <summary>The services with a row anywhere that has the account's id in any column.</summary>
    private async Task<List<string>> WhoKnowsAsync(string account)
    {
        var knowing = new List<string>();
        foreach (var service in _platform.Databases)
        {
            await using var database = NpgsqlDataSource.Create(_platform.DatabaseOf(service));
            await using var search = database.CreateCommand(
                """
                SELECT coalesce(bool_or((xpath('count(/table/row)', query_to_xml(
                    format('SELECT 1 FROM %s AS t WHERE t::text LIKE %L', c.oid::regclass, '%' || $1 || '%'),
                    true, false, '')))[1]::text <> '0'), false)
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind IN ('r', 'p') AND n.nspname = 'public'
                """);
            search.Parameters.AddWithValue(account);
            if ((bool)(await search.ExecuteScalarAsync())!) knowing.Add(service);
        }

        return knowing;
    }

    [GeneratedRegex(@"Sign-up code for [^:]*: (\d{6})")]
    private static partial Regex Code();
}

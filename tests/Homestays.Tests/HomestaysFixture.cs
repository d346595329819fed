using System.Net.Http.Json;
using System.Text.Json;
using Jingdezhen.Tourism.Homestays.Storage;
using Jingdezhen.Tourism.Platform.Hosting;
using Jingdezhen.Tourism.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Jingdezhen.Tourism.Homestays.Tests;

/// <summary>Homestays with the demonstration's keys, and short words for what most tests do.</summary>
public class HomestaysFixture : ServiceFixture<HomestaysDb>
{
    public static readonly JsonSerializerOptions Json = JsonSerializerOptions.Web;

    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["Demo"] = "true",
        ["Feeds:AllowedHosts"] = CalendarServer.Address.Authority,
    };

    public DateOnly Today => DateOnly.FromDateTime(Clock.GetUtcNow().AddHours(8).DateTime);

    /// <summary>Runs SQL as the owner: moves a deadline, takes a constraint away.</summary>
    public async Task Sql(string sql)
    {
        await using var connection = new NpgsqlConnection(OwnerConnection);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<T> Scalar<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(OwnerConnection);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    internal async Task RunJob<TJob>() where TJob : RecurringJob
    {
        await using var scope = Services.CreateAsyncScope();
        await scope.ServiceProvider.GetServices<IHostedService>().OfType<TJob>().Single()
            .RunOnceAsync(scope.ServiceProvider, CancellationToken.None);
    }

    /// <summary>A host with one house and its rooms.</summary>
    internal async Task<House> Host(int rooms = 1, Func<Given.HouseIs, Given.HouseIs>? but = null)
    {
        var house = Given.House(rooms, but);
        await Save([house.Household, house.Host]);
        await Save(house.Listing);
        await Save([.. house.Rooms]);
        return house;
    }
}

internal static class Calls
{
    public static async Task<HttpResponseMessage> PostAsync(
        this HttpClient http, string path, object? body = null, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative));
        request.Headers.Add("Idempotency-Key", key ?? Guid.CreateVersion7().ToString());
        request.Content = JsonContent.Create(body ?? new { });
        return await http.SendAsync(request);
    }

    public static Task<HttpResponseMessage> PutAsync(this HttpClient http, string path, object body) =>
        http.PutAsJsonAsync(new Uri(path, UriKind.Relative), body);

    public static Task<HttpResponseMessage> GetAsync(this HttpClient http, string path) =>
        http.GetAsync(new Uri(path, UriKind.Relative));

    public static Task<HttpResponseMessage> DeleteAsync(this HttpClient http, string path) =>
        http.DeleteAsync(new Uri(path, UriKind.Relative));

    public static async Task<JsonElement> Body(this HttpResponseMessage answer) =>
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;

    public static async Task<JsonElement> Body(this Task<HttpResponseMessage> answer) => await (await answer).Body();

    /// <summary>The code of a problem document, or the status of anything else.</summary>
    public static async Task<string> Code(this Task<HttpResponseMessage> asked)
    {
        var answer = await asked;
        if (answer.IsSuccessStatusCode) return ((int)answer.StatusCode)
            .ToString(System.Globalization.CultureInfo.InvariantCulture);

        return $"{(int)answer.StatusCode} {(await answer.Body()).GetProperty("code").GetString()}";
    }

    public static async Task<Guid> Id(this Task<HttpResponseMessage> asked)
    {
        var answer = await asked;
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return (await answer.Body()).GetProperty("id").GetGuid();
    }
}

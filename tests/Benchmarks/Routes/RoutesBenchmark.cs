using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Jingdezhen.Tourism.Routes.Library;
using Jingdezhen.Tourism.Routes.Plans;
using Jingdezhen.Tourism.Routes.Storage;
using Jingdezhen.Tourism.Testing;

namespace Jingdezhen.Tourism.Benchmarks.Routes;

/// <summary>
/// The Routes service as a process of its own over private PostgreSQL and RabbitMQ, asked over HTTP by clients on the
/// same
/// machine. <c>routes [plans | library N MS | crowds | pictures FOLDER]</c>; without arguments plans and library.
/// </summary>
internal static class RoutesBenchmark
{
    private const int Warm = 60;

    public static async Task<int> RunAsync(string[] args)
    {
        if (args is ["crowds", ..]) return CrowdSimulation.Run();

        var (runtime, owner) = await TestPostgres.CreateAsync<RoutesDb>();
        var broker = await TestBroker.CreateAsync();
        try
        {
            await using var service = await ServiceProcess.StartAsync(
                typeof(RoutesDb), ServiceFixture<RoutesDb>.Environment(runtime, owner, broker));
            using var admin = service.Client(TestTokens.For("admin"));
            await LoadAsync(admin);
            Console.WriteLine(
                $"{Environment.ProcessorCount} cores, .NET {Environment.Version}, 79 places; client and service "
                    + $"share the cores.");
            if (args is ["pictures", var folder]) await PicturesAsync(service, folder);
            if (args is [] or ["plans", ..]) await PlansAsync(service);
            if (args is [] or ["library", ..])
            {
                var wanted = args is ["library", var count, ..] ? int.Parse(count, CultureInfo.InvariantCulture)
                    : 12_000;
                var each = args is ["library", _, var milliseconds]
                    ? int.Parse(milliseconds, CultureInfo.InvariantCulture) : 20;
                await LibraryAsync(admin, wanted, each);
            }

            return 0;
        }
        finally
        {
            await TestBroker.DropAsync(broker);
        }
    }

    public static string Catalogue(string file)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Jingdezhen.Tourism.sln"))) folder = folder.Parent!;
        return File.ReadAllText(Path.Combine(folder.FullName, "deploy", "catalogue", file));
    }

    private static async Task LoadAsync(HttpClient admin)
    {
        var files = new JsonArray(
            new JsonObject { ["name"] = "places.json", ["rows"] = JsonNode.Parse(Catalogue("places.json")) },
            new JsonObject { ["name"] = "places-additions.json",
                ["rows"] = JsonNode.Parse(Catalogue("places-additions.json")) });
        (await admin.PostAsJsonAsync("/v1/places/import", new JsonObject { ["files"] = files }))
            .EnsureSuccessStatusCode();
        (await admin.PutAsJsonAsync("/v1/holidays",
            new JsonObject { ["days"] = JsonNode.Parse(Catalogue("holidays.json")) })).EnsureSuccessStatusCode();
    }

    private static async Task PlansAsync(ServiceProcess service)
    {
        await MeasureAsync(service, clients: 2, days: 3, requests: Warm);
        Console.WriteLine("POST /v1/plans, 50 ms asked, the service's 20 personas in turn:");
        Console.WriteLine("clients days   n   p50 ms   p95 ms   p99 ms   budget ms   mean score");
        var quiet = new Dictionary<int, double>();
        foreach (var clients in new[] { 2, 16 })
        {
            foreach (var days in new[] { 1, 3, 5 })
            {
                var answers = await MeasureAsync(service, clients, days, requests: clients == 2 ? 200 : 500);
                var times = answers.Select(answer => answer.Milliseconds).Order().ToArray();
                var score = answers.GroupBy(answer => answer.Persona)
                    .Average(persona => persona.Average(answer => answer.Score));
                if (clients == 2) quiet[days] = score;
                var loss = clients == 2 ? "" : $"  ({(score / quiet[days]) - 1:+0.0 %;-0.0 %} against 2 clients)";
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{clients,7} {days,4} {times.Length,4} {At(times, 0.5),8:F1} {At(times, 0.95),8:F1} "
                        + $"{At(times, 0.99),8:F1} {answers.Average(answer => answer.Budget),11:F1} "
                        + $"{score,12:F1}{loss}"));
            }
        }
    }

    private sealed record Answer(int Persona, double Milliseconds, int Score, double Budget);

    private static async Task<Answer[]> MeasureAsync(ServiceProcess service, int clients, int days, int requests)
    {
        var (answers, next) = (new ConcurrentBag<Answer>(), 0);
        await Task.WhenAll(Enumerable.Range(0, clients).Select(async _ =>
        {
            using var http = service.Client(TestTokens.For("tourist"));
            for (var request = Interlocked.Increment(ref next); request <= requests;
                request = Interlocked.Increment(ref next))
            {
                var persona = request % Persona.All.Count;
                var body = JsonSerializer.Serialize(Wishes(Persona.All[persona], days), DraftPlan.Json);
                using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
                var started = Stopwatch.GetTimestamp();
                using var response = await http.PostAsync(new Uri("/v1/plans", UriKind.Relative), content);
                var text = await response.Content.ReadAsStringAsync();
                var elapsed = Stopwatch.GetElapsedTime(started);
                if (!response.IsSuccessStatusCode) throw new InvalidOperationException(text);
                using var plan = JsonDocument.Parse(text);
                answers.Add(new(
                    persona, elapsed.TotalMilliseconds, plan.RootElement.GetProperty("score").GetInt32(),
                    plan.RootElement.GetProperty("budgetMilliseconds").GetDouble()));
            }
        }));
        return [.. answers];
    }

    internal static TripWishes Wishes(Persona persona, int days) => new(
        [.. Enumerable.Range(0, days).Select(day => new DayWish(new DateOnly(2027, 4, 15).AddDays(day)))],
        Interests: persona.Interests.ToDictionary(each => each.Theme, each => each.Interest), Party: persona.Party,
        Transport: persona.Transport, WalkLimitMeters: persona.WalkLimit, EveningProgramme: persona.Evening);

    // The drawings beside the service's README: five personas, a trip each.
    private static async Task PicturesAsync(ServiceProcess service, string folder)
    {
        using var tourist = service.Client(TestTokens.For("tourist"));
        foreach (var (code, days) in new[] { ("ceramic-lover", 2), ("young-couple", 1), ("family-small-children", 2),
            ("seniors", 2), ("tea-friend", 3) })
        {
            var persona = Persona.All.Single(each => each.Code == code);
            using var wishes = new StringContent(JsonSerializer.Serialize(
                Wishes(persona, days) with { TimeLimitMilliseconds = 1000 }, DraftPlan.Json), System.Text.Encoding.UTF8,
                "application/json");
            using var plan = JsonDocument.Parse(await (
                await tourist.PostAsync(new Uri("/v1/plans", UriKind.Relative), wishes)).Content.ReadAsStringAsync());
            using var save = new HttpRequestMessage(HttpMethod.Post, "/v1/itineraries")
            {
                Content = JsonContent.Create(new { name = $"{persona.NameZh} {persona.NameEn}",
                    planId = plan.RootElement.GetProperty("id").GetGuid() }),
                Headers = { { "Idempotency-Key", code } },
            };
            using var saved = JsonDocument.Parse(await (await tourist.SendAsync(save)).Content.ReadAsStringAsync());
            var id = saved.RootElement.GetProperty("id").GetGuid();
            await File.WriteAllTextAsync(Path.Combine(folder, $"{code}.svg"),
                await tourist.GetStringAsync(new Uri($"/v1/itineraries/{id}/export.svg", UriKind.Relative)));
        }
    }

    private static async Task LibraryAsync(HttpClient admin, int wanted, int milliseconds)
    {
        var asked = await (await admin.PostAsJsonAsync(
            "/v1/routes/generations", new GenerateRoutesRequest(wanted, milliseconds)))
            .Content.ReadFromJsonAsync<LibraryRunResponse>();
        var run = await Eventually.Holds(
            async () => (await admin.GetFromJsonAsync<LibraryRunResponse>($"/v1/routes/generations/{asked!.Id}"))!,
            each => each.FinishedAt is not null, TimeSpan.FromMinutes(20));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"library: {run.OnOffer} routes on offer in {run.Seconds:F0} s at {milliseconds} ms each; {run.Made} "
                + $"made, {run.Duplicates} near-duplicates dropped, {run.Invalid} invalid"));

        foreach (var query in new[] { "interests=tea:1,nature:0.6",
            "days=3&season=autumn&interests=ceramic-heritage:1,food:0.4", "county=Leping" })
        {
            var times = new List<double>();
            for (var request = 0; request < 300; request++)
            {
                var started = Stopwatch.GetTimestamp();
                await admin.GetStringAsync(new Uri($"/v1/routes?{query}", UriKind.Relative));
                if (request >= 50) times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }

            times.Sort();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"GET /v1/routes?{query}: p50 {At(times, 0.5):F1} ms, p99 {At(times, 0.99):F1} ms"));
        }
    }

    internal static double At(IReadOnlyList<double> sorted, double share) =>
        sorted[Math.Min(sorted.Count - 1, (int)Math.Ceiling(share * sorted.Count) - 1)];
}

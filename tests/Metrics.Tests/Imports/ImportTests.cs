using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using Jingdezhen.Tourism.Metrics.Imports;
using Jingdezhen.Tourism.Metrics.Storage;
using Jingdezhen.Tourism.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Jingdezhen.Tourism.Metrics.Tests.Imports;

public sealed class ImportTests(ServiceFixture<MetricsDb> metrics) : IClassFixture<ServiceFixture<MetricsDb>>
{
    [Fact]
    public async Task A_days_offline_sales_count_as_offline_once_however_often_the_file_or_its_rows_come()
    {
        var day = new DateOnly(2025, 3, 1);
        var file = "day,venue,county,channel,bookings,visitors,revenue_fen\n"
            + "2025-03-01,\"museum, old\",Zhushan,counter,32,80,304000\n";
        await metrics.Deliver(Given.Sale("app", 2, 19_000), occurredAt: Given.Noon(day));

        var first = await Send("offline-counts", file);
        var again = await Send("offline-counts", file);
        var longer = await Send("offline-counts", file + "2025-03-02,museum,Zhushan,phone,1,1,100\n");

        Assert.Equal((HttpStatusCode.Created, 1, 1), (first.Status, first.Import.Rows, first.Import.Written));
        Assert.Equal((HttpStatusCode.OK, first.Import.Id), (again.Status, again.Import.Id));
        Assert.Equal((2, 1), (longer.Import.Rows, longer.Import.Written));
        var share = await metrics.Indicator("online-share-bookings", day, day.AddDays(1));
        Assert.Equal((1, 33), (share.Numerator!.Value, share.Denominator!.Value));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)] // not kept out: the load waits with the writers' turn in its hands, and all wait with it
    public async Task A_load_waits_for_a_recount_before_it_takes_the_writers_turn(bool keptOut, bool turnIsFree)
    {
        await using var source = NpgsqlDataSource.Create(metrics.OwnerConnection);
        await using var recount = await source.OpenConnectionAsync();
        await using var reading = await recount.BeginTransactionAsync();
        var lockOf = keptOut ? "pg_advisory_xact_lock_shared(8002)," : "";
        await using (var read = new NpgsqlCommand($"SELECT {lockOf} count(*) FROM booking_facts", recount))
        {
            await read.ExecuteNonQueryAsync();
        }

        var loading = Send("offline-counts", "day,venue,county,channel,bookings,visitors,revenue_fen\n"
            + $"{(keptOut ? 2033 : 2034)}-04-01,kept-out,Zhushan,counter,1,1,100\n");
        await Eventually.Equal(1, () => turnIsFree
            ? AdvisoryLocks(source, 8002, granted: false) : AdvisoryLocks(source, 8001, granted: true));

        Assert.Equal(turnIsFree, await IsFree(source, 8001));
        Assert.False(loading.IsCompleted);
        await reading.CommitAsync();
        Assert.Equal(HttpStatusCode.Created, (await loading).Status);
    }

    private static async Task<int> AdvisoryLocks(NpgsqlDataSource source, int key, bool granted)
    {
        await using var ask = source.CreateCommand(
            """
            SELECT count(*)::int FROM pg_locks
            WHERE locktype = 'advisory' AND mode = 'ExclusiveLock' AND objid = $1::int::oid AND granted = $2
              AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """);
        ask.Parameters.Add(new() { Value = key });
        ask.Parameters.Add(new() { Value = granted });
        return (int)(await ask.ExecuteScalarAsync())!;
    }

    private static async Task<bool> IsFree(NpgsqlDataSource source, long key)
    {
        await using var ask = source.CreateCommand($"SELECT pg_try_advisory_xact_lock({key})");
        return (bool)(await ask.ExecuteScalarAsync())!;
    }

    [Fact]
    public async Task One_bad_row_refuses_the_whole_file_and_every_bad_row_is_named()
    {
        var file = "day,venue,county,channel,bookings,visitors,revenue_fen\n"
            + "2025-04-01,a,Zhushan,counter,1,1,100\n2025-13-01,b,Zhushan,app,-1,1,100\n"
            + "2025-04-01,a,Leping,counter,1,1,1\n";

        var refused = await Send("offline-counts", file);

        Assert.Equal((HttpStatusCode.BadRequest, "refused"), (refused.Status, refused.Import.State));
        Assert.Collection(refused.Import.BadRows,
            row => Assert.Equal("row 2: day must be a day like 2025-10-01; channel must be one of counter, phone, "
                + "agency; "
                + "bookings must be a whole number from 0 to 1000000", row),
            row => Assert.Equal("row 3: another row of the file has the same key", row));
        Assert.Equal(0, await metrics.Read(db => db.BookingFacts.CountAsync(fact => fact.VenueId == "a")));
    }

    [Fact]
    public async Task Last_years_complaints_come_as_zipped_json_lines_and_are_the_baseline()
    {
        var lines = string.Join('\n', Enumerable.Range(0, 200).Select(row =>
        {
            var outcome = row < 10 ? "withdrawn" : "agreed";
            return $$"""{"reference":"C{{row}}","day":"2023-06-01","category":"price","outcome":"{{outcome}}"}""";
        }));
        using var zipped = new MemoryStream();
        await using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest,
            leaveOpen: true)) await gzip.WriteAsync(Encoding.UTF8.GetBytes(lines));

        var loaded = await Send("complaints", zipped.ToArray(), "?format=jsonl");

        Assert.Equal((200, 200), (loaded.Import.Rows, loaded.Import.Written));
        var complaints = await metrics.Indicator("complaints", new(2024, 1, 1), new(2025, 1, 1),
            "&baselineFrom=2023-01-01&baselineTo=2024-01-01");
        Assert.Equal(190, complaints.Baseline!.Value);
    }

    [Fact]
    public async Task Imported_simulations_are_labelled_wherever_they_appear()
    {
        await Send("offline-visits", "day,venue,county,visitors\n2021-06-01,m,Zhushan,500\n", "?simulated=true");

        Assert.True((await metrics.Indicator("visits", new(2021, 1, 1), new(2022, 1, 1))).Simulated);
        Assert.False((await metrics.Indicator("visits", new(2020, 1, 1), new(2021, 1, 1))).Simulated);
    }

    [Fact]
    public async Task A_simulated_years_events_come_as_a_file_once_and_only_as_simulated()
    {
        var year = new Simulation.Year(seed: 7, new(2019, 1, 1), bookings: 60);
        using var file = new MemoryStream();
        await Simulation.YearFiles.WriteEventsAsync(year, file);

        var honest = await Send("events", file.ToArray(), "?simulated=true");
        var again = await Send("events", [.. file.ToArray(), 0x0A], "?simulated=true");
        var asTruth = await metrics.As("admin").PostAsync(
            new Uri("/v1/imports/events", UriKind.Relative), new ByteArrayContent(file.ToArray()));
        var broken = await Send("events", Encoding.UTF8.GetBytes("""{"type":"BookingHeld"}"""), "?simulated=true");

        Assert.Equal((year.Events.Count, year.Events.Count), ((int)honest.Import.Rows, (int)honest.Import.Written));
        Assert.Equal(HttpStatusCode.OK, (await Send("events", file.ToArray(), "?simulated=true")).Status);
        Assert.Equal("loaded", again.Import.State);
        Assert.Equal(HttpStatusCode.BadRequest, asTruth.StatusCode);
        Assert.Equal("refused", broken.Import.State);
        var truth = new Simulation.Truth(year, year.First, year.Last).Figures;
        foreach (var id in (string[])["funnel-holds", "stay-length", "occupancy", "complaints"])
        {
            var told = await metrics.Indicator(id, year.First, year.Last);
            Assert.Equal((truth[id].Numerator, truth[id].Denominator), (told.Numerator!.Value, told.Denominator));
        }
    }

    [Fact]
    public async Task Imports_are_listed_the_latest_first()
    {
        var older = await Send("offline-visits", "day,venue,county,visitors\n2015-06-01,m,Zhushan,5\n");
        var newer = await Send("offline-visits", "day,venue,county,visitors\n2015-06-02,m,Zhushan,5\n");

        var latest = await List("?limit=1");
        var next = await List($"?limit=1&after={newer.Import.Id}");

        Assert.Equal([newer.Import.Id], latest.Select(import => import.Id));
        Assert.Equal([older.Import.Id], next.Select(import => import.Id));

        async Task<List<ImportResponse>> List(string query) => (await metrics.As("admin")
            .GetFromJsonAsync<List<ImportResponse>>(new Uri($"/v1/imports{query}", UriKind.Relative)))!;
    }

    [Fact]
    public async Task Whoever_names_an_import_reads_its_progress_while_it_waits_and_the_name_is_taken_then()
    {
        var id = Guid.CreateVersion7();
        const string File = "day,venue,county,visitors\n2011-03-01,museum,Zhushan,7\n";
        var (seen, sending) = await metrics.Read(async db =>
        {
            // The writers' lock: nothing is loaded before this transaction ends.
            await using var turn = await db.Database.BeginTransactionAsync();
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(8001)");
            var load = Send("offline-visits", File, $"?id={id}");
            var answer = await Eventually.Holds(
                () => metrics.As("admin").GetAsync(new Uri($"/v1/imports/{id}", UriKind.Relative)),
                told => told.StatusCode == HttpStatusCode.OK);
            return ((await answer.Content.ReadFromJsonAsync<ImportResponse>())!, load);
        });

        var loaded = await sending;
        var again = await metrics.As("admin").PostAsync(
            new Uri($"/v1/imports/offline-visits?id={id}", UriKind.Relative), new StringContent(File));

        Assert.Equal("running", seen.State);
        Assert.Equal((HttpStatusCode.Created, id, "loaded"), (loaded.Status, loaded.Import.Id, loaded.Import.State));
        Assert.Equal(HttpStatusCode.BadRequest, again.StatusCode);
    }

    [Theory, InlineData("operator", "offline-counts", HttpStatusCode.Forbidden),
        InlineData("admin", "guests", HttpStatusCode.NotFound)]
    public async Task Only_an_admin_imports_and_only_known_kinds(string role, string kind, HttpStatusCode answer)
    {
        var sent = await metrics.As(role)
            .PostAsync(new Uri($"/v1/imports/{kind}", UriKind.Relative), new StringContent("day\n"));

        Assert.Equal(answer, sent.StatusCode);
    }

    private Task<(HttpStatusCode Status, ImportResponse Import)> Send(string kind, string file, string query = "") =>
        Send(kind, Encoding.UTF8.GetBytes(file), query);

    private async Task<(HttpStatusCode Status, ImportResponse Import)> Send(string kind, byte[] file, string query = "")
    {
        var answer = await metrics.As("admin").PostAsync(
            new Uri($"/v1/imports/{kind}{query}", UriKind.Relative), new ByteArrayContent(file));
        Assert.True((int)answer.StatusCode < 500, await answer.Content.ReadAsStringAsync());
        return (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<ImportResponse>())!);
    }
}

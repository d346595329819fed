using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using CsCheck;
using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Testing;

namespace Jingdezhen.Tourism.Homestays.Tests.Stays;

public sealed class ReplicasTests(ReplicasFixture fixture) : IClassFixture<ReplicasFixture>
{
    private static readonly bool Long = Environment.GetEnvironmentVariable("JDZ_LONG") == "1";
    private static readonly Guid Account = Guid.CreateVersion7();

    private static DateOnly Day(int fromNow) =>
        DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().AddHours(8).DateTime).AddDays(fromNow);

    private sealed record Step(string Does, int Replica, int Room, int From, int Nights, int Which);

    private static readonly string[] Deeds =
    [
        "hold", "hold", "hold", "hold", "order", "order", "confirm", "confirm", "confirm", "cancel", "move", "move",
        "import", "expire",
        "check-in", "check-out", "no-show", "block",
    ];

    private static readonly Gen<Step> Steps = Gen.Select(
        Gen.Int[0, Deeds.Length - 1].Select(deed => Deeds[deed]),
        Gen.Int[0, 1], Gen.Int[0, 1], Gen.Int[0, 7], Gen.Int[1, 4], Gen.Int[0, 40],
        (does, replica, room, from, nights, which) => new Step(does, replica, room, from, nights, which));

    [Fact]
    public async Task Whatever_happens_in_whatever_order_no_night_has_two_parties_and_every_fen_is_accounted()
    {
        var replicas = fixture.Pair;

        await Steps.Array[40].SampleAsync(async steps =>
        {
            var story = new Story(replicas);
            await story.BeginAsync();
            foreach (var together in steps.Chunk(8)) await Task.WhenAll(together.Select(story.DoAsync));
            await story.SettleAsync();

            Assert.Equal((0, 0, 0, 0), (await replicas.Overlaps(), await replicas.UnaccountedStays(),
                await replicas.MissingFen(), await replicas.UnownedRefunds()));
        }, iter: Long ? 400 : 12, threads: 1);

        Assert.Equal(0, await replicas.Count("SELECT count(*) FROM failed_messages"));

        // A dozen random stories may all be tame; four hundred may not.
        Assert.True(!Long || await replicas.Count("SELECT count(*) FROM income_entries") > 0,
            "The stories were too tame to earn anything.");
    }

    [Fact]
    public async Task Lock_and_constraint_each_keep_two_parties_apart_and_without_both_they_meet()
    {
        const string Drop = "ALTER TABLE stays DROP CONSTRAINT one_party_a_night";
        await using var unlocked = await Replicas.StartAsync(roomLock: false);

        Assert.Equal(0, await Race(fixture.Pair, Long ? 40 : 4));
        Assert.Equal(0, await Race(unlocked, Long ? 40 : 4));
        await fixture.Pair.Sql(Drop);
        Assert.Equal(0, await Race(fixture.Pair, Long ? 40 : 4));
        await fixture.Pair.Sql(Homestays.Storage.Migrations.Guards.OnePartyANight);
        await unlocked.Sql(Drop);
        Assert.NotEqual(0, await Race(unlocked, attempts: 100));
    }

    /// <summary>Two guests in two processes for each of eight rooms, until two of them get the same night.</summary>
    private static async Task<long> Race(Replicas replicas, int attempts)
    {
        using HttpClient one = replicas.Client(0, TestTokens.For("tourist")),
        other = replicas.Client(1, TestTokens.For("tourist"));
        for (var attempt = 0; attempt < attempts; attempt++)
        {
            var house = Given.House(rooms: 8);
            await replicas.Save(house);
            var answers = await Task.WhenAll(house.Rooms.SelectMany(room => new[] { one, other }.Select(guest =>
                guest.PostAsync(
                    "/v1/stays", new { roomId = room.Id, arrival = Day(3), departure = Day(5), adults = 1 }))));
            Assert.All(answers, answer => Assert.True(
                answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.Conflict));
            if (await replicas.Overlaps() is > 0 and var overlaps) return overlaps;
        }

        return 0;
    }

    [Fact]
    public async Task A_crash_in_the_middle_of_the_rush_loses_no_answered_hold_and_doubles_none()
    {
        var replicas = fixture.Pair;
        var house = Given.House(rooms: 30);
        await replicas.Save(house);
        var token = TestTokens.For("tourist");
        using HttpClient doomed = replicas.Client(0, token), other = replicas.Client(1, token);
        var wishes = house.Rooms.SelectMany(room => Enumerable.Range(1, 20).Select(day => (
            Key: Guid.CreateVersion7().ToString(),
            Body: new { roomId = room.Id, arrival = Day(day), departure = Day(day + 1), adults = 1 }))).ToList();
        var answered = new ConcurrentDictionary<string, string>();

        var rush = Parallel.ForEachAsync(wishes, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (wish, _) =>
        {
            try
            {
                var answer = await doomed.PostAsync("/v1/stays", wish.Body, wish.Key);
                if (answer.IsSuccessStatusCode) answered[wish.Key] = (await answer.Body()).GetProperty("id")
                    .GetString()!;
            }
            catch (Exception fault) when (fault is HttpRequestException or SocketException)
            {
                // The process died with the request; the guest asks the other one below.
            }
        });
        await Eventually.Holds(() => Task.FromResult(answered.Count), count => count > 100);
        replicas.Kill(0);
        await rush;

        var ids = new ConcurrentDictionary<string, string>();
        await Parallel.ForEachAsync(wishes, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (wish, _) =>
        {
            var answer = await Eventually.Holds(
                () => other.PostAsync("/v1/stays", wish.Body, wish.Key), answer => answer.IsSuccessStatusCode);
            ids[wish.Key] = (await answer.Body()).GetProperty("id").GetString()!;
        });

        Assert.All(answered, known => Assert.Equal(known.Value, ids[known.Key]));
        Assert.Equal((wishes.Count, wishes.Count, 0), (
            (int)await replicas.Count($"SELECT count(*) FROM stays WHERE merchant_id = '{house.Merchant}'"),
            ids.Values.Distinct().Count(), (int)await replicas.Overlaps()));
        await Eventually.Equal(0, () => replicas.Count("SELECT count(*) FROM outbox"));
        await replicas.RestartAsync(0);
    }

    [Fact]
    public async Task The_load_script_loads_the_demonstration_once_however_often_it_runs()
    {
        var environment = new Dictionary<string, string>
        {
            ["GATEWAY"] = fixture.Pair.Address(1).GetLeftPart(UriPartial.Authority),
            ["TOKEN"] = TestTokens.For("admin"),
        };
        Task<string> Load(string listings) => PrivateProcess.RunAsync(
            "bash", [Path.Combine(Repository.Root, "deploy/homestays/load"), "7", listings], environment);

        var (first, second) = (await Load("30"), await Load("30"));
        var wrong = await Assert.ThrowsAsync<InvalidOperationException>(() => Load("many"));

        Assert.Matches("^homestays: 30 listings, [0-9]+ rooms, 30 added, 0 changed$", first);
        Assert.Equal(first.Replace("30 added", "0 added", StringComparison.Ordinal), second);
        Assert.Contains("usage: deploy/homestays/load", wrong.Message, StringComparison.Ordinal);
        Assert.Equal(30, await fixture.Pair.Count("SELECT count(*) FROM listings WHERE demonstration"));
    }

    /// <summary>One house of two rooms and what happens to it.</summary>
    private sealed class Story(Replicas replicas)
    {
        private readonly House _house = Given.House(rooms: 2);
        private readonly List<Guid> _stays = [];
        private readonly string _path = $"/{Guid.CreateVersion7():N}.ics";
        private readonly HttpClient[] _guests = [.. Enumerable.Range(0, 2)
            .Select(r => replicas.Client(r, TestTokens.For("tourist", Account)))];
        private HttpClient[] _hosts = [];
        private Guid _source;
        private long _asked;

        public async Task BeginAsync()
        {
            await replicas.Save(_house);
            _hosts = [.. Enumerable.Range(0, 2).Select(r =>
                replicas.Client(r, TestTokens.For("host", merchant: _house.Merchant)))];
            var url = CalendarServer.PutText("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", path: _path);
            _source = await _hosts[0].PostAsync("/v1/host/calendars",
                new { roomId = _house.Room.Id, name = "airbnb", url }).Id();
        }

        public async Task DoAsync(Step step)
        {
            var (guest, host) = (_guests[step.Replica], _hosts[step.Replica]);
            var (room, from, to) = (_house.Rooms[step.Room].Id, Day(step.From), Day(step.From + step.Nights));
            switch (step.Does)
            {
                case "hold":
                    var answer = await guest.PostAsync("/v1/stays",
                        new { roomId = room, arrival = from, departure = to, adults = 1 });
                    Assert.True((int)answer.StatusCode is 201 or 409, await answer.Content.ReadAsStringAsync());
                    if (answer.IsSuccessStatusCode) Remember((await answer.Body()).GetProperty("id").GetGuid());
                    break;
                case "order":
                    var ordered = Guid.CreateVersion7();
                    await Send(new HoldStay(
                        ordered, Guid.CreateVersion7(), room, from, to, 1, 0, Account, "app", null, null,
                        TimeProvider.System.GetUtcNow().AddMinutes(5)));
                    Remember(ordered);
                    break;
                case "confirm" when Which(step) is { } stay:
                    await Fine(host.PostAsync($"/v1/host/stays/{stay}/receipt",
                        new { paidFen = 30_000 * step.Nights }));
                    await Send(new ConfirmStay(stay, null, 30_000 * step.Nights, "payment"));
                    break;
                case "cancel" when Which(step) is { } stay:
                    await Fine(guest.PostAsync($"/v1/stays/{stay}/cancel"));
                    break;
                case "move" when Which(step) is { } stay:
                    await Fine(guest.PostAsync($"/v1/stays/{stay}/change",
                        new { roomId = room, arrival = from, departure = to }));
                    break;
                case "import":
                    CalendarServer.PutText(
                        $"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:{step.Which}\r\n"
                        + $"DTSTART;VALUE=DATE:{from:yyyyMMdd}\r\nDTEND;VALUE=DATE:{to:yyyyMMdd}\r\n"
                        + "END:VEVENT\r\nEND:VCALENDAR\r\n", path: _path);
                    await Fine(host.PostAsync($"/v1/host/calendars/{_source}/sync"));
                    break;
                case "expire" when Which(step) is { } stay:
                    await replicas.Sql($"UPDATE stays SET expires_at = now() WHERE id = '{stay}' AND state = 'held'");
                    break;
                case "block":
                    await Fine(host.PostAsync("/v1/host/blocks", new { roomId = room, from, to }));
                    break;
                case "check-in" or "check-out" or "no-show" when Which(step) is { } stay:
                    await Fine(host.PostAsync($"/v1/host/stays/{stay}/{step.Does}"));
                    break;
            }
        }

        /// <summary>Until every message of this story has been handled.</summary>
        public Task<long> SettleAsync() => Eventually.Equal(_asked, () => replicas.Count(
            $"""
            SELECT count(*) FROM inbox
            WHERE message_id IN (SELECT message_id FROM story_messages WHERE merchant = '{_house.Merchant}')
            """));

        // The outbox is the way onto the bus: a row of another service's command travels like any other.
        private async Task Send<T>(T message) where T : class
        {
            var id = Guid.CreateVersion7();
            Interlocked.Increment(ref _asked);
            await replicas.Sql(
                $"""
                INSERT INTO story_messages VALUES ('{id}', '{_house.Merchant}');
                INSERT INTO outbox (id, contract, body) VALUES ('{id}', '{typeof(T).FullName}',
                    '{JsonSerializer.Serialize(message, JsonSerializerOptions.Web)}')
                """);
        }

        private static async Task Fine(Task<HttpResponseMessage> asked)
        {
            var answer = await asked;
            Assert.True((int)answer.StatusCode is 200 or 201 or 404 or 409, await answer.Content.ReadAsStringAsync());
        }

        private void Remember(Guid stay)
        {
            lock (_stays) _stays.Add(stay);
        }

        private Guid? Which(Step step)
        {
            lock (_stays) return _stays.Count == 0 ? null : _stays[step.Which % _stays.Count];
        }
    }
}

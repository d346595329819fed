using CsCheck;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Bookings.WaitingList;
using Jingdezhen.Tourism.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Jingdezhen.Tourism.Bookings.Tests.WaitingList;

/// <summary>Random lives of a line over several replicas, and what the lock is for.</summary>
public sealed class WaitingReplicasTests(WaitingFixture bookings) : IClassFixture<WaitingFixture>
{
    private static readonly string[] Acts = ["join", "join", "join", "leave", "return", "return", "accept", "run out",
        "grow"];

    [Fact]
    public Task However_a_line_lives_over_replicas_it_is_fair_and_exact_and_never_oversold() => LiveAsync(lives: 4);

    [Fact, Trait("Category", "Long")]
    public Task However_long_lines_live_over_replicas_they_stay_fair_and_exact() => LiveAsync(lives: 150);

    private async Task LiveAsync(int lives)
    {
        await using var replica = await ServiceProcess.StartAsync(typeof(BookingsDb), bookings.ProcessSettings);

        await Gen.Select(Gen.Int[0, Acts.Length - 1].Select(act => Acts[act]), Gen.Int[1, 5], Gen.Int[0, 99])
            .Array[20, 40].SampleAsync(
            LiveAsync, iter: lives, threads: 1);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Without_the_slots_lock_replicas_clash_and_the_keys_behind_it_catch_them(bool slotLock, bool clash)
    {
        await using var replicas = new Replicas(slotLock);
        await replicas.InitializeAsync();
        var seen = false;

        for (var round = 0; round < 15 && !seen; round++)
        {
            var offer = await replicas.SoldOut(capacity: 2);
            for (var party = 0; party < 4; party++) await replicas.Joined(offer, 1);
            await replicas.GiveBack(offer, 2);
            var looks = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Look(replicas, offer)));
            seen = looks.Contains(false);
            var (counted, summed) = await replicas.Places(offer);
            Assert.Equal(counted, summed);
            Assert.InRange(counted, 0, 2);
        }

        Assert.Equal(clash, seen);
    }

    private async Task LiveAsync((string Act, int Size, int Which)[] acts)
    {
        var offer = await bookings.SoldOut(capacity: 6);
        var guests = new List<(HttpClient Http, WaitingPartyResponse Party)>();
        foreach (var (act, size, which) in acts)
        {
            await Task.WhenAll(ActAsync(act, size, which, offer, guests), bookings.Allot(offer), bookings.Allot(offer));
        }

        while (await bookings.Allot(offer) > 0)
        {
            // Until nothing more is to be done.
        }

        var (counted, summed) = await bookings.Places(offer);
        Assert.Equal(counted, summed);
        Assert.True(
            counted <= await bookings.Read(
            db => db.Slots.Where(s => s.Id == offer.Slot.Id).Select(s => s.Capacity).SingleAsync()));
        await AuditAsync(offer);
        foreach (var (http, _) in guests) http.Dispose();
    }

    private async Task AuditAsync(Offer offer)
    {
        var replay = await bookings.Replayed(offer);
        Assert.True(replay.Agrees, string.Join('\n', replay.Differences));

        var log = await bookings.Read(db => db.WaitingLog.Where(entry => entry.SlotId == offer.Slot.Id)
            .OrderBy(entry => entry.Sequence).ToListAsync());
        var auditor = new LineAuditor();
        foreach (var entry in log) auditor.Read(entry);
        Assert.Empty(auditor.Faults);

        // Nobody was offered fewer places than asked for, and every offer in the log is a hold that was really made.
        var offers = log.Where(entry => entry.Kind == WaitingLogEntry.Offered).ToList();
        var parties = await bookings.Read(db => db.WaitingParties.Where(party => party.SlotId == offer.Slot.Id)
            .Select(party => new { party.Id, party.Visitors, party.BookingId }).ToDictionaryAsync(party => party.Id));
        var holds = await bookings.Read(db => db.Bookings.Where(b => b.SlotId == offer.Slot.Id)
            .ToDictionaryAsync(b => b.Id, b => b.Visitors));
        Assert.All(offers, entry => Assert.Equal(
            (entry.BookingId, parties[entry.PartyId!.Value].Visitors),
            (parties[entry.PartyId.Value].BookingId, holds[entry.BookingId!.Value])));
        Assert.Equal(offers.Count, parties.Values.Count(party => party.BookingId is not null));
    }

    private async Task ActAsync(
        string act, int size, int which, Offer offer, List<(HttpClient Http, WaitingPartyResponse Party)> guests)
    {
        switch (act)
        {
            case "join":
                var http = bookings.As("tourist");
                var answer = await WaitingFixture.Join(http, offer, size);
                if (answer.IsSuccessStatusCode) guests.Add((http, await ReadAsync(answer)));
                break;
            case "return":
                await bookings.GiveBack(offer, size);
                break;
            case "grow":
                await bookings.Read(db => db.Slots.Where(slot => slot.Id == offer.Slot.Id)
                    .ExecuteUpdateAsync(slot => slot.SetProperty(s => s.Capacity, s => s.Capacity + 1)));
                break;
            default:
                if (guests.Count > 0) await ActAsync(act, guests[which % guests.Count]);
                break;
        }
    }

    private async Task ActAsync(string act, (HttpClient Http, WaitingPartyResponse Party) guest)
    {
        var shown = await WaitingFixture.Show(guest.Http, guest.Party);
        if (act == "leave")
        {
            await BookingsFixture.Post(guest.Http, $"/v1/waiting-parties/{guest.Party.Id}/leave", new { });
        }

        else if (shown is { State: "offered", BookingId: { } booking } && act == "run out") await bookings.RunOutHold(
            booking);
        else if (shown is { State: "offered", BookingId: { } taken }) await bookings.TryPay(guest.Http, taken);
    }

    private static async Task<WaitingPartyResponse> ReadAsync(HttpResponseMessage answer) =>
        (await System.Net.Http.Json.HttpContentJsonExtensions.ReadFromJsonAsync<WaitingPartyResponse>(answer.Content))!;

    /// <returns>Whether the look went through.</returns>
    private static async Task<bool> Look(WaitingFixture fixture, Offer offer)
    {
        try
        {
            await fixture.Allot(offer);
            return true;
        }
        catch (PostgresException fault) when (
            fault.SqlState is PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.CheckViolation)
        {
            return false;
        }
        catch (DbUpdateException)
        {
            return false;
        }
    }

    private sealed class Replicas(bool slotLock) : WaitingFixture, IAsyncDisposable
    {
        protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>(base.Settings)
        {
            ["Guards:SlotLock"] = slotLock ? "true" : "false",
        };

        async ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();
    }
}

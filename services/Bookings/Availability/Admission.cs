using System.Diagnostics;
using System.Threading.Channels;
using Jingdezhen.Tourism.Bookings.Bookings;
using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Http;
using Jingdezhen.Tourism.Platform.Messaging;
using Npgsql;

namespace Jingdezhen.Tourism.Bookings.Availability;

/// <summary>
/// The one door through which places are taken: native API, OCTO, orders, counter sale and waiting list all come here.
/// </summary>
/// <remarks>
/// Group commit. The cost of a hot row is the flush under its lock, so it is paid once for many: requests that arrive
/// while a commit is in flight wait here and are admitted together by the next one, first come first. A group is one
/// transaction: the counters are locked in key order (slots, then venue-days), their expired holds are released, the
/// requests are decided in memory, and everything is written set-based. Two processes, or two requests with one key in
/// two processes, meet in the row locks and in the primary keys; nothing here is shared between processes but the rows.
/// </remarks>
internal sealed partial class Admission(
    NpgsqlDataSource database, CatalogueCache catalogues, OutboxSignal signal, TouchedSlots touched,
        AdmissionGuards guards,
    ILogger<Admission> logger) : BackgroundService
{
    private const int MostWaiting = 8192;
    private const int MostAtOnce = 512;
    private const int MostAttempts = 5;
    private const int SmallestRush = 4;
    private static readonly TimeSpan LongestGather = TimeSpan.FromMilliseconds(20);

    private static readonly HoldOutcome.Refused Overloaded = new(
        new("overloaded", "Too many holds are waiting; please try again in a second."),
            StatusCodes.Status503ServiceUnavailable);

    private readonly Channel<Waiting> _door = Channel.CreateBounded<Waiting>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly SemaphoreSlim _enough = new(0, 1);
    private int _awaited = int.MaxValue;

    /// <summary>One hold, or the holds of an order, which has a word to say of them together.</summary>
    private sealed record Entry(IReadOnlyList<HoldRequest> Holds, HoldTogether? Together);

    private sealed record Waiting(Entry Entry, TaskCompletionSource<HoldOutcome> Answer);

    /// <summary>Takes places for one party, or refuses; the answer comes after the commit.</summary>
    public Task<HoldOutcome> HoldAsync(HoldRequest request) => EnterAsync(new([request], null));

    /// <summary>Takes the places of all holds or of none; the answer comes after the commit.</summary>
    public Task<HoldOutcome> HoldAsync(HoldTogether together) => EnterAsync(new(together.Holds, together));

    private Task<HoldOutcome> EnterAsync(Entry entry)
    {
        // Continuations run elsewhere: the loop answers a whole group and must not run its handlers.
        var waiting = new Waiting(entry, new(TaskCreationOptions.RunContinuationsAsynchronously));
        if (!_door.Writer.TryWrite(waiting)) return Task.FromResult<HoldOutcome>(Overloaded);

        if (_door.Reader.Count >= Volatile.Read(ref _awaited) && StopAwaiting()) _enough.Release();
        return waiting.Answer.Task;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var group = new List<Waiting>(MostAtOnce);
        while (await _door.Reader.WaitToReadAsync(stoppingToken))
        {
            group.Clear();
            while (group.Count < MostAtOnce && _door.Reader.TryRead(out var waiting)) group.Add(waiting);

            var began = Stopwatch.GetTimestamp();
            await AnswerAsync(group);
            await GatherAsync(group.Count + _door.Reader.Count, Stopwatch.GetElapsedTime(began), stoppingToken);
        }
    }

    // Those who came while a group was at work would go alone, and those who are answered now would come back
    // meanwhile: two groups of half the size for ever, and twice the transactions. In a rush the next group waits for
    // three quarters of those who were here, but no longer than the last one took.
    private async Task GatherAsync(int inside, TimeSpan took, CancellationToken stopping)
    {
        if (inside < SmallestRush) return;

        Volatile.Write(ref _awaited, Math.Min(inside * 3 / 4, MostAtOnce));
        var told = _door.Reader.Count < _awaited
            && await _enough.WaitAsync(took < LongestGather ? took : LongestGather, stopping);
        if (!StopAwaiting() && !told) await _enough.WaitAsync(stopping);
    }

    private bool StopAwaiting() => Interlocked.Exchange(ref _awaited, int.MaxValue) != int.MaxValue;

    private async Task AnswerAsync(List<Waiting> group)
    {
        try
        {
            var outcomes = await AdmitAsync(group.ConvertAll(waiting => waiting.Entry));
            for (var i = 0; i < group.Count; i++) group[i].Answer.SetResult(outcomes[i]);
        }
        catch (Exception fault) when (group.Count > 1 && fault is not NpgsqlException { IsTransient: true })
        {
            // One request spoiled the work of all: each goes alone, and only the guilty one fails. Where the database
            // is away, trying each would only take longer.
            LogSpoiled(logger, group.Count, fault);
            foreach (var waiting in group) await AnswerAsync([waiting]);
        }
        catch (Exception fault)
        {
            foreach (var waiting in group) waiting.Answer.SetException(fault);
        }
    }

    private async Task<HoldOutcome[]> AdmitAsync(List<Entry> entries)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await AdmitOnceAsync(entries);
            }
            catch (PostgresException race) when (attempt < MostAttempts && IsLostRace(race))
            {
                // Another process used one of these keys, documents or uuids first. Its row is visible now: decide
                // again.
            }
        }
    }

    private static bool IsLostRace(PostgresException fault) =>
        fault.SqlState is PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DeadlockDetected;

    /// <summary>Releases what ran out in these slots; returns how many holds.</summary>
    public async Task<int> ReleaseExpiredAsync(IReadOnlyList<Guid> slots)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var state = await LockedState.ReadAsync(connection, slots, [], guards);
        if (state.Expired.Count == 0) return 0;

        var group = new AdmittedGroup(state.Now);
        foreach (var expired in state.Expired) group.Publish(expired.AsEvent());
        await group.WriteAsync(connection, state);
        await transaction.CommitAsync();
        signal.Raise();
        touched.Add(state.ChangedSlots);
        return state.Expired.Count;
    }

    private async Task<HoldOutcome[]> AdmitOnceAsync(List<Entry> entries)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var requests = entries.SelectMany(entry => entry.Holds).ToList();
        var slots = requests.Select(request => request.SlotId).Distinct().ToArray();
        var keys = entries.ConvertAll(entry => entry.Together is { } order
            ? (order.Caller, order.Key) : (entry.Holds[0].Caller, entry.Holds[0].Key));
        var state = await LockedState.ReadAsync(connection, slots, keys, requests, guards);
        var catalogue = await catalogues.AtLeastAsync(state.CatalogueVersion, CancellationToken.None);
        var group = new AdmittedGroup(state.Now);
        var outcomes = new HoldOutcome[entries.Count];
        for (var i = 0; i < entries.Count; i++)
        {
            outcomes[i] = entries[i].Together is { } together
                ? Decide(together, state, catalogue, group)
                : Decide(entries[i].Holds[0], state, catalogue, group);
        }

        foreach (var expired in state.Expired) group.Publish(expired.AsEvent());
        if (group.IsEmpty
            && state.Expired.Count == 0) return outcomes; // Nothing but refusals and replays: nothing to write.

        await group.WriteAsync(connection, state);
        await transaction.CommitAsync();
        signal.Raise();
        touched.Add(state.ChangedSlots);
        return outcomes;
    }

    /// <summary>One request under the locks of the caller's transaction; the group is written by the caller.</summary>
    public static HoldOutcome Decide(HoldRequest request, LockedState state, Catalogue catalogue, AdmittedGroup group)
    {
        if (Known(state, request.Caller, request.Key, request.RequestHash) is { } known) return known;

        var (taking, refused) = Take(request, state, catalogue);
        if (taking is null) return refused!;

        var answer = request.Answer(taking.Booking, taking.Product);
        state.Remember(request.Caller, request.Key, request.RequestHash, answer);
        group.Add(request, taking.Booking, taking.Product, answer);
        return new HoldOutcome.Held(taking.Booking, answer);
    }

    private static HoldOutcome Decide(
        HoldTogether together, LockedState state, Catalogue catalogue, AdmittedGroup group)
    {
        if (Known(state, together.Caller, together.Key, together.RequestHash) is { } known) return known;

        var taken = new List<Taking>(together.Holds.Count);
        (int Index, Refusal Why)? refusal = null;
        foreach (var request in together.Holds)
        {
            var (taking, refused) = Take(request, state, catalogue);
            if (taking is not null)
            {
                taken.Add(taking);
                continue;
            }

            // All or none: what was taken before goes back, and nothing of it is ever written.
            foreach (var back in taken) Undo(back, state);
            if (refused!.Status != StatusCodes.Status409Conflict) return refused;

            refusal = (taken.Count, refused.Refusal);
            taken.Clear();
            break;
        }

        var settled = together.Settle(taken.ConvertAll(taking => taking.Booking), refusal, state.Now);
        state.Remember(together.Caller, together.Key, together.RequestHash, settled.Answer);
        foreach (var taking in taken) group.Add(taking.Request, taking.Booking, taking.Product, answer: null);
        group.Add(together, settled);
        return new HoldOutcome.Settled(settled.Answer);
    }

    private static HoldOutcome? Known(LockedState state, string caller, string key, byte[] hash) =>
        state.Known(caller, key) is not { } known ? null
        : known.Hash.AsSpan().SequenceEqual(hash) ? new HoldOutcome.Replayed(known.Answer)
        : new HoldOutcome.Refused(Idempotency.KeyReused, StatusCodes.Status422UnprocessableEntity);

    /// <summary>Places that one request has taken in the locked state, with the documents it used.</summary>
    private sealed record Taking(
        HoldRequest Request, Booking Booking, Product Product, SlotState Slot, VenueDayState? Day,
        List<(string Venue, DateOnly Day, string Hash)> Claims);

    private static (Taking? Taken, HoldOutcome.Refused? Refused) Take(
        HoldRequest request, LockedState state, Catalogue catalogue)
    {
        var slot = state.Slots.GetValueOrDefault(request.SlotId);
        if (AdmissionRules.CheckSlot(request, catalogue, slot, state.Now) is { } unsold) return (null, unsold);

        var (product, option) = catalogue.Options[slot!.OptionId];
        if (AdmissionRules.CheckUnits(request.Units, product, option) is { } unfit) return (null, unfit);

        var claims = request.Units.Where(unit => unit.Identity is not null)
            .Select(unit => (product.VenueId, slot.LocalDate, Hash: Convert.ToHexString(unit.Identity!.Hash))).ToList();
        if (claims.Distinct().Count() < claims.Count || claims.Exists(state.Claimed.Contains))
        {
            return (null, Refused(
                "identity-used", "One of the documents already has a booking for this venue on that day."));
        }

        var booking = NewBooking(request, product, option, slot, state.Now);
        var day = slot.VenueDayId is { } id ? state.VenueDays[id] : null;
        if (AdmissionRules.Take(slot, day, booking.Visitors) is { } full)
        {
            return (null, new HoldOutcome.Refused(full, StatusCodes.Status409Conflict));
        }

        state.Claimed.UnionWith(claims);
        return (new(request, booking, product, slot, day, claims), null);
    }

    private static void Undo(Taking taking, LockedState state)
    {
        taking.Slot.Taken -= taking.Booking.Visitors;
        if (taking.Day is not null) taking.Day.Taken -= taking.Booking.Visitors;
        state.Claimed.ExceptWith(taking.Claims);
    }

    private static HoldOutcome.Refused Refused(string code, string reason) =>
        new(new Refusal(code, reason), StatusCodes.Status409Conflict);

    private static Booking NewBooking(
        HoldRequest request, Product product, Option option, SlotState slot, DateTimeOffset now)
    {
        var items = new List<UnitItem>(request.Units.Count);
        foreach (var asked in request.Units)
        {
            var unit = option.Units.Find(known => known.Id == asked.UnitId)!;
            items.Add(UnitItem.Of(
                asked.Id ?? Guid.CreateVersion7(), request.BookingId, position: items.Count, unit, asked,
                priceFen: product.PricedPer == PricedPer.Unit ? unit.PriceFen : 0));
        }

        return Booking.Hold(
            request, product, slot, items, priceFen: option.PriceFen ?? items.Sum(item => item.PriceFen), now);
    }

    [LoggerMessage(LogLevel.Warning, "A group of {Count} holds failed together; each goes alone")]
    private static partial void LogSpoiled(ILogger logger, int count, Exception fault);
}

/// <summary>What keeps the door safe besides the database's own checks; off only in the control tests.</summary>
internal sealed class AdmissionGuards(bool slotLock)
{
    public bool SlotLock { get; } = slotLock;

    public static AdmissionGuards From(IConfiguration configuration) =>
        new(configuration.GetValue("Guards:SlotLock", true));
}

/// <summary>
/// Slots whose places changed in this process and were not yet announced, the longest waiting first; a hint, bounded by
/// the number of slots.
/// </summary>
internal sealed class TouchedSlots
{
    private readonly Lock _gate = new();
    private readonly HashSet<Guid> _waiting = [];
    private readonly Queue<Guid> _order = [];

    public void Add(IEnumerable<Guid> slots)
    {
        lock (_gate)
        {
            foreach (var slot in slots)
            {
                if (_waiting.Add(slot)) _order.Enqueue(slot);
            }
        }
    }

    public Guid[] Take(int most)
    {
        lock (_gate)
        {
            var taken = new Guid[Math.Min(most, _order.Count)];
            for (var i = 0; i < taken.Length; i++) _waiting.Remove(taken[i] = _order.Dequeue());

            return taken;
        }
    }
}

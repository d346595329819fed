using System.Security.Claims;
using Jingdezhen.Tourism.Bookings.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.WaitingList;

/// <summary>Walks through a line's log and decides everything again by the rule, from what the log says and nothing
/// else.</summary>
internal sealed class WaitingReplay
{
    private readonly Dictionary<Guid, int> _joined = [];
    private (int Free, DateTimeOffset At, bool Bounded)? _run;

    public WaitingLine Line { get; } = new();

    /// <summary>Every party that was offered places, in order.</summary>
    public List<Guid> Offered { get; } = [];

    public List<string> Differences { get; } = [];
    public long Entries { get; private set; }

    public void Read(WaitingLogEntry entry)
    {
        if (entry.Sequence != ++Entries) Differences.Add($"{entry.Sequence}: entry {Entries} is missing");
        switch (entry.Kind)
        {
            case WaitingLogEntry.Joined:
                Finish(entry);
                _joined.Add(entry.PartyId!.Value, entry.Visitors!.Value);
                Line.Join(new(entry.PartyId.Value, entry.Visitors.Value));
                break;
            case WaitingLogEntry.Counted:
                Finish(entry);
                _run = (entry.Free!.Value, entry.At, entry.Bounded!.Value);
                break;
            case WaitingLogEntry.Offered or WaitingLogEntry.Kept or WaitingLogEntry.GivenOn:
                Step(entry);
                break;
            case "dropped":
                if (Expected() is not AllotStep.Offer { Party: var turned } || turned.Id != entry.PartyId)
                {
                    Differ(entry);
                }

                Line.Remove(entry.PartyId!.Value);
                break;
            case "left" or "closed":
                Finish(entry);
                if (!Line.Remove(entry.PartyId!.Value)) Differ(entry);
                break;
            case "accepted" or "declined" or "lapsed":
                Finish(entry);
                if (!Offered.Contains(entry.PartyId!.Value)) Differ(entry);
                break;
            default:
                Differ(entry);
                break;
        }
    }

    private void Step(WaitingLogEntry entry)
    {
        if (Expected() is not { } step || WaitingLog.KindOf(step) != entry.Kind || step.Party.Id != entry.PartyId)
        {
            Differ(entry);
            return;
        }

        if (step is AllotStep.Offer) Offered.Add(step.Party.Id);
        _run = _run!.Value with { Free = _run.Value.Free - Line.Take(step, _run.Value.At) };
    }

    /// <summary>A run goes on until the rule has nothing more to say.</summary>
    private void Finish(WaitingLogEntry next)
    {
        if (Expected() is { } step)
        {
            Differences.Add($"{next.Sequence}: {WaitingLog.KindOf(step)} {step.Party.Id} should come first");
        }

        _run = null;
    }

    private AllotStep? Expected() => _run is { } run ? Line.Next(run.Free, run.At, run.Bounded) : null;

    private void Differ(WaitingLogEntry entry) =>
        Differences.Add($"{entry.Sequence}: {entry.Kind} {entry.PartyId} does not follow from the log");
}

/// <param name="Entries">How many entries the log has.</param>
/// <param name="Offers">How many offers follow from it by the rule.</param>
/// <param name="Agrees">Whether every one of them is what happened, in that order, and the line is what is
/// left.</param>
public sealed record ReplayResponse(long Entries, int Offers, bool Agrees, IReadOnlyList<string> Differences);

/// <summary>Decides a line's whole history again and compares it with what was done.</summary>
internal static class ReplayWaitingList
{
    private const int MostTold = 100;

    public static async Task<Results<Ok<ReplayResponse>, NotFound>> Handle(
        Guid id, ClaimsPrincipal user, BookingsDb db, CancellationToken cancellation)
    {
        if (!await db.MayWatchAsync(id, user, cancellation)) return TypedResults.NotFound();

        var replay = await ReadAsync(db, id, cancellation);
        return TypedResults.Ok(new ReplayResponse(
            replay.Entries, replay.Offered.Count, replay.Differences.Count == 0,
            [.. replay.Differences.Take(MostTold)]));
    }

    public static async Task<WaitingReplay> ReadAsync(BookingsDb db, Guid slot, CancellationToken cancellation)
    {
        // One snapshot of the log and of the line.
        await using var transaction =
            await db.Database.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellation);
        var replay = new WaitingReplay();
        var log = db.WaitingLog.AsNoTracking().Where(entry => entry.SlotId == slot).OrderBy(entry => entry.Sequence);
        await foreach (var entry in log.AsAsyncEnumerable().WithCancellation(cancellation)) replay.Read(entry);

        var live = await db.WaitingParties.AsNoTracking()
            .Where(party => party.SlotId == slot && party.State == WaitingState.Waiting).OrderBy(party => party.Arrival)
            .ToListAsync(cancellation);
        if (!live.Select(Seen)
            .SequenceEqual(replay.Line.Parties.Select(place => (place.Id, place.Visitors, place.Passed))))
        {
            replay.Differences.Add("The line that is left is not the one that the log leads to.");
        }

        return replay;

        static (Guid, int, int) Seen(WaitingParty party) => (party.Id, party.Visitors, party.Passed);
    }
}

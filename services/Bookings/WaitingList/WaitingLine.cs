namespace Jingdezhen.Tourism.Bookings.WaitingList;

/// <summary>A party in the line of one slot, as the rule sees it.</summary>
internal sealed class PartyInLine(Guid id, int visitors, int passed = 0, DateTimeOffset? keptSince = null)
{
    public Guid Id { get; } = id;
    public int Visitors { get; } = visitors;

    /// <summary>Places that went to later arrivals since it stands here, or since places were last kept for
    /// it.</summary>
    public int Passed { get; set; } = passed;

    /// <summary>Since when places are kept for it.</summary>
    public DateTimeOffset? KeptSince { get; set; } = keptSince;
}

/// <summary>What the rule does next.</summary>
internal abstract record AllotStep(PartyInLine Party)
{
    /// <summary>The whole party is offered its places, past those who do not fit.</summary>
    internal sealed record Offer(PartyInLine Party, IReadOnlyList<PartyInLine> Over) : AllotStep(Party);

    /// <summary>From now on the line stands still for this party.</summary>
    internal sealed record Keep(PartyInLine Party) : AllotStep(Party);

    /// <summary>The places were kept in vain for too long; it may be passed again.</summary>
    internal sealed record GiveOn(PartyInLine Party) : AllotStep(Party);
}

/// <summary>
/// The published rule by which free places of one slot go to those who wait: in the order of arrival, whole parties
/// only, with bounded overtaking.
/// </summary>
/// <remarks>
/// 1. The first party that fits into the free places is offered all of its places; nobody is offered fewer than asked.
/// 2. Earlier parties that do not fit are passed, but no more places may pass a party than it has members: a party of
/// four
///    lets four single guests go ahead, or two pairs, and no fifth.
/// 3. Then places are kept for it, until enough came back or two hours have gone. After that as many may pass again,
/// and so
///    on: a large party is not starved, free places are not idle for ever.
/// 4. In the last three hours before sales end nothing is kept: whoever fits goes.
/// A pure function of the line, the free places and the time, so that the log can be replayed.
/// </remarks>
internal sealed class WaitingLine
{
    public static readonly TimeSpan LongestKeeping = TimeSpan.FromHours(2);
    public static readonly TimeSpan OpenEnd = TimeSpan.FromHours(3);

    private readonly List<PartyInLine> _parties = [];

    /// <summary>Who waits, in the order of arrival.</summary>
    public IReadOnlyList<PartyInLine> Parties => _parties;

    public void Join(PartyInLine party) => _parties.Add(party);

    public bool Remove(Guid party) => _parties.RemoveAll(known => known.Id == party) > 0;

    /// <summary>The next step, or null when nothing is to be done.</summary>
    /// <param name="free">How many visitors still fit into the slot and into its venue's day.</param>
    /// <param name="now">The database's time.</param>
    /// <param name="bounded">Whether overtaking is bounded: not in the last three hours.</param>
    public AllotStep? Next(int free, DateTimeOffset now, bool bounded)
    {
        var over = new List<PartyInLine>();
        foreach (var party in _parties)
        {
            if (party.Visitors > free)
            {
                over.Add(party);
                continue;
            }

            var keepers = bounded ? over.FindAll(earlier => earlier.Passed + party.Visitors > earlier.Visitors) : [];
            if (keepers.Count == 0) return new AllotStep.Offer(party, over);

            // They wait side by side: several large parties do not make the places stand idle several times as long.
            if (keepers.Find(keeper => keeper.KeptSince is null) is { } next) return new AllotStep.Keep(next);
            return keepers.Find(keeper => now - keeper.KeptSince >= LongestKeeping) is { } tired
                ? new AllotStep.GiveOn(tired)
                : null;
        }

        return null;
    }

    /// <summary>Does the step to the line; returns how many places it took.</summary>
    public int Take(AllotStep step, DateTimeOffset now)
    {
        switch (step)
        {
            case AllotStep.Offer offer:
                foreach (var earlier in offer.Over) earlier.Passed += offer.Party.Visitors;
                Remove(offer.Party.Id);
                return offer.Party.Visitors;
            case AllotStep.Keep keep:
                keep.Party.KeptSince = now;
                return 0;
            default:
                (step.Party.Passed, step.Party.KeptSince) = (0, null);
                return 0;
        }
    }
}

using Jingdezhen.Tourism.Bookings.WaitingList;

namespace Jingdezhen.Tourism.Bookings.Tests.WaitingList;

/// <summary>
/// What the README promises to those who wait, checked from the events of a line alone, without the rule's own code.
/// </summary>
internal sealed class LineAuditor
{
    private sealed record Waiting(Guid Id, int Size)
    {
        public int Passed { get; set; }
        public DateTimeOffset? KeptSince { get; set; }
    }

    private readonly List<Waiting> _line = [];
    private int _free;
    private DateTimeOffset _now;
    private bool _bounded;

    public List<string> Faults { get; } = [];

    public void Joined(Guid id, int size) => _line.Add(new(id, size));

    public void Gone(Guid id) => _line.RemoveAll(party => party.Id == id);

    public void Counted(int free, DateTimeOffset now, bool bounded) => (_free, _now, _bounded) = (free, now, bounded);

    public void Stepped(string kind, Guid id)
    {
        if (_line.Find(party => party.Id == id) is not { } party)
        {
            Faults.Add($"{kind} for somebody who does not wait");
            return;
        }

        switch (kind)
        {
            case "offered":
                Offered(party);
                break;
            case "kept":
                party.KeptSince = _now;
                break;
            default:
                if (_now - party.KeptSince < TimeSpan.FromHours(2)) Faults.Add("Kept places were given on too soon.");
                (party.Passed, party.KeptSince) = (0, null);
                break;
        }
    }

    /// <summary>The rule has nothing more to do: then nobody could go, or somebody is kept places for, not for too
    /// long.</summary>
    public void Rested()
    {
        var idle = _line.Exists(party => party.Size <= _free);
        var keeping = _bounded
            && _line.Exists(party => party.KeptSince is { } since && _now - since < TimeSpan.FromHours(2));
        if (idle && !keeping) Faults.Add($"{_free} places stand idle although somebody fits.");
    }

    public void Read(WaitingLogEntry entry)
    {
        switch (entry.Kind)
        {
            case WaitingLogEntry.Joined:
                Joined(entry.PartyId!.Value, entry.Visitors!.Value);
                break;
            case WaitingLogEntry.Counted:
                Counted(entry.Free!.Value, entry.At, entry.Bounded!.Value);
                break;
            case WaitingLogEntry.Offered or WaitingLogEntry.Kept or WaitingLogEntry.GivenOn:
                Stepped(entry.Kind, entry.PartyId!.Value);
                break;
            default:
                Gone(entry.PartyId!.Value);
                break;
        }
    }

    private void Offered(Waiting party)
    {
        if (party.Size > _free) Faults.Add("More places were offered than are free.");
        foreach (var earlier in _line.TakeWhile(other => other != party))
        {
            if (earlier.Size <= _free) Faults.Add("A party that fits was skipped.");
            earlier.Passed += party.Size;
            if (_bounded && earlier.Passed > earlier.Size)
            {
                Faults.Add("More places passed a party than it has members.");
            }
        }

        _free -= party.Size;
        _line.Remove(party);
    }
}

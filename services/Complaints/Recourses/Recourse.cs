using System.Globalization;
using Jingdezhen.Tourism.Complaints.Operators;

namespace Jingdezhen.Tourism.Complaints.Recourses;

internal enum RecourseState
{
    Open,
    Demanded,
    MerchantSuspended,
    Legal,
    Repaid,
    WrittenOff,
    NotLiable,
}

/// <summary>What a merchant owes the fund for one compensation (追偿).</summary>
internal sealed class Recourse
{
    public required Guid Id { get; init; }
    public required Guid CompensationId { get; init; }
    public required Guid CaseId { get; init; }
    public required Guid MerchantId { get; init; }
    public required long AmountFen { get; init; }
    public required DateTimeOffset OpenedAt { get; init; }

    public RecourseState State { get; private set; }
    public long RepaidFen { get; private set; }
    public DateTimeOffset? DemandedAt { get; private set; }
    public DateTimeOffset? DueAt { get; private set; }
    public DateTimeOffset? SettledAt { get; private set; }

    /// <summary>Homestays takes it out of the host's next payouts.</summary>
    public DateTimeOffset? OffsetAt { get; private set; }

    /// <summary>On its way back to a merchant that had repaid what it does not owe; booked when it has
    /// arrived.</summary>
    public long ReturningFen { get; private set; }

    public long ReturnedFen { get; private set; }
    public int ReturnRound { get; private set; }

    /// <summary>What ends the debt, or a part of it, on people's word takes two of them.</summary>
    public SecondWord Word { get; private set; } = new();

    public long LeftFen => IsOver ? 0 : AmountFen - RepaidFen;
    public bool IsOver => State is RecourseState.Repaid or RecourseState.WrittenOff or RecourseState.NotLiable;

    /// <summary>Overdue, so that the merchant does not sell.</summary>
    public bool Blocks => State is RecourseState.MerchantSuspended or RecourseState.Legal;

    public void Demand(DateTimeOffset now, DateTimeOffset dueAt)
    {
        if (State == RecourseState.Open) (State, DemandedAt, DueAt) = (RecourseState.Demanded, now, dueAt);
    }

    /// <returns>Whether the merchant has to be suspended for it now.</returns>
    public bool FallOverdue(DateTimeOffset now)
    {
        if (State != RecourseState.Demanded || DueAt > now) return false;

        State = RecourseState.MerchantSuspended;
        return true;
    }

    public Refusal? GoToLaw()
    {
        if (State != RecourseState.MerchantSuspended) return NotNow();

        State = RecourseState.Legal;
        return null;
    }

    public Refusal? Offset(DateTimeOffset now)
    {
        if (IsOver || OffsetAt is not null) return NotNow();

        OffsetAt = now;
        return null;
    }

    /// <returns>What of the money is taken: never more than is owed.</returns>
    public long Repay(long amountFen, DateTimeOffset now)
    {
        var taken = Math.Min(amountFen, LeftFen);
        RepaidFen += taken;
        if (taken > 0 && RepaidFen == AmountFen) (State, SettledAt) = (RecourseState.Repaid, now);
        return taken;
    }

    /// <returns>Whether it is written off now; else the second person is waited for.</returns>
    public (bool Done, Refusal? Refusal) WriteOff(Guid person, bool secondIsAnother, DateTimeOffset now) =>
        EndAs(RecourseState.WrittenOff, person, secondIsAnother, now);

    /// <summary>The fund bears it.</summary>
    /// <returns>As above.</returns>
    public (bool Done, Refusal? Refusal) Excuse(Guid person, bool secondIsAnother, DateTimeOffset now) =>
        EndAs(RecourseState.NotLiable, person, secondIsAnother, now);

    /// <summary>The claimant owes it in the merchant's place.</summary>
    public void PassOn(DateTimeOffset now) => (State, SettledAt) = (RecourseState.NotLiable, now);

    /// <summary>The key under which Payments gives it back; another attempt is another key.</summary>
    public string ReturnKey => string.Create(CultureInfo.InvariantCulture, $"recourse-return:{Id}:{ReturnRound}");

    /// <summary>The claimant owes all of it: what the merchant has repaid goes back.</summary>
    public Refusal? StartReturn()
    {
        if (State != RecourseState.NotLiable || ReturningFen > 0 || RepaidFen == ReturnedFen)
        {
            return new Refusal("nothing-to-return", "The merchant has nothing to get back.");
        }

        (ReturningFen, ReturnRound) = (RepaidFen - ReturnedFen, ReturnRound + 1);
        return null;
    }

    /// <param name="arrived">The merchant has it; else Payments could not pay it, and somebody asks again.</param>
    /// <returns>What it was about; nothing where nothing was on its way.</returns>
    public long EndReturn(bool arrived)
    {
        var amount = ReturningFen;
        (ReturningFen, ReturnedFen) = (0, arrived ? ReturnedFen + amount : ReturnedFen);
        return amount;
    }

    private (bool Done, Refusal? Refusal) EndAs(
        RecourseState end, Guid person, bool secondIsAnother, DateTimeOffset now)
    {
        if (IsOver) return (false, NotNow());

        var said = Word.Say($"{end}", person, secondIsAnother);
        if (said.Agreed) (State, SettledAt) = (end, now);
        return said;
    }

    public Refusal NotNow() => new("recourse-not-open", $"The recourse is {State}.");
}

/// <summary>Money that came back; one row for each source, so that none counts twice.</summary>
internal sealed class Repayment
{
    public required string Source { get; init; }
    public required Guid RecourseId { get; init; }
    public required long AmountFen { get; init; }
    public required DateTimeOffset At { get; init; }
}

/// <summary>Whether a merchant sells; its version grows with every change.</summary>
internal sealed class Standing
{
    public required Guid MerchantId { get; init; }
    public bool Suspended { get; private set; }
    public long Version { get; private set; }

    public bool Set(bool suspended)
    {
        if (Suspended == suspended) return false;

        (Suspended, Version) = (suspended, Version + 1);
        return true;
    }
}

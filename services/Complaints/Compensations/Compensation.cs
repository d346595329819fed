using Jingdezhen.Tourism.Complaints.Operators;

namespace Jingdezhen.Tourism.Complaints.Compensations;

internal enum CompensationState
{
    Eligible,
    Ineligible,
    Approved,
    Paid,
    Failed,
    Released,
    ClawedBack,
    Returned,
}

/// <summary>Money from the fund for one claimant and one purchase: decided by rules, approved by people or by rule,
/// paid
/// once.</summary>
internal sealed class Compensation
{
    public required Guid Id { get; init; }
    public required Guid CaseId { get; init; }
    public required string ClaimantKey { get; init; }

    /// <summary>The purchase, else the joint case, else the case itself: what a claimant is paid for once.</summary>
    public required Guid SubjectId { get; init; }

    public required Guid? MerchantId { get; init; }
    public required Guid PayeeId { get; init; }
    public required long AmountFen { get; init; }
    public required IReadOnlyList<RuleAnswer> Reasons { get; init; }
    public required string RequestedBy { get; init; }
    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>Whether the merchant owes it back.</summary>
    public required bool Liable { get; init; }

    public CompensationState State { get; private set; }
    public Guid? FirstApprover { get; private set; }
    public Guid? SecondApprover { get; private set; }
    public bool ByRule { get; private set; }
    public DateTimeOffset? ApprovedAt { get; private set; }
    public int Round { get; private set; }
    public DateTimeOffset? SettledAt { get; private set; }
    public string? FailedBecause { get; private set; }

    /// <summary>What two people say about money that was paid: that it is clawed back, that it was returned.</summary>
    public SecondWord Word { get; private set; } = new();

    /// <summary>The key under which Payments pays it once; another round is another key.</summary>
    public string PayoutKey => $"compensation:{Id}:{Round}";

    /// <summary>On its way, with the claimant, or claimed back and not returned yet.</summary>
    public bool HoldsMoney => State is CompensationState.Approved or CompensationState.Paid
        or CompensationState.Released or CompensationState.ClawedBack;

    public void Decide() =>
        State = Reasons.All(reason => reason.Passed) ? CompensationState.Eligible : CompensationState.Ineligible;

    /// <returns>Whether it is approved now; else a second person is waited for.</returns>
    public (bool Approved, Refusal? Refusal) Approve(Guid person, bool needsSecond, bool secondIsAnother,
        DateTimeOffset now)
    {
        if (State is not (CompensationState.Eligible or CompensationState.Failed))
        {
            return (false, new Refusal("compensation-not-open", $"The compensation is {State}."));
        }

        if (FirstApprover is null && !needsSecond)
        {
            FirstApprover = person;
            Approved(now);
            return (true, null);
        }

        if (FirstApprover is null)
        {
            FirstApprover = person;
            return (false, null);
        }

        if (FirstApprover == person && secondIsAnother)
        {
            return (false, new Refusal("second-person-needed", "The second approval is another person's."));
        }

        SecondApprover = person;
        Approved(now);
        return (true, null);
    }

    public void ApproveByRule(DateTimeOffset now)
    {
        ByRule = true;
        Approved(now);
    }

    public bool Settle(DateTimeOffset at)
    {
        if (State != CompensationState.Approved) return false;

        (State, SettledAt) = (CompensationState.Paid, at);
        return true;
    }

    public bool Fail(string because)
    {
        if (State != CompensationState.Approved) return false;

        (State, FailedBecause, ApprovedAt) = (CompensationState.Failed, because, null);
        (FirstApprover, SecondApprover, ByRule) = (null, null, false);
        return true;
    }

    /// <summary>The recourse behind it has come to its end.</summary>
    public void Release()
    {
        if (State == CompensationState.Paid) State = CompensationState.Released;
    }

    /// <summary>It was paid on false grounds, or twice: the claimant owes it, not the merchant.</summary>
    /// <returns>Whether it is clawed back now; else the second person is waited for.</returns>
    public (bool Done, Refusal? Refusal) ClawBack(Guid person, bool secondIsAnother)
    {
        if (State is not (CompensationState.Paid or CompensationState.Released))
        {
            return (false, new Refusal("compensation-not-paid", $"The compensation is {State}."));
        }

        var said = Word.Say("claw-back", person, secondIsAnother);
        if (said.Agreed) State = CompensationState.ClawedBack;
        return said;
    }

    /// <summary>The claimant has given the whole of it back.</summary>
    /// <returns>Whether it is booked now; else the second person is waited for.</returns>
    public (bool Done, Refusal? Refusal) Return(
        string reference, long amountFen, Guid person, bool secondIsAnother)
    {
        if (State != CompensationState.ClawedBack)
        {
            return (false, new Refusal("compensation-not-paid", $"The compensation is {State}."));
        }

        if (amountFen != AmountFen) return (false, new Refusal("not-whole", $"{AmountFen} fen are to be returned."));

        var said = Word.Say($"returned {reference}", person, secondIsAnother);
        if (said.Agreed) State = CompensationState.Returned;
        return said;
    }

    private void Approved(DateTimeOffset now)
    {
        (State, ApprovedAt, FailedBecause) = (CompensationState.Approved, now, null);
        Round++;
    }
}

/// <summary>What the rules alone have approved on a day.</summary>
internal sealed class RuleBudget
{
    public required DateOnly Day { get; init; }
    public required long SpentFen { get; init; }
}

namespace Jingdezhen.Tourism.Complaints;

/// <summary>
/// What keeps money and states right when many act at once; all on, except in the control tests that take one out
/// (section <c>Guards</c>) to see the fault it prevents.
/// </summary>
internal sealed class ComplaintsGuards
{
    /// <summary>Who changes a case has waited for its row.</summary>
    public bool CaseLock { get; init; } = true;

    /// <summary>Who decides on a purchase's money has waited for its row.</summary>
    public bool PurchaseLock { get; init; } = true;

    /// <summary>A claimant is paid once for a purchase.</summary>
    public bool OnePayout { get; init; } = true;

    /// <summary>Refunds and payouts stay within what was paid and the law's damages.</summary>
    public bool Cap { get; init; } = true;

    /// <summary>Above the threshold the second approval is another person's.</summary>
    public bool SecondPerson { get; init; } = true;

    /// <summary>Who filed a case approves no money in it, and who found its facts does not approve alone.</summary>
    public bool OwnFiling { get; init; } = true;

    /// <summary>A refund that comes after a payout is set against it.</summary>
    public bool PaidTwice { get; init; } = true;

    /// <summary>A payout's news counts for the round that it names, not for a later one.</summary>
    public bool PayoutKey { get; init; } = true;

    /// <summary>What the rules approve on a day has a limit.</summary>
    public bool DayBudget { get; init; } = true;

    /// <summary>Who changes a merchant's debts has waited for its standing.</summary>
    public bool StandingLock { get; init; } = true;

    /// <summary>Nobody handles a case of their own or of a merchant they are tied to.</summary>
    public bool Ties { get; init; } = true;

    /// <summary>Who guesses at a case's phone waits for the guesses before to be counted.</summary>
    public bool GuessLock { get; init; } = true;

    /// <summary>Of two changes of a purchase the one that happened later counts, whichever comes first.</summary>
    public bool LatestChange { get; init; } = true;

    /// <summary>A clock that has rung does not ring again.</summary>
    public bool RingOnce { get; init; } = true;
}

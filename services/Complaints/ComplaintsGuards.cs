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

    /// <summary>A clock that has rung does not ring again.</summary>
    public bool RingOnce { get; init; } = true;
}

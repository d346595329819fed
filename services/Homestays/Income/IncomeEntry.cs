namespace Jingdezhen.Tourism.Homestays.Income;

/// <summary>
/// One sum of a guest's money, split. Written when a stay is over, or when a cancellation or a no-show leaves something
/// behind; never changed. Host, platform and village parts add up to what was kept.
/// </summary>
internal sealed class IncomeEntry
{
    /// <summary>The stay's id: a stay earns once.</summary>
    public required Guid StayId { get; init; }

    public required Guid MerchantId { get; init; }
    public required Guid HouseholdId { get; init; }
    public required Guid ListingId { get; init; }
    public string? Village { get; init; }
    public required bool ResidentRun { get; init; }

    /// <summary>check-out, cancellation or no-show.</summary>
    public required string Kind { get; init; }

    /// <summary>The day of the check-out, or of what stands for it.</summary>
    public required DateOnly Day { get; init; }

    public required int Nights { get; init; }
    public required long KeptFen { get; init; }
    public required long HostFen { get; init; }
    public required long PlatformFen { get; init; }
    public required long VillageFen { get; init; }

    /// <summary>The host took the guest's money on the spot and owes the other two parts.</summary>
    public required bool CollectedByHost { get; init; }

    public DateTimeOffset WrittenAt { get; private init; }
}

/// <summary>A debt of a merchant to the compensation fund, taken out of payouts until nothing is left.</summary>
internal sealed class Recourse
{
    public required Guid Id { get; init; }
    public required Guid MerchantId { get; init; }
    public required Guid CaseId { get; init; }
    public required long AmountFen { get; init; }
    public required DateTimeOffset RaisedAt { get; init; }
}

/// <summary>What a household is paid at once: its entries, less what the host collected, less recourse.</summary>
internal sealed class Payout
{
    public required Guid Id { get; init; }
    public required Guid MerchantId { get; init; }
    public required Guid HouseholdId { get; init; }
    public required DateOnly Until { get; init; }
    public required long GrossFen { get; init; }
    public required long RecourseFen { get; init; }
    public required long PaidFen { get; init; }

    /// <summary>requested, settled or failed.</summary>
    public required string State { get; internal set; }

    /// <summary>The key Payments knows it by; a second attempt after a failure has another.</summary>
    public required string Key { get; internal set; }

    public int Attempts { get; internal set; } = 1;
    public required DateTimeOffset RequestedAt { get; init; }
    public DateTimeOffset? SettledAt { get; internal set; }
    public string? FailedBecause { get; internal set; }
}

/// <summary>An entry is paid out once: its key says so.</summary>
internal sealed class PayoutEntry
{
    public required Guid StayId { get; init; }
    public required Guid PayoutId { get; init; }
}

internal sealed class PayoutRecourse
{
    public required Guid PayoutId { get; init; }
    public required Guid RecourseId { get; init; }
    public required long AmountFen { get; init; }
}

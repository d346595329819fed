namespace Jingdezhen.Tourism.Homestays.Hosts;

/// <summary>Who lets rooms: a merchant of Identity, by the same id, and the household the income belongs to.</summary>
internal sealed class Host
{
    /// <summary>The merchant's id.</summary>
    public required Guid Id { get; init; }

    public required Guid HouseholdId { get; internal set; }
    public required string Name { get; internal set; }
    public required string County { get; internal set; }
    public required string LicenceNumber { get; internal set; }
    public required bool Demonstration { get; init; }

    /// <summary>Version of the merchant's data in Identity; older news is ignored.</summary>
    public long MerchantVersion { get; internal set; }
}

/// <summary>People who keep house together; what the paper's income per household counts.</summary>
internal sealed class Household
{
    public required Guid Id { get; init; }
    public required string Name { get; internal set; }
    public required string County { get; internal set; }
    public string? Village { get; internal set; }
}

/// <summary>
/// Whether a merchant may sell. A row of its own: Complaints may speak of a merchant before Identity's news has
/// arrived.
/// </summary>
internal sealed class Suspension
{
    public required Guid MerchantId { get; init; }
    public required bool Suspended { get; internal set; }
    public required long Version { get; internal set; }
}

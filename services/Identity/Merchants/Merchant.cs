using Jingdezhen.Tourism.Platform.Domain;

namespace Jingdezhen.Tourism.Identity.Merchants;

/// <summary>
/// Who sells on the platform: a supplier, a host or a reseller, one id for all of them. Its licence and its standing
/// consent to be compensated for at once are public facts on the bus; its contact is sealed and stays here.
/// </summary>
internal sealed class Merchant
{
    public const string Supplier = "supplier";
    public const string Host = "host";
    public const string Reseller = "reseller";

    public const string Applied = "applied";
    public const string Approved = "approved";
    public const string Rejected = "rejected";

    public static readonly IReadOnlyList<string> Counties =
        ["Zhushan", "Changjiang", "Fuliang", "Leping", "Changnan New Area"];

    public required Guid Id { get; init; }

    /// <summary>supplier, host or reseller.</summary>
    public required string Kind { get; init; }

    /// <summary>The account that applied; null once it was deleted.</summary>
    public Guid? OwnerId { get; private set; }

    public required string Name { get; set; }
    public required string County { get; set; }
    public required string LicenceNumber { get; set; }

    /// <summary>Name, phone and e-mail as JSON, sealed by the vault; null once erased.</summary>
    public byte[]? ContactSealed { get; set; }

    public bool StandingConsent { get; private set; }
    public List<string> ConsentPatterns { get; private set; } = [];
    public string State { get; private set; } = Applied;
    public string? RejectedBecause { get; private set; }

    /// <summary>Grows with every change that others are told of.</summary>
    public long Version { get; private set; }

    public DateTimeOffset AppliedAt { get; init; }
    public DateTimeOffset? ApprovedAt { get; private set; }

    /// <summary>The account's role once approved: a supplier is called merchant by every service.</summary>
    public string Role => Kind == Supplier ? "merchant" : Kind;

    public void OwnedBy(Guid account) => OwnerId = account;

    public void Consent(bool standing, IEnumerable<string> patterns) =>
        (StandingConsent, ConsentPatterns) =
            (standing, standing ? [.. patterns.Distinct().Order(StringComparer.Ordinal)] : []);

    public Refusal? Approve(DateTimeOffset now)
    {
        if (State != Applied) return new("merchant-decided", $"This application is already {State}.");

        (State, ApprovedAt, Version) = (Approved, now, 1);
        return null;
    }

    public Refusal? Reject(string because)
    {
        if (State != Applied) return new("merchant-decided", $"This application is already {State}.");

        (State, RejectedBecause) = (Rejected, because);
        return null;
    }

    /// <summary>To be called with every change of an approved merchant, in the same transaction.</summary>
    public void Changed() => Version++;

    /// <summary>The owner is forgotten; the merchant itself stays, because bookings and cases refer to it.</summary>
    public void ForgetOwner()
    {
        OwnerId = null;
        ContactSealed = null;
        Consent(standing: false, []);
    }
}

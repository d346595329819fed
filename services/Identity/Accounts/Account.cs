using Jingdezhen.Tourism.Platform.Domain;

namespace Jingdezhen.Tourism.Identity.Accounts;

/// <summary>
/// A person or a machine that signs in. E-mail address and phone number are sealed, and found by their keyed hashes.
/// </summary>
internal sealed class Account
{
    /// <summary>Failed attempts in a row after which sign-in rests, and for how long.</summary>
    public const int MostFailedAttempts = 5;

    public static readonly TimeSpan LockLength = TimeSpan.FromMinutes(15);

    public required Guid Id { get; init; }
    public required string Name { get; set; }

    /// <summary>zh or en: the language of what is sent to them.</summary>
    public required string Language { get; set; }

    public byte[]? EmailHash { get; private set; }
    public byte[]? EmailSealed { get; private set; }
    public byte[]? PhoneHash { get; private set; }
    public byte[]? PhoneSealed { get; private set; }

    /// <summary>Null for machines, which sign in with their client's secret only.</summary>
    public string? PasswordHash { get; private set; }

    /// <summary>Changes with the password, and ends the sign-ins made before.</summary>
    public Guid Stamp { get; private set; } = Guid.CreateVersion7();

    public List<string> Roles { get; private set; } = [];

    /// <summary>The supplier, host or reseller that the account acts for.</summary>
    public Guid? MerchantId { get; private set; }

    /// <summary>Made by the demo; may sign in only where Demo is true.</summary>
    public bool IsDemo { get; init; }

    public int FailedAttempts { get; private set; }
    public DateTimeOffset? LockedUntil { get; private set; }
    public DateTimeOffset CreatedAt { get; init; }

    public void SetEmail(byte[] hash, byte[] sealedAddress) => (EmailHash, EmailSealed) = (hash, sealedAddress);

    public void SetPhone(byte[] hash, byte[] sealedNumber) => (PhoneHash, PhoneSealed) = (hash, sealedNumber);

    public void SetPassword(string hash)
    {
        PasswordHash = hash;
        Stamp = Guid.CreateVersion7();
    }

    public void ActFor(Guid merchantId, string role)
    {
        MerchantId = merchantId;
        if (!Roles.Contains(role)) Roles = [.. Roles, role];
    }

    /// <summary>The roles an admin gives by hand; those of a merchant come and go with the merchant.</summary>
    public Refusal? Grant(IReadOnlyCollection<string> roles)
    {
        if (roles.FirstOrDefault(role => !GrantableRoles.Contains(role)) is { } wrong)
        {
            return new("role-not-grantable", $"{wrong} is none of {string.Join(", ", GrantableRoles)}.");
        }

        Roles = [.. Roles.Where(role => !GrantableRoles.Contains(role)).Concat(roles.Distinct())];
        return null;
    }

    public static readonly IReadOnlyList<string> GrantableRoles = ["tourist", "operator", "admin"];
}

/// <summary>Who gave which roles to whom; never changed.</summary>
internal sealed class RoleChange
{
    public required Guid Id { get; init; }
    public required Guid AccountId { get; init; }
    public required Guid ChangedBy { get; init; }
    public required List<string> Roles { get; init; }
    public DateTimeOffset ChangedAt { get; init; }
}

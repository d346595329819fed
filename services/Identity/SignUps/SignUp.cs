namespace Jingdezhen.Tourism.Identity.SignUps;

/// <summary>
/// A code on its way to an address. The code is kept as a keyed hash only; how often it may be tried and sent is
/// bounded here and counted by the database.
/// </summary>
internal sealed class SignUp
{
    public const int MostAttempts = 5;
    public const int MostSendings = 3;

    /// <summary>To one address, over all sign-ups.</summary>
    public const int MostCodesPerHour = 5;

    public static readonly TimeSpan CodeLifetime = TimeSpan.FromMinutes(10);
    public static readonly TimeSpan ResendPause = TimeSpan.FromSeconds(60);

    public required Guid Id { get; init; }
    public required byte[] AddressHash { get; init; }
    public required byte[] AddressSealed { get; init; }
    public required bool IsEmail { get; init; }
    public required string Language { get; init; }
    public required byte[] CodeHash { get; init; }

    /// <summary>By the database's clock.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset SentAt { get; init; }
    public int Sendings { get; init; } = 1;
    public int Attempts { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}

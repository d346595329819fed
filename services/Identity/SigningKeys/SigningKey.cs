namespace Jingdezhen.Tourism.Identity.SigningKeys;

/// <summary>
/// A P-256 key that signs access tokens (ES256, RFC 7518). It lives as next (published, so that every service has
/// fetched it before it is used), then current, then retired (published until the last token it signed has expired).
/// </summary>
internal sealed class SigningKey
{
    /// <summary>Published as <c>kid</c>.</summary>
    public required Guid Id { get; init; }

    /// <summary>PKCS #8, sealed by the vault.</summary>
    public required byte[] SealedPrivateKey { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it began to sign; null while it is the next key.</summary>
    public DateTimeOffset? ActivatedAt { get; private set; }

    /// <summary>When it stopped signing.</summary>
    public DateTimeOffset? RetiredAt { get; private set; }

    public bool IsNext => ActivatedAt is null;
    public bool IsCurrent => ActivatedAt is not null && RetiredAt is null;

    public void Activate(DateTimeOffset now) => ActivatedAt ??= now;

    public void Retire(DateTimeOffset now) => RetiredAt ??= now;
}

namespace Jingdezhen.Tourism.Homestays.Guests;

/// <summary>
/// Who slept here, as the police want it registered. Names and numbers are ciphertext; the hash tells one document from
/// another, the mask is what answers and logs may show.
/// </summary>
internal sealed class RegisteredGuest
{
    public required Guid Id { get; init; }
    public required Guid StayId { get; init; }
    public required Guid MerchantId { get; init; }

    /// <summary>resident-id, passport, hk-macao-permit or taiwan-permit.</summary>
    public required string DocumentKind { get; init; }

    public required byte[] NameCipher { get; init; }
    public required byte[] DocumentCipher { get; init; }
    public required byte[] DocumentHash { get; init; }
    public required string NameMasked { get; init; }
    public required string DocumentMasked { get; init; }
    public required string Nationality { get; init; }
    public required bool UnderFourteen { get; init; }
    public byte[]? GuardianCipher { get; init; }
    public DateTimeOffset? GuardianConsentAt { get; init; }
    public required DateTimeOffset RegisteredAt { get; init; }
}

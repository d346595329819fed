namespace Jingdezhen.Tourism.Bookings.Tickets;

/// <summary>A key that signs tickets. Gates keep the public half; a retired key still verifies what it
/// signed.</summary>
internal sealed class TicketKey
{
    /// <summary>The COSE key id, eight bytes in hex.</summary>
    public required string Id { get; init; }

    /// <summary>PKCS #8, encrypted by the vault.</summary>
    public required byte[] PrivateKey { get; init; }

    /// <summary>SubjectPublicKeyInfo.</summary>
    public required byte[] PublicKey { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? RetiredAt { get; internal set; }
}

/// <summary>One scan at a gate, as it was answered.</summary>
internal sealed class Redemption
{
    /// <summary>The scanner's own number of the scan: the same scan uploaded again is the same redemption.</summary>
    public required string Nonce { get; init; }

    public required Guid MerchantId { get; init; }
    public required Guid BookingId { get; init; }
    public required Guid UnitItemId { get; init; }

    /// <summary>admitted, re-entry, or the code of the refusal.</summary>
    public required string Result { get; init; }

    /// <summary>When the gate scanned, which may be long before the upload.</summary>
    public required DateTimeOffset ScannedAt { get; init; }

    public required bool Forced { get; init; }
    public required Guid ScannedBy { get; init; }
    public required DateTimeOffset UploadedAt { get; init; }
}

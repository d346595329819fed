using Jingdezhen.Tourism.Bookings.Bookings;
using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Platform.Domain;
using Npgsql;

namespace Jingdezhen.Tourism.Bookings.Availability;

/// <summary>What the admission door is asked: places in one slot for one party.</summary>
internal sealed record HoldRequest
{
    public Guid BookingId { get; init; } = Guid.CreateVersion7();

    /// <summary>Whose Idempotency-Key, which, and the hash of what was asked with it.</summary>
    public required string Caller { get; init; }
    public required string Key { get; init; }
    public required byte[] RequestHash { get; init; }

    public required Guid SlotId { get; init; }
    public required IReadOnlyList<HoldUnit> Units { get; init; }
    public required TimeSpan HoldLength { get; init; }
    public required string Channel { get; init; }
    public Guid? Uuid { get; init; }
    public Guid? OptionId { get; init; }
    public Guid? AccountId { get; init; }
    public Guid? ResellerId { get; init; }
    public Guid? OrderId { get; init; }

    /// <summary>The only supplier whose products may be sold: a merchant at its own counter.</summary>
    public Guid? OnlySupplierId { get; init; }

    /// <summary>Confirmed in the same breath, by this authority.</summary>
    public string? ConfirmAs { get; init; }

    /// <summary>The turn of a party that waited; the others stand behind those who do.</summary>
    public bool FromWaitingList { get; init; }

    public string? Source { get; init; }
    public string? Campaign { get; init; }
    public string? CountryOfResidence { get; init; }
    public byte[]? GuestKey { get; init; }
    public string? Contact { get; init; }
    public string? Notes { get; init; }
    public string? ResellerReference { get; init; }

    /// <summary>The answer that is stored with the key and replayed for it; the way a booking is shown is the
    /// caller's.</summary>
    public required Func<Booking, Product, string> Answer { get; init; }
}

/// <summary>One unit of a hold.</summary>
internal sealed record HoldUnit(
    Guid UnitId, string? AgeBand = null, IdentityDocument? Identity = null, bool GuardianConsent = false, Guid? Id =
        null,
    string? Contact = null, string? ResellerReference = null);

/// <summary>A document as it is stored: encrypted, masked, and hashed under a key.</summary>
internal sealed record IdentityDocument(byte[] Encrypted, string Mask, byte[] Hash);

/// <summary> Places in several slots that are taken together or not at all, with what else is true from then on: an
/// order. Its key is the caller's; its holds carry the same one. </summary>
/// <param name="Settle">
/// Told the bookings made, or the refusal with the index of the hold it struck, and the database's time; says what is
/// written, sent and answered with. It is called again when the transaction has to be repeated.
/// </param>
internal sealed record HoldTogether(
    string Caller, string Key, byte[] RequestHash, IReadOnlyList<HoldRequest> Holds,
    Func<IReadOnlyList<Booking>, (int Index, Refusal Why)?, DateTimeOffset, HeldTogether> Settle);

/// <param name="Write">Adds the rows to the transaction's batch.</param>
/// <param name="Messages">Contracts to be published.</param>
internal sealed record HeldTogether(
    string Location, string Answer, Action<NpgsqlBatch> Write, IReadOnlyList<object> Messages);

/// <summary>What the door answers.</summary>
internal abstract record HoldOutcome
{
    /// <summary>The places are taken and the transaction is committed.</summary>
    internal sealed record Held(Booking Booking, string Answer) : HoldOutcome;

    /// <summary>All of it was decided and is committed; whether it was held or refused, the answer says.</summary>
    internal sealed record Settled(string Answer) : HoldOutcome;

    /// <summary>The key was used before for the same request; this is what it was answered with.</summary>
    internal sealed record Replayed(string Answer) : HoldOutcome;

    /// <summary>A clean no, with the HTTP status that fits it.</summary>
    internal sealed record Refused(Refusal Refusal, int Status) : HoldOutcome;
}

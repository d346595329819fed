using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Security.Cryptography.Cose;

namespace Jingdezhen.Tourism.Bookings.Tickets;

/// <summary>What a ticket says. Nothing of it is about a person.</summary>
/// <param name="VenueId">The gate that it opens.</param>
/// <param name="UnitType">ADULT, CHILD …: what the gate may want to see proof of.</param>
/// <param name="Visitors">How many people it admits.</param>
internal sealed record Ticket(
    Guid BookingId, Guid UnitItemId, Guid AvailabilityId, string VenueId, string UnitType, int Visitors,
    DateTimeOffset ValidFrom, DateTimeOffset ValidTo);

/// <summary>
/// Signed tickets: a COSE_Sign1 (RFC 9052) with ES256 over a CBOR map, written as <c>JDZ1:</c> and Base45 (RFC 9285) so
/// that a QR code holds it in alphanumeric mode. Whoever has the key set verifies it without network.
/// </summary>
internal static class TicketCode
{
    public const string Prefix = "JDZ1:";
    private const int LongestCode = 1024;

    public static string Sign(Ticket ticket, string keyId, ECDsa key) =>
        Prefix + Base45.Encode(SignBytes(Encode(ticket), keyId, key));

    /// <summary>The ticket, or null where the code is malformed, of an unknown key, or not signed by it.</summary>
    /// <param name="code">What the scanner read.</param>
    /// <param name="keys">Finds a public key by its id.</param>
    public static Ticket? Verify(string code, Func<string, ECDsa?> keys)
    {
        if (code.Length > LongestCode || !code.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        if (Base45.Decode(code.AsSpan(Prefix.Length)) is not { } bytes) return null;

        return VerifyBytes(bytes, keys) is { } content ? Decode(content) : null;
    }

    /// <summary>COSE_Sign1 with the key id in its protected header.</summary>
    public static byte[] SignBytes(byte[] content, string keyId, ECDsa key)
    {
        var signer = new CoseSigner(key, HashAlgorithmName.SHA256);
        signer.ProtectedHeaders.Add(
            CoseHeaderLabel.KeyIdentifier, CoseHeaderValue.FromBytes(Convert.FromHexString(keyId)));
        return CoseSign1Message.SignEmbedded(content, signer);
    }

    public static byte[]? VerifyBytes(byte[] bytes, Func<string, ECDsa?> keys)
    {
        try
        {
            var message = CoseMessage.DecodeSign1(bytes);
            var named = message.ProtectedHeaders.TryGetValue(CoseHeaderLabel.KeyIdentifier, out var id);
            return named && keys(Convert.ToHexString(id.GetValueAsBytes())) is { } key && message.VerifyEmbedded(key)
                ? message.Content?.ToArray()
                : null;
        }
        catch (Exception malformed) when (
            malformed is CryptographicException or InvalidOperationException or CborContentException)
        {
            return null; // A scanner reads anything; what is no ticket is no fault.
        }
    }

    // Short keys, in order: 1 booking, 2 unit item, 3 slot, 4 venue, 5 type, 6 visitors, 7 from, 8 to (seconds since
    // 1970).
    private static byte[] Encode(Ticket ticket)
    {
        var cbor = new CborWriter(CborConformanceMode.Canonical);
        cbor.WriteStartMap(8);
        WriteId(1, ticket.BookingId);
        WriteId(2, ticket.UnitItemId);
        WriteId(3, ticket.AvailabilityId);
        cbor.WriteInt32(4);
        cbor.WriteTextString(ticket.VenueId);
        cbor.WriteInt32(5);
        cbor.WriteTextString(ticket.UnitType);
        cbor.WriteInt32(6);
        cbor.WriteInt32(ticket.Visitors);
        cbor.WriteInt32(7);
        cbor.WriteInt64(ticket.ValidFrom.ToUnixTimeSeconds());
        cbor.WriteInt32(8);
        cbor.WriteInt64(ticket.ValidTo.ToUnixTimeSeconds());
        cbor.WriteEndMap();
        return cbor.Encode();

        void WriteId(int key, Guid id)
        {
            cbor.WriteInt32(key);
            cbor.WriteByteString(id.ToByteArray(bigEndian: true));
        }
    }

    private static Ticket? Decode(byte[] content)
    {
        try
        {
            var cbor = new CborReader(content, CborConformanceMode.Canonical);
            if (cbor.ReadStartMap() != 8) return null;

            Guid booking = ReadId(), item = ReadId(), slot = ReadId();
            cbor.ReadInt32();
            var venue = cbor.ReadTextString();
            cbor.ReadInt32();
            var type = cbor.ReadTextString();
            cbor.ReadInt32();
            var visitors = cbor.ReadInt32();
            cbor.ReadInt32();
            var from = DateTimeOffset.FromUnixTimeSeconds(cbor.ReadInt64());
            cbor.ReadInt32();
            var to = DateTimeOffset.FromUnixTimeSeconds(cbor.ReadInt64());
            return new(booking, item, slot, venue, type, visitors, from, to);

            Guid ReadId()
            {
                cbor.ReadInt32();
                return new Guid(cbor.ReadByteString(), bigEndian: true);
            }
        }
        catch (Exception malformed) when (
            malformed is CborContentException or InvalidOperationException or ArgumentException or OverflowException)
        {
            return null;
        }
    }
}

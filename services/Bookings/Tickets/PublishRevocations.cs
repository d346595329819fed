using System.Formats.Cbor;
using System.Security.Cryptography;
using Jingdezhen.Tourism.Bookings.Bookings;
using Jingdezhen.Tourism.Bookings.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Tickets;

/// <summary>
/// Tickets that were signed and then cancelled or moved, while their slot is not over: a COSE_Sign1 whose content is a
/// CBOR map of the moment of issue (1) and the unit items' ids (2), each with its slot. A gate keeps the newest list it
/// has.
/// </summary>
internal static class PublishRevocations
{
    private const int MostRevocations = 100_000;

    public static async Task<FileContentHttpResult> Handle(
        BookingsDb db, TicketKeys keys, CancellationToken cancellation)
    {
        var now = await db.NowAsync(cancellation);
        var revoked = await db.Bookings.AsNoTracking()
            .Where(b => b.EndsAt > now && b.ConfirmedAt != null)
            .SelectMany(b => b.UnitItems, (b, item) => new { b.Status, Item = item })
            .Where(pair => pair.Status == BookingStatus.Cancelled || pair.Item.Status == UnitStatus.Cancelled)
            .OrderByDescending(pair => pair.Item.Id).Take(MostRevocations).Select(pair => pair.Item.Id)
                .ToListAsync(cancellation);
        var (id, key) = await keys.SigningAsync(cancellation);
        return TypedResults.Bytes(
            TicketCode.SignBytes(Encode(now, revoked), id, key), "application/cose; cose-type=\"cose-sign1\"");
    }

    /// <summary>When the list was issued and what it revokes; null where it is not signed by a known key.</summary>
    public static (DateTimeOffset IssuedAt, HashSet<Guid> Revoked)? Read(byte[] list, Func<string, ECDsa?> keys)
    {
        if (TicketCode.VerifyBytes(list, keys) is not { } content) return null;

        var cbor = new CborReader(content, CborConformanceMode.Canonical);
        cbor.ReadStartMap();
        cbor.ReadInt32();
        var issuedAt = DateTimeOffset.FromUnixTimeSeconds(cbor.ReadInt64());
        cbor.ReadInt32();
        var revoked = new HashSet<Guid>();
        for (var left = cbor.ReadStartArray(); left > 0; left--) revoked.Add(
            new Guid(cbor.ReadByteString(), bigEndian: true));

        return (issuedAt, revoked);
    }

    private static byte[] Encode(DateTimeOffset now, List<Guid> revoked)
    {
        var cbor = new CborWriter(CborConformanceMode.Canonical);
        cbor.WriteStartMap(2);
        cbor.WriteInt32(1);
        cbor.WriteInt64(now.ToUnixTimeSeconds());
        cbor.WriteInt32(2);
        cbor.WriteStartArray(revoked.Count);
        foreach (var id in revoked) cbor.WriteByteString(id.ToByteArray(bigEndian: true));
        cbor.WriteEndArray();
        cbor.WriteEndMap();
        return cbor.Encode();
    }
}

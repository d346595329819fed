using System.Security.Cryptography;
using Jingdezhen.Tourism.Bookings.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.IdentityModel.Tokens;

namespace Jingdezhen.Tourism.Bookings.Tickets;

/// <summary>The key set (RFC 7517) that a gate downloads before it goes offline.</summary>
public sealed record TicketKeysResponse(IReadOnlyList<TicketKeyResponse> Keys);

/// <param name="Kid">The COSE key id, in hex.</param>
/// <param name="X">Base64url, as RFC 7518 has it.</param>
public sealed record TicketKeyResponse(string Kty, string Crv, string Alg, string Use, string Kid, string X, string Y);

internal static class PublishTicketKeys
{
    public static async Task<Ok<TicketKeysResponse>> Handle(
        BookingsDb db, TicketKeys keys, CancellationToken cancellation)
    {
        await keys.SigningAsync(cancellation);
        var all = await TicketKeys.AllAsync(db, cancellation);
        return TypedResults.Ok(new TicketKeysResponse(all.ConvertAll(AsJwk)));
    }

    private static TicketKeyResponse AsJwk(TicketKey stored)
    {
        using var key = TicketKeys.Import(stored.PublicKey);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return new("EC", "P-256", "ES256", "sig", stored.Id, Base64UrlEncoder.Encode(point.X),
            Base64UrlEncoder.Encode(point.Y));
    }

    /// <summary>The public key of one entry of the published set.</summary>
    public static ECDsa Read(TicketKeyResponse jwk) => ECDsa.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new() { X = Base64UrlEncoder.DecodeBytes(jwk.X), Y = Base64UrlEncoder.DecodeBytes(jwk.Y) },
    });
}

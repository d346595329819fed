using System.Buffers.Text;
using System.Text.Json;

namespace Jingdezhen.Tourism.Gateway.Limits;

/// <summary>
/// Whom a bearer token says it is for. Nobody has verified it: good for choosing a bucket, and for nothing else.
/// </summary>
internal static class UncheckedToken
{
    private const string Scheme = "Bearer ";
    private const int LongestPayload = 4096;
    private const int LongestName = 100;

    /// <summary>Account and client; null without a readable token.</summary>
    public static string? CallerOf(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return null;

        var parts = header[Scheme.Length..].Split('.', 4);
        if (parts.Length != 3 || parts[1].Length > LongestPayload || !Base64Url.IsValid(parts[1])) return null;

        try
        {
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]), new() { MaxDepth = 8 });
            return claims.RootElement.ValueKind == JsonValueKind.Object && Text(claims, "sub") is { } subject
                ? $"{subject}/{Text(claims, "client_id")}"
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonDocument claims, string name) =>
        claims.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            && value.GetString() is { Length: <= LongestName } text ? text : null;
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Jingdezhen.Tourism.Notifications.Webhooks;

/// <summary>Standard Webhooks 1.0: <c>v1,</c> and the base64 of HMAC-SHA256 over id, time and body joined with
/// dots.</summary>
internal static class WebhookSignature
{
    public static string Header(IReadOnlyList<string> secrets, string id, DateTimeOffset at, string body) =>
        string.Join(' ', secrets.Select(secret => "v1," + Convert.ToBase64String(HMACSHA256.HashData(
            Convert.FromBase64String(secret["whsec_".Length..]),
            Encoding.UTF8.GetBytes(
                string.Create(CultureInfo.InvariantCulture, $"{id}.{at.ToUnixTimeSeconds()}.{body}"))))));
}

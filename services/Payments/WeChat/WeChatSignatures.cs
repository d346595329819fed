using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace Jingdezhen.Tourism.Payments.WeChat;

/// <summary>
/// The cryptography of WeChat Pay API v3: requests are signed with our RSA key, answers and notices with a platform
/// certificate that changes now and then, secrets travel in AES-256-GCM under the APIv3 key.
/// </summary>
internal sealed class WeChatSignatures(WeChatOptions options, TimeProvider clock)
{
    private const int TagLength = 16;
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, X509Certificate2> _platform = new();

    public bool Knows(string serial) => _platform.ContainsKey(serial);

    /// <summary>The Authorization header: method, path with query, time, nonce and body, a line each, signed.</summary>
    public string Authorize(string method, string pathAndQuery, string body)
    {
        var (time, nonce) = (Now(), Nonce());
        var signature = Sign($"{method}\n{pathAndQuery}\n{time}\n{nonce}\n{body}\n");
        return $"mchid=\"{options.MerchantId}\",nonce_str=\"{nonce}\",signature=\"{signature}\"," +
            $"timestamp=\"{time}\",serial_no=\"{options.CertificateSerial}\"";
    }

    public string Sign(string message)
    {
        using var key = RSA.Create();
        key.ImportFromPem(options.PrivateKeyPem);
        return Convert.ToBase64String(
            key.SignData(Encoding.UTF8.GetBytes(message), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    public string Now() => clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    public static string Nonce() => Convert.ToHexString(RandomNumberGenerator.GetBytes(16));

    /// <summary>Whether the platform signed this body just now. A certificate we do not know is a no: fetch, then ask
    /// again.</summary>
    public bool IsGenuine(string serial, string time, string nonce, string signature, string body)
    {
        if (!long.TryParse(time, CultureInfo.InvariantCulture, out var seconds)
            || Math.Abs(clock.GetUtcNow().ToUnixTimeSeconds() - seconds) > Tolerance.TotalSeconds
            || !_platform.TryGetValue(serial, out var certificate)
            || clock.GetUtcNow() > certificate.NotAfter.ToUniversalTime())
        {
            return false;
        }

        // The platform probes its merchants with WECHATPAY/SIGNTEST/ signatures: those are no base64 and not genuine.
        var bytes = new byte[signature.Length];
        if (!Convert.TryFromBase64String(signature, bytes, out var length)) return false;

        using var key = certificate.GetRSAPublicKey()!;
        return key.VerifyData(
            Encoding.UTF8.GetBytes($"{time}\n{nonce}\n{body}\n"), bytes.AsSpan(0, length), HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1);
    }

    /// <exception cref="CryptographicException">Not encrypted with our APIv3 key, or changed on the way.</exception>
    public string Decrypt(JsonElement resource)
    {
        var box = Convert.FromBase64String(resource.GetProperty("ciphertext").GetString()!);
        if (box.Length < TagLength) throw new CryptographicException("The ciphertext is too short.");

        var associated = resource.TryGetProperty("associated_data", out var data) ? data.GetString() ?? "" : "";
        using var aes = new AesGcm(Encoding.UTF8.GetBytes(options.ApiV3Key!), TagLength);
        var plain = new byte[box.Length - TagLength];
        aes.Decrypt(
            Encoding.UTF8.GetBytes(resource.GetProperty("nonce").GetString()!), box.AsSpan(..^TagLength),
            box.AsSpan(^TagLength..), plain, Encoding.UTF8.GetBytes(associated));
        return Encoding.UTF8.GetString(plain);
    }

    /// <summary>Takes the platform's certificates, old and new together: a rotation has days in which both
    /// sign.</summary>
    public void Learn(JsonElement certificates)
    {
        foreach (var row in certificates.GetProperty("data").EnumerateArray())
        {
            _platform[row.GetProperty("serial_no").GetString()!] =
                X509Certificate2.CreateFromPem(Decrypt(row.GetProperty("encrypt_certificate")));
        }
    }
}

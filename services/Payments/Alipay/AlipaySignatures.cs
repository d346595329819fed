using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Jingdezhen.Tourism.Payments.Alipay;

/// <summary>RSA2: SHA-256 with RSA over the parameters that have a value, sorted by name and joined as a
/// query.</summary>
internal sealed class AlipaySignatures(AlipayOptions options)
{
    public static string Canonical(IEnumerable<KeyValuePair<string, string>> parameters, params string[] without) =>
        string.Join('&', parameters.Where(pair => pair.Value.Length > 0 && !without.Contains(pair.Key))
            .OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));

    public string Sign(IEnumerable<KeyValuePair<string, string>> parameters)
    {
        using var key = RSA.Create();
        key.ImportFromPem(options.PrivateKeyPem);
        return Convert.ToBase64String(key.SignData(
            Encoding.UTF8.GetBytes(Canonical(parameters, "sign")), HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1));
    }

    public bool IsGenuine(string text, string signature)
    {
        var bytes = new byte[signature.Length];
        if (options.AlipayPublicKeyPem is null
            || !Convert.TryFromBase64String(signature, bytes, out var length)) return false;

        using var key = RSA.Create();
        key.ImportFromPem(options.AlipayPublicKeyPem);
        return key.VerifyData(
            Encoding.UTF8.GetBytes(text), bytes.AsSpan(0, length), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    /// <summary>Yuan with two places, as Alipay writes money.</summary>
    public static string Yuan(long fen) => string.Create(CultureInfo.InvariantCulture, $"{fen / 100}.{fen % 100:00}");

    /// <summary>Null where the text is no amount of whole fen.</summary>
    public static long? Fen(string? yuan) =>
        decimal.TryParse(yuan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
            && amount * 100 == decimal.Truncate(amount * 100) && amount < 1_000_000_000
            ? (long)(amount * 100)
            : null;
}

using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;

namespace Jingdezhen.Tourism.Platform.Security;

/// <summary>
/// Encrypts what must be kept and names people without saying who they are. The key is <c>Secrets:Key</c>, 32 bytes in
/// base64; each purpose has a key of its own, derived by HKDF (RFC 5869), so that hashes of two purposes never meet.
/// </summary>
public sealed class PersonalDataVault
{
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int ChineseMobile = 11;
    private readonly byte[] _encryption;
    private readonly byte[] _identity;
    private readonly byte[] _guest;

    /// <exception cref="InvalidOperationException">Secrets:Key is missing or is not 32 bytes in base64.</exception>
    public PersonalDataVault(IConfiguration configuration)
    {
        var root = new byte[32];
        if (!Convert.TryFromBase64String(configuration["Secrets:Key"] ?? "", root, out var length)
            || length != root.Length)
        {
            throw new InvalidOperationException("Secrets:Key must be 32 bytes in base64.");
        }

        _encryption = Derive(root, "personal data");
        _identity = Derive(root, "identity documents");
        _guest = Derive(root, "guests");
    }

    /// <summary>AES-256-GCM: nonce, tag, ciphertext.</summary>
    public byte[] Encrypt(string text)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var sealedText = new byte[NonceLength + TagLength + plain.Length];
        RandomNumberGenerator.Fill(sealedText.AsSpan(0, NonceLength));
        using var cipher = new AesGcm(_encryption, TagLength);
        cipher.Encrypt(
            sealedText.AsSpan(0, NonceLength), plain, sealedText.AsSpan(NonceLength + TagLength),
            sealedText.AsSpan(NonceLength, TagLength));
        return sealedText;
    }

    /// <exception cref="CryptographicException">The bytes were changed, or another key made them.</exception>
    public string Decrypt(ReadOnlySpan<byte> sealedText)
    {
        var plain = new byte[sealedText.Length - NonceLength - TagLength];
        using var cipher = new AesGcm(_encryption, TagLength);
        cipher.Decrypt(
            sealedText[..NonceLength], sealedText[(NonceLength + TagLength)..],
                sealedText.Slice(NonceLength, TagLength), plain);
        return Encoding.UTF8.GetString(plain);
    }

    /// <summary>HMAC-SHA256 that tells one identity document from another.</summary>
    public byte[] IdentityHash(string type, string number) =>
        HMACSHA256.HashData(_identity, Encoding.UTF8.GetBytes($"{type}:{number}"));

    /// <summary>
    /// HMAC-SHA256, cut to 16 bytes, that tells one guest from another: of a phone, else of an account. A phone is the
    /// same however it is written: with blanks, hyphens and brackets, with China's prefix or without.
    /// </summary>
    public byte[] GuestKey(string phoneOrAccount) =>
        HMACSHA256.HashData(_guest, Encoding.UTF8.GetBytes(
            phoneOrAccount.Any(char.IsAsciiLetter) ? phoneOrAccount : PlainPhone(phoneOrAccount)))[..16];

    private static string PlainPhone(string phone)
    {
        var digits = string.Concat(phone.Where(char.IsAsciiDigit));
        var national = digits.StartsWith("0086", StringComparison.Ordinal) ? digits[4..]
            : digits.StartsWith("86", StringComparison.Ordinal) ? digits[2..] : digits;
        return national is { Length: ChineseMobile } && national[0] == '1' ? national : digits;
    }

    private static byte[] Derive(byte[] root, string purpose) =>
        HKDF.DeriveKey(
            HashAlgorithmName.SHA256, root, 32, info: Encoding.UTF8.GetBytes("jingdezhen-tourism " + purpose));
}

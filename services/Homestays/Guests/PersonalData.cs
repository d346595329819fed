using System.Security.Cryptography;
using System.Text;

namespace Jingdezhen.Tourism.Homestays.Guests;

/// <summary>
/// Encrypts what the police register needs (AES-256-GCM, a fresh nonce each, the row's id as associated data so that a
/// ciphertext cannot be moved to another guest) and hashes with a key what has to be told apart.
/// </summary>
internal sealed class PersonalData
{
    private const int NonceLength = 12, TagLength = 16, KeyLength = 32;

    private readonly byte[] _encryption, _hashing;

    public PersonalData(IConfiguration configuration)
    {
        _encryption = Key("Guests:EncryptionKey");
        _hashing = Key("Guests:HashKey");

        byte[] Key(string name)
        {
            if (configuration[name] is { Length: > 0 } given)
            {
                var key = Convert.FromBase64String(given);
                return key.Length == KeyLength ? key
                    : throw new InvalidOperationException($"{name} must be {KeyLength} bytes in Base64.");
            }

            // A demonstration has no real guests, and everybody may read its key here.
            return configuration.GetValue<bool>("Demo")
                ? SHA256.HashData(Encoding.UTF8.GetBytes("demonstration " + name))
                : throw new InvalidOperationException($"{name} is not configured: {KeyLength} random bytes in Base64.");
        }
    }

    public byte[] Encrypt(string text, Guid owner)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var sealedText = new byte[NonceLength + TagLength + plain.Length];
        RandomNumberGenerator.Fill(sealedText.AsSpan(0, NonceLength));
        using var aes = new AesGcm(_encryption, TagLength);
        aes.Encrypt(
            sealedText.AsSpan(0, NonceLength), plain, sealedText.AsSpan(NonceLength + TagLength),
            sealedText.AsSpan(NonceLength, TagLength), owner.ToByteArray());
        return sealedText;
    }

    /// <exception cref="CryptographicException">Another key, another owner, or a changed byte.</exception>
    public string Decrypt(byte[] sealedText, Guid owner)
    {
        var plain = new byte[sealedText.Length - NonceLength - TagLength];
        using var aes = new AesGcm(_encryption, TagLength);
        aes.Decrypt(
            sealedText.AsSpan(0, NonceLength), sealedText.AsSpan(NonceLength + TagLength),
            sealedText.AsSpan(NonceLength, TagLength), plain, owner.ToByteArray());
        return Encoding.UTF8.GetString(plain);
    }

    public byte[] Hash(string text) => HMACSHA256.HashData(_hashing, Encoding.UTF8.GetBytes(text));

    /// <summary>Tells one account from another in facts and names nobody.</summary>
    public string GuestKeyOf(Guid accountId) => Convert.ToHexStringLower(Hash($"account {accountId}").AsSpan(0, 16));
}

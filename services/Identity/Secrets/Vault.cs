using System.Security.Cryptography;
using System.Text;

namespace Jingdezhen.Tourism.Identity.Secrets;

/// <summary>
/// Seals what the database must not hold in the clear (signing keys, e-mail addresses, phone numbers, cookies), and
/// makes the keyed hashes by which it is found again. Every purpose has a key of its own, derived (HKDF, RFC 5869) from
/// the one master key, so all replicas agree without storing anything.
/// </summary>
internal sealed class Vault
{
    private const int NonceSize = 12;
    private const int TagSize = 16;

    private readonly byte[] _master;

    /// <param name="configuration"><c>Identity:MasterKey</c>: 32 bytes in base64.</param>
    /// <exception cref="InvalidOperationException">There is no such key, and this is not a demo.</exception>
    public Vault(IConfiguration configuration)
    {
        if (configuration["Identity:MasterKey"] is { Length: > 0 } given)
        {
            _master = Convert.FromBase64String(given);
            if (_master.Length < 32) throw new InvalidOperationException("Identity:MasterKey has fewer than 32 bytes.");
        }
        else if (configuration.GetValue("Demo", false))
        {
            // A demo has nothing to hide, but its keys must survive a restart and be those of the other replicas.
            _master = SHA256.HashData("jingdezhen-tourism-demo"u8);
        }
        else
        {
            throw new InvalidOperationException("Identity:MasterKey is not configured: 32 random bytes in base64.");
        }
    }

    /// <summary>
    /// AES-256-GCM: nonce, tag, ciphertext. The purpose separates the keys, so one kind of secret never opens as
    /// another.
    /// </summary>
    public byte[] Seal(string purpose, ReadOnlySpan<byte> secret)
    {
        var seal = new byte[NonceSize + TagSize + secret.Length];
        RandomNumberGenerator.Fill(seal.AsSpan(0, NonceSize));
        using var aes = new AesGcm(KeyFor(purpose), TagSize);
        aes.Encrypt(
            seal.AsSpan(0, NonceSize), secret, seal.AsSpan(NonceSize + TagSize), seal.AsSpan(NonceSize, TagSize));
        return seal;
    }

    /// <exception cref="CryptographicException">Not sealed here, for this purpose, or changed since.</exception>
    public byte[] Open(string purpose, ReadOnlySpan<byte> seal)
    {
        if (seal.Length < NonceSize + TagSize) throw new CryptographicException("The sealed value is too short.");

        var secret = new byte[seal.Length - NonceSize - TagSize];
        using var aes = new AesGcm(KeyFor(purpose), TagSize);
        aes.Decrypt(seal[..NonceSize], seal[(NonceSize + TagSize)..], seal.Slice(NonceSize, TagSize), secret);
        return secret;
    }

    public byte[] SealText(string purpose, string secret) => Seal(purpose, Encoding.UTF8.GetBytes(secret));

    public string OpenText(string purpose, ReadOnlySpan<byte> seal) => Encoding.UTF8.GetString(Open(purpose, seal));

    /// <summary>
    /// A keyed hash: equal texts are found, and nobody without the key can try out all phone numbers.
    /// </summary>
    public byte[] Hash(string purpose, string text) =>
        HMACSHA256.HashData(KeyFor("hash:" + purpose), Encoding.UTF8.GetBytes(text));

    public byte[] KeyFor(string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _master, outputLength: 32, info: Encoding.UTF8.GetBytes(purpose));
}

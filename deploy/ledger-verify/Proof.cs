using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Jingdezhen.Tourism.LedgerVerify;

/// <summary>What makes a proof invalid, in one sentence.</summary>
public sealed class ProofException(string message) : Exception(message);

/// <summary>
/// Checks an exported ledger without any part of the system that wrote it. An entry's digest is SHA-256 over
/// <c>jingdezhen-ledger-entry-1</c>, key, memo, corrected entry or <c>-</c>, and <c>account fen</c> for each side, a
/// line each; a link's hash is SHA-256 over the previous hash, position, id, instant and digest, a line each, beginning
/// with 32 zero bytes. Sides sum to zero, no balance goes below its floor at any entry, a key occurs once, every signed
/// head names its day and the hash at its position, and the last line signs the SHA-256 of all lines before it.
/// </summary>
public static class Proof
{
    public static string Verify(IEnumerable<string> lines, IReadOnlyList<string> keptHeads)
    {
        var previous = Convert.ToHexStringLower(new byte[SHA256.HashSizeInBytes]);
        var hashes = new Dictionary<long, string> { [0] = previous };
        var (keys, ids) = (new HashSet<string>(), new HashSet<string>());
        var balances = new Dictionary<string, Int128>();
        var floors = new Dictionary<string, long?>();
        var lowest = new Dictionary<string, (Int128 Fen, long Position)>();
        var heads = new List<(string? Day, string Jws)>();
        using var before = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        string? ledger = null;
        ECDsa? key = null;
        var (position, signed) = (0L, false);

        foreach (var line in lines)
        {
            if (signed) throw new ProofException("Something stands after the proof's own signature.");
            var row = Parse(line);
            if (row.TryGetProperty("proof", out var proof))
            {
                CheckProof(proof.ToString(), ledger, key, before.GetCurrentHash());
                signed = true;
                continue;
            }

            before.AppendData(Encoding.UTF8.GetBytes(line + "\n"));
            if (row.TryGetProperty("ledger", out var name))
            {
                if (ledger is not null) throw new ProofException("The proof has two beginnings.");
                ledger = Text(row, "ledger");
                if (Text(row, "currency") != "CNY") throw new ProofException($"{name} is not kept in CNY.");
                key = Key(Field(row, "key"));
            }
            else if (row.TryGetProperty("position", out var place))
            {
                if (Number(place) != ++position) throw new ProofException($"Entry {position} is missing.");
                previous = Link(row, previous, position, keys, ids, balances, lowest);
                hashes[position] = previous;
            }
            else if (row.TryGetProperty("account", out _))
            {
                var code = Text(row, "account");
                if (floors.ContainsKey(code)) throw new ProofException($"{code} has two balances.");
                floors[code] = Field(row, "floorFen") is { ValueKind: JsonValueKind.Number } floor ? Number(floor)
                    : null;
                var told = Number(Field(row, "balanceFen"));
                if (balances.GetValueOrDefault(code) != told)
                {
                    throw new ProofException(
                        $"{code} is said to have {told} fen; its entries make {balances.GetValueOrDefault(code)}.");
                }
            }
            else if (row.TryGetProperty("head", out _))
            {
                heads.Add((Text(row, "day"), Text(row, "head")));
            }
            else
            {
                throw new ProofException($"A line is of no known kind: {line}");
            }
        }

        if (key is null) throw new ProofException("The proof names no key.");
        if (!signed) throw new ProofException("The proof's own signature is missing: its end was cut off.");
        if (balances.Keys.FirstOrDefault(code => !floors.ContainsKey(code)) is { } untold)
        {
            throw new ProofException($"The balance of {untold} is missing.");
        }

        foreach (var (code, (fen, at)) in lowest)
        {
            if (floors[code] is { } floor && fen < floor)
            {
                throw new ProofException($"{code} had {fen} fen after entry {at}, below its floor of {floor}.");
            }
        }

        var kept = keptHeads.Select(head => ((string?)null, head));
        foreach (var (day, head) in heads.Concat(kept)) CheckHead(day, head, ledger!, key, hashes);
        return $"VALID: {position} entries, {floors.Count} accounts, {heads.Count} heads; " +
            $"the last hash is {previous}"
            + (keptHeads.Count == 0 ? "; no head of your own was given to compare with." : ".");
    }

    private static string Link(
        JsonElement row, string previous, long position, HashSet<string> keys, HashSet<string> ids,
        Dictionary<string, Int128> balances, Dictionary<string, (Int128, long)> lowest)
    {
        var (key, memo, id) = (Text(row, "key"), Text(row, "memo"), Text(row, "id"));
        var corrects = Field(row, "corrects").ValueKind == JsonValueKind.Null ? null : Text(row, "corrects");
        if (corrects is not null && !ids.Contains(corrects))
        {
            throw new ProofException($"Entry {position} corrects {corrects}, which is not before it.");
        }

        if (!keys.Add(key)) throw new ProofException($"The key {key} has two entries.");
        if (!ids.Add(id)) throw new ProofException($"The id {id} has two entries.");

        var text = new StringBuilder($"jingdezhen-ledger-entry-1\n{key}\n{memo}\n{corrects ?? "-"}\n");
        var total = Int128.Zero;
        foreach (var posting in Sides(row))
        {
            var (account, fen) = (Text(posting, "account"), Number(Field(posting, "fen")));
            text.Append(CultureInfo.InvariantCulture, $"{account} {fen}\n");
            total += fen;
            balances[account] = balances.GetValueOrDefault(account) + fen;
        }

        // Only what leaves an account counts against its floor; all sides of an entry happen at once.
        foreach (var posting in Sides(row))
        {
            var account = Text(posting, "account");
            if (!lowest.TryGetValue(account, out var low) || balances[account] < low.Item1)
            {
                lowest[account] = (balances[account], position);
            }
        }

        if (total != 0) throw new ProofException($"Entry {position} does not sum to zero but to {total} fen.");
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
            $"{previous}\n{position}\n{id}\n{Text(row, "postedAt")}\n{digest}\n")));
        return hash == Text(row, "hash") ? hash
            : throw new ProofException($"Entry {position} or one before it was changed.");
    }

    private static void CheckHead(
        string? day, string head, string ledger, ECDsa key, Dictionary<long, string> hashes)
    {
        var payload = Signed(head, key);
        if (day is not null && Text(payload, "day") != day)
        {
            throw new ProofException($"The head of {Text(payload, "day")} is given as that of {day}.");
        }

        if (Text(payload, "ledger") != ledger
            || !hashes.TryGetValue(Number(Field(payload, "position")), out var hash) || hash != Text(payload, "hash"))
        {
            throw new ProofException(
                $"The head of {Text(payload, "day")} sealed another chain at entry {Field(payload, "position")}.");
        }
    }

    private static void CheckProof(string proof, string? ledger, ECDsa? key, byte[] digest)
    {
        if (key is null) throw new ProofException("The proof names no key.");
        var payload = Signed(proof, key);
        if (Text(payload, "ledger") != ledger || Text(payload, "sha256") != Convert.ToHexStringLower(digest))
        {
            throw new ProofException("A line of the proof is not as it was signed.");
        }
    }

    /// <summary>What a compact JWS says, once it is known to be the key's.</summary>
    private static JsonElement Signed(string jws, ECDsa key)
    {
        try
        {
            var parts = jws.Split('.');
            if (parts.Length == 3
                && Encoding.ASCII.GetString(Base64Url.DecodeFromChars(parts[0])) == """{"alg":"ES256"}"""
                && Base64Url.EncodeToString(Base64Url.DecodeFromChars(parts[2])) == parts[2]
                && key.VerifyData(
                    Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]),
                    HashAlgorithmName.SHA256))
            {
                return Parse(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[1])));
            }

            throw new ProofException($"Not signed with the ledger's key: {jws}");
        }
        catch (FormatException)
        {
            throw new ProofException($"Malformed: {jws}");
        }
    }

    private static ECDsa Key(JsonElement jwk)
    {
        foreach (var (name, value) in new[] { ("kty", "EC"), ("crv", "P-256"), ("alg", "ES256"), ("use", "sig") })
        {
            if (Text(jwk, name) != value) throw new ProofException($"The key's {name} is not {value}.");
        }

        try
        {
            return ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new()
                {
                    X = Base64Url.DecodeFromChars(Text(jwk, "x")), Y = Base64Url.DecodeFromChars(Text(jwk, "y")),
                },
            });
        }
        catch (Exception fault) when (fault is CryptographicException or FormatException)
        {
            throw new ProofException("The key is not a point of P-256.");
        }
    }

    private static JsonElement Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(line) is { ValueKind: JsonValueKind.Object } row
                ? row
                : throw new ProofException($"A line is no JSON object: {line}");
        }
        catch (JsonException)
        {
            throw new ProofException($"A line is not JSON: {line}");
        }
    }

    private static JsonElement.ArrayEnumerator Sides(JsonElement row) =>
        Field(row, "postings") is { ValueKind: JsonValueKind.Array } sides
            ? sides.EnumerateArray()
            : throw new ProofException($"The sides are malformed in {row}.");

    private static JsonElement Field(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) ? value : throw new ProofException($"{name} is missing in {row}.");

    private static string Text(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            && value.GetString() is { Length: > 0 } text && !text.Any(char.IsControl)
            ? text
            : throw new ProofException($"{name} is missing or malformed in {row}.");

    private static long Number(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)
            ? number
            : throw new ProofException($"{value} is no whole number.");
}

namespace Jingdezhen.Tourism.Bookings.Tickets;

/// <summary>RFC 9285: bytes in the forty-five characters that a QR code stores densest.</summary>
internal static class Base45
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new System.Text.StringBuilder((bytes.Length * 3 / 2) + 2);
        for (var i = 0; i < bytes.Length; i += 2)
        {
            var pair = i + 1 < bytes.Length;
            var number = pair ? (bytes[i] << 8) | bytes[i + 1] : bytes[i];
            text.Append(Alphabet[number % 45]).Append(Alphabet[number / 45 % 45]);
            if (pair) text.Append(Alphabet[number / 2025]);
        }

        return text.ToString();
    }

    /// <summary>The bytes, or null where the text is not Base45.</summary>
    public static byte[]? Decode(ReadOnlySpan<char> text)
    {
        if (text.Length % 3 == 1) return null;

        var bytes = new List<byte>(text.Length * 2 / 3);
        for (var i = 0; i < text.Length; i += 3)
        {
            var chunk = text.Slice(i, Math.Min(3, text.Length - i));
            var number = 0;
            for (var place = chunk.Length - 1; place >= 0; place--)
            {
                var digit = Alphabet.IndexOf(chunk[place], StringComparison.Ordinal);
                if (digit < 0) return null;
                number = (number * 45) + digit;
            }

            if (number > (chunk.Length == 3 ? 0xFFFF : 0xFF)) return null;
            if (chunk.Length == 3) bytes.Add((byte)(number >> 8));
            bytes.Add((byte)number);
        }

        return [.. bytes];
    }
}

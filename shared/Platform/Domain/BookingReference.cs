namespace Jingdezhen.Tourism.Platform.Domain;

/// <summary>The name of a booking, a stay or an order for people: eight characters that cannot be misread, from forty
/// random bits of its id.</summary>
public static class BookingReference
{
    // Crockford's base 32: no I, L, O or U.
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    public static string Of(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        var bits = BitConverter.ToUInt64(bytes[8..]);
        return string.Create(9, bits, static (text, bits) =>
        {
            for (var i = 0; i < 9; i++)
            {
                if (i == 4)
                {
                    text[i] = '-';
                    continue;
                }

                text[i] = Alphabet[(int)(bits & 31)];
                bits >>= 5;
            }
        });
    }
}

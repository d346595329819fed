using System.Numerics;

namespace Jingdezhen.Tourism.Routes.Planning.Tours;

/// <summary>
/// xoroshiro128+ (Blackman, Vigna 2018), seeded by SplitMix64: System.Random promises no sequence across versions,
/// and a plan must come out the same from the same seed for ever.
/// </summary>
internal sealed class TourRandom
{
    private ulong first;
    private ulong second;
    private int untilBlink;

    public TourRandom(ulong seed)
    {
        first = Mix(ref seed);
        second = Mix(ref seed);
    }

    public ulong NextBits()
    {
        var (a, b) = (first, second);
        var result = a + b;
        b ^= a;
        first = BitOperations.RotateLeft(a, 24) ^ b ^ (b << 16);
        second = BitOperations.RotateLeft(b, 37);
        return result;
    }

    /// <summary>Uniform in 0 ≤ x &lt; <paramref name="bound"/>.</summary>
    public int Below(int bound) => (int)(((NextBits() >> 32) * (ulong)bound) >> 32);

    /// <summary>Uniform in 0 ≤ x &lt; 1.</summary>
    public float NextFloat() => (NextBits() >> 40) * (1f / (1 << 24));

    public bool Chance(float probability) => NextFloat() < probability;

    /// <summary>True once in so many calls on average: counted down, which is cheaper than a throw each time.</summary>
    public bool Blinks(int every)
    {
        if (--untilBlink >= 0) return false;
        untilBlink = Below(2 * every);
        return true;
    }

    private static ulong Mix(ref ulong state)
    {
        var z = state += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}

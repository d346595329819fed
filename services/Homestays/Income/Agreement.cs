namespace Jingdezhen.Tourism.Homestays.Income;

/// <summary>
/// How a guest's money is split from a day on: the platform's and the village fund's parts in basis points, the rest is
/// the host's. A merchant's own agreement goes before its village's, that before everybody's.
/// </summary>
internal sealed class Agreement
{
    public required Guid Id { get; init; }
    public Guid? MerchantId { get; init; }
    public string? Village { get; init; }
    public required DateOnly From { get; init; }
    public required int PlatformBasisPoints { get; init; }
    public required int VillageBasisPoints { get; init; }
}

/// <summary>What each party gets of one sum; the three always add up to it.</summary>
internal sealed record Split(long HostFen, long PlatformFen, long VillageFen)
{
    private const int Whole = 10_000;

    /// <summary>
    /// Largest remainder (Hamilton): everyone gets the floor, the fen left over go to the largest remainders; of equal
    /// ones the host's goes first, then the village's.
    /// </summary>
    public static Split Of(long sumFen, int platformBasisPoints, int villageBasisPoints)
    {
        int[] weights = [Whole - platformBasisPoints - villageBasisPoints, villageBasisPoints, platformBasisPoints];
        var parts = weights.Select(weight => sumFen * weight / Whole).ToArray();
        var left = sumFen - parts.Sum();
        foreach (var next in Enumerable.Range(0, 3).OrderByDescending(i => sumFen * weights[i] % Whole).Take((int)left))
        {
            parts[next]++;
        }

        return new(HostFen: parts[0], PlatformFen: parts[2], VillageFen: parts[1]);
    }
}

using System.Text.RegularExpressions;

namespace Jingdezhen.Tourism.Homestays.Guests;

/// <summary>
/// Identity documents as the police register takes them. A resident's number follows GB 11643-1999: six digits of a
/// place, eight of the day of birth, three of order, and a check character after ISO 7064 MOD 11-2.
/// </summary>
internal static partial class IdentityNumber
{
    public static readonly string[] Kinds = ["resident-id", "passport", "hk-macao-permit", "taiwan-permit"];

    private static readonly int[] Weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

    /// <summary>What is wrong with the number, or null.</summary>
    public static string? Fault(string kind, string number, DateOnly today) => kind switch
    {
        "resident-id" => ResidentFault(number, today),
        "passport" => Passport().IsMatch(number) ? null : "A passport number has 5 to 12 capital letters and digits.",
        "hk-macao-permit" => HongKongMacao().IsMatch(number) ? null : "H or M and 8 or 10 digits.",
        "taiwan-permit" => Taiwan().IsMatch(number) ? null : "8 digits, or 10 digits in the older form.",
        _ => $"One of {string.Join(", ", Kinds)}.",
    };

    public static DateOnly BornOn(string residentNumber) =>
        DateOnly.ParseExact(residentNumber.AsSpan(6, 8), "yyyyMMdd", System.Globalization.CultureInfo.InvariantCulture);

    public static bool IsUnderFourteen(DateOnly bornOn, DateOnly today) => bornOn.AddYears(14) > today;

    /// <summary>The first three and the last two characters; enough to recognise one's own.</summary>
    public static string Masked(string number) =>
        number.Length <= 5 ? new string('*', number.Length) : number[..3] + new string('*', number.Length - 5)
            + number[^2..];

    public static string MaskedName(string name)
    {
        var family = System.Globalization.StringInfo.GetNextTextElement(name);
        return family + new string('*', Math.Clamp(name.Length - family.Length, 1, 8));
    }

    private static string? ResidentFault(string number, DateOnly today)
    {
        if (!Resident().IsMatch(number)) return "A resident's number has 17 digits and a digit or X.";
        if (!DateOnly.TryParseExact(number.AsSpan(6, 8), "yyyyMMdd", out var born) || born > today || born.Year < 1900)
            return "Its day of birth is no day of the past.";

        var sum = 0;
        for (var i = 0; i < 17; i++) sum += (number[i] - '0') * Weights[i];
        return "10X98765432"[sum % 11] == number[17] ? null : "Its check character does not fit (GB 11643).";
    }

    [GeneratedRegex(@"^[1-9][0-9]{16}[0-9X]\z")]
    private static partial Regex Resident();

    [GeneratedRegex(@"^[A-Z0-9]{5,12}\z")]
    private static partial Regex Passport();

    [GeneratedRegex(@"^[HM]([0-9]{8}|[0-9]{10})\z")]
    private static partial Regex HongKongMacao();

    [GeneratedRegex(@"^([0-9]{8}|[0-9]{10})\z")]
    private static partial Regex Taiwan();
}

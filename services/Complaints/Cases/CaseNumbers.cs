using System.Globalization;

namespace Jingdezhen.Tourism.Complaints.Cases;

/// <summary>Numbers that a person can read aloud, and that tell a slip of the tongue from another case.</summary>
internal static class CaseNumbers
{
    private const int ADay = 1_000_000;

    /// <param name="day">The day of filing in Shanghai.</param>
    /// <param name="running">From the database's sequence; repeats after a million, on another day.</param>
    public static string Of(DateOnly day, long running)
    {
        var digits = string.Create(CultureInfo.InvariantCulture, $"{day:yyMMdd}{running % ADay:000000}");
        return $"{digits[..6]}-{digits[6..]}-{CheckDigit(digits)}";
    }

    /// <summary>As people say it: with any blanks or hyphens, or none; null where the check digit does not
    /// fit.</summary>
    public static string? Read(string said)
    {
        var digits = string.Concat(said.Where(char.IsAsciiDigit));
        return digits.Length == 13 && CheckDigit(digits[..12]) == digits[12] - '0'
            ? $"{digits[..6]}-{digits[6..12]}-{digits[12]}"
            : null;
    }

    private static int CheckDigit(string digits)
    {
        var sum = 0;
        for (var place = 0; place < digits.Length; place++)
        {
            var digit = digits[digits.Length - 1 - place] - '0';
            if (place % 2 == 0) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
            sum += digit;
        }

        return (10 - sum % 10) % 10;
    }
}

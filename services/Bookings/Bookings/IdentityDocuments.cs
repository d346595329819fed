using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Jingdezhen.Tourism.Bookings.Availability;
using Jingdezhen.Tourism.Platform.Http;
using Jingdezhen.Tourism.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Bookings.Bookings;

/// <param name="Type">resident-id or passport.</param>
/// <param name="Number">A resident ID has 18 characters with its GB 11643 check digit; a passport 5 to 15 letters and
/// digits.</param>
public sealed record IdentityRequest(
    [AllowedValues("resident-id", "passport")] string Type, [StringLength(20, MinimumLength = 5)] string Number);

internal static class IdentityDocuments
{
    private static readonly int[] Weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

    public static bool IsValid(string type, string number) => type == "resident-id"
        ? IsResidentId(number.ToUpperInvariant())
        : number.All(char.IsAsciiLetterOrDigit) && number.Length is >= 5 and <= 15;

    public static IdentityDocument Seal(string type, string number, PersonalDataVault vault)
    {
        var written = number.ToUpperInvariant();
        return new(
            vault.Encrypt($"{type}:{written}"), new string('*', written.Length - 4) + written[^4..],
            vault.IdentityHash(type, written));
    }

    public static ProblemHttpResult Invalid() => Problems.Invalid(
        "unitItems.identity.number",
            "The number is not a resident ID with a correct check digit, nor a passport number.");

    /// <summary>The hash by which a sealed document was claimed.</summary>
    public static byte[] HashOf(byte[] document, PersonalDataVault vault)
    {
        var parts = vault.Decrypt(document).Split(':', 2);
        return vault.IdentityHash(parts[0], parts[1]);
    }

    /// <summary>GB 11643: ISO 7064 mod 11-2 over the first seventeen digits, and a birthday that exists.</summary>
    public static bool IsResidentId(string number)
    {
        if (number.Length != 18 || !number[..17].All(char.IsAsciiDigit)) return false;
        if (!DateOnly.TryParseExact(
            number.AsSpan(6, 8), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)) return false;

        var sum = 0;
        for (var i = 0; i < 17; i++) sum += (number[i] - '0') * Weights[i];
        return number[17] == "10X98765432"[sum % 11];
    }
}

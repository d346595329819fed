using System.Text.RegularExpressions;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Identity.Merchants;

/// <summary>What an application and a change must both keep to.</summary>
internal static partial class MerchantRules
{
    public static ProblemHttpResult? Against(string? county, IReadOnlyList<string>? patterns)
    {
        if (county is not null && !Merchant.Counties.Contains(county))
        {
            return Problems.Invalid("county", $"One of {string.Join(", ", Merchant.Counties)}.");
        }

        return patterns?.All(pattern => pattern is { Length: <= 60 } && KebabCase().IsMatch(pattern)) ?? true
            ? null
            : Problems.Invalid("consentPatterns", "Each pattern is kebab-case, for example not-redeemed-closed-venue.");
    }

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex KebabCase();
}

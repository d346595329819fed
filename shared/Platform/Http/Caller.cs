using System.Security.Claims;

namespace Jingdezhen.Tourism.Platform.Http;

/// <summary>
/// Who calls, read from the token's claims. Ownership belongs into the query: somebody else's row is a 404.
/// </summary>
public static class Caller
{
    /// <summary>The account's id, the token's <c>sub</c>.</summary>
    /// <exception cref="InvalidOperationException">The endpoint was left open to callers without an
    /// account.</exception>
    public static Guid AccountId(this ClaimsPrincipal user) =>
        Guid.TryParse(user.FindFirstValue("sub"), out var id)
            ? id
            : throw new InvalidOperationException("The token's sub is not an account id.");

    /// <summary>The merchant that a host, merchant or reseller acts for; null for everyone else.</summary>
    public static Guid? MerchantId(this ClaimsPrincipal user) =>
        Guid.TryParse(user.FindFirstValue("merchant_id"), out var id) ? id : null;
}

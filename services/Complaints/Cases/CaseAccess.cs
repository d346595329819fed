using System.Linq.Expressions;
using System.Security.Claims;

namespace Jingdezhen.Tourism.Complaints.Cases;

/// <summary>Whose cases are whose, as part of the query: what is missing and what is somebody else's look
/// alike.</summary>
internal static class CaseAccess
{
    /// <summary>Operators and admins all; a merchant those against it; everyone else their own.</summary>
    public static Expression<Func<Case, bool>> Of(ClaimsPrincipal user)
    {
        if (user.IsInRole(Roles.Operator) || user.IsInRole(Roles.Admin)) return row => true;

        var account = user.AccountId();
        return user.MerchantId() is { } merchant && (user.IsInRole(Roles.Host) || user.IsInRole(Roles.Merchant))
            ? row => row.MerchantId == merchant || row.ClaimantAccountId == account
            : row => row.ClaimantAccountId == account;
    }
}

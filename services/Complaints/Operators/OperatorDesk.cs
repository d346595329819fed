using System.Linq.Expressions;
using System.Security.Claims;
using Jingdezhen.Tourism.Complaints.Cases;

namespace Jingdezhen.Tourism.Complaints.Operators;

/// <summary>Which cases an operator may handle: not their own, and none of a merchant they are tied to.</summary>
internal sealed class OperatorDesk(ComplaintsDb db, ComplaintsGuards guards)
{
    public async Task<Refusal?> TiedAsync(ClaimsPrincipal user, Guid? merchant, CancellationToken cancellation)
    {
        if (merchant is null || !guards.Ties) return null;

        var person = user.AccountId();
        return user.MerchantId() == merchant || await db.OperatorTies.AnyAsync(
            tie => tie.OperatorId == person && tie.MerchantId == merchant, cancellation)
            ? new Refusal("tied-to-merchant", "You are tied to this merchant: a colleague has to handle it.")
            : null;
    }

    public async Task<Refusal?> MayHandleAsync(ClaimsPrincipal user, Case of, CancellationToken cancellation) =>
        guards.Ties && of.ClaimantAccountId == user.AccountId()
            ? new Refusal("own-case", "Nobody handles a case of their own.")
            : await TiedAsync(user, of.MerchantId, cancellation);

    /// <summary>The cases that a caller may read, a part of the query: to an operator neither a case of their own nor
    /// one of a merchant they are tied to.</summary>
    public Expression<Func<Case, bool>> Readable(ClaimsPrincipal user)
    {
        if (!user.IsInRole(Roles.Operator) || !guards.Ties) return CaseAccess.Of(user);

        var (person, own) = (user.AccountId(), user.MerchantId());
        return row => row.ClaimantAccountId != person && (own == null || row.MerchantId != own)
            && !db.OperatorTies.Any(tie => tie.OperatorId == person && tie.MerchantId == row.MerchantId);
    }
}

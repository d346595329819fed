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

    /// <summary>The same to those who read all cases or all but theirs, as SQL over <c>row</c>, <c>$1</c> (the caller)
    /// and <c>$2</c> (the caller's merchant). Nothing in it can become a join: that would lose the index's order, and
    /// a queue would be sorted for every page.</summary>
    public string ReadableRows(ClaimsPrincipal user) => !user.IsInRole(Roles.Operator) || !guards.Ties ? "true" :
        """
        row.claimant_account_id IS DISTINCT FROM $1 AND ($2 IS NULL OR row.merchant_id IS DISTINCT FROM $2)
        AND (row.merchant_id = ANY (ARRAY(SELECT merchant_id FROM operator_ties WHERE operator_id = $1))) IS NOT TRUE
        """;
}

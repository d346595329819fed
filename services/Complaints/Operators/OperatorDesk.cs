using System.Security.Claims;
using Jingdezhen.Tourism.Complaints.Cases;

namespace Jingdezhen.Tourism.Complaints.Operators;

/// <summary>Which cases an operator may handle: not their own, and none of a merchant they are tied to.</summary>
internal sealed class OperatorDesk(ComplaintsDb db)
{
    public async Task<Refusal?> TiedAsync(ClaimsPrincipal user, Guid? merchant, CancellationToken cancellation)
    {
        if (merchant is null) return null;

        var person = user.AccountId();
        return user.MerchantId() == merchant || await db.OperatorTies.AnyAsync(
            tie => tie.OperatorId == person && tie.MerchantId == merchant, cancellation)
            ? new Refusal("tied-to-merchant", "You are tied to this merchant: a colleague has to handle it.")
            : null;
    }

    public async Task<Refusal?> MayHandleAsync(ClaimsPrincipal user, Case of, CancellationToken cancellation) =>
        of.ClaimantAccountId == user.AccountId()
            ? new Refusal("own-case", "Nobody handles a case of their own.")
            : await TiedAsync(user, of.MerchantId, cancellation);
}

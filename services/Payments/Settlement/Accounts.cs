using Jingdezhen.Tourism.Platform.Ledger;

namespace Jingdezhen.Tourism.Payments.Settlement;

/// <summary>
/// The pots of this ledger. Money comes from the payers to a provider, who holds it for us; a refund is set aside
/// before it is asked for; payouts leave the treasury, whose own limit is the bank's matter.
/// </summary>
internal static class Accounts
{
    public static Account Payers(string provider) => new($"payers:{provider}");
    public static Account Held(string provider) => new($"held:{provider}", FloorFen: 0);
    public static Account Refunding(string provider) => new($"refunding:{provider}", FloorFen: 0);
    public static Account Treasury { get; } = new("treasury");
    public static Account PayingOut { get; } = new("paying-out", FloorFen: 0);
    public static Account Payees(string purpose) => new($"payees:{purpose}");
    public static Account Fees(string provider) => new($"fees:{provider}");
    public static Account Suspense(string provider) => new($"suspense:{provider}");
}

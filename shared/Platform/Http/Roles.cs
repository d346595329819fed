namespace Jingdezhen.Tourism.Platform.Http;

/// <summary>Roles of an account, and the authorisation policies of the same names (plus the combined ones).</summary>
public static class Roles
{
    public const string Tourist = "tourist";
    public const string Host = "host";
    public const string Merchant = "merchant";
    public const string Reseller = "reseller";
    public const string Operator = "operator";
    public const string Admin = "admin";

    /// <summary>Operators and admins.</summary>
    public const string Staff = "staff";

    /// <summary>Whoever sells: hosts and merchants. Their rows are found by <c>merchant_id</c>.</summary>
    public const string Seller = "seller";

    internal static readonly IReadOnlyDictionary<string, string[]> Policies = new Dictionary<string, string[]>
    {
        [Tourist] = [Tourist],
        [Host] = [Host],
        [Merchant] = [Merchant],
        [Reseller] = [Reseller],
        [Operator] = [Operator],
        [Admin] = [Admin],
        [Staff] = [Operator, Admin],
        [Seller] = [Host, Merchant],
    };
}

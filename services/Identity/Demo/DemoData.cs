using Jingdezhen.Tourism.Identity.Merchants;

namespace Jingdezhen.Tourism.Identity.Demo;

/// <summary>
/// The people and merchants of the demo. Their ids are fixed: the catalogue's supplier and the tests' homestay refer to
/// them.
/// </summary>
internal static class DemoData
{
    public const string Client = "demo";
    public const string ResellerClient = "demo-reseller";

    public static readonly Guid SupplierId = new("01900000-0000-7000-8000-0000000000a1");
    public static readonly Guid HostMerchantId = new("01900000-0000-7000-8000-0000000000a2");
    public static readonly Guid HostId = new("01900000-0000-7000-8000-0000000000b3");
    public static readonly Guid MerchantId = new("01900000-0000-7000-8000-0000000000b4");
    public static readonly Guid ResellerId = new("01900000-0000-7000-8000-0000000000b7");

    public sealed record Person(Guid Id, string LocalPart, string Name, string[] Roles, Guid? Merchant = null);

    public sealed record Business(
        Guid Id, string Kind, string Name, string County, string Licence, Guid Owner, string[] Patterns);

    public static readonly IReadOnlyList<Person> People =
    [
        new(new("01900000-0000-7000-8000-0000000000b1"), "tourist", "演示游客", ["tourist"]),
        new(new("01900000-0000-7000-8000-0000000000b2"), "tourist2", "演示游客二", ["tourist"]),
        new(HostId, "host", "演示房东", ["host"], HostMerchantId),
        new(MerchantId, "merchant", "演示商家", ["merchant"], SupplierId),
        new(new("01900000-0000-7000-8000-0000000000b5"), "operator", "演示客服", ["operator"]),
        new(new("01900000-0000-7000-8000-0000000000b6"), "admin", "演示管理员", ["admin"]),
    ];

    public static readonly IReadOnlyList<Business> Businesses =
    [
        new(SupplierId, Merchant.Supplier, "景德镇演示供应商", "Zhushan", "DEMO-360203-0001", MerchantId,
            ["not-redeemed-closed-venue", "overcharged"]),
        new(HostMerchantId, Merchant.Host, "演示民宿", "Fuliang", "DEMO-360222-0002", HostId,
            ["not-redeemed-closed-venue"]),
        new(ResellerId, Merchant.Reseller, "演示分销商", "Changjiang", "DEMO-360202-0003", ResellerId, []),
    ];
}

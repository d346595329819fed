using Jingdezhen.Tourism.Platform.Http;

namespace Jingdezhen.Tourism.Identity.Merchants;

internal static class MerchantEndpoints
{
    public static RouteGroupBuilder MapMerchants(this RouteGroupBuilder v1)
    {
        var merchants = v1.MapGroup("/merchants").WithTags("Merchants");
        merchants.MapPost("/", ApplyAsMerchant.Handle).RequireIdempotencyKey().WithName("ApplyAsMerchant");
        merchants.MapGet("/me", ReadMerchant.Handle).WithName("ReadMerchant");
        merchants.MapPatch("/me", ChangeMerchant.Handle).WithName("ChangeMerchant");
        return v1;
    }

    public static RouteGroupBuilder MapMerchantAdministration(this RouteGroupBuilder admin)
    {
        var merchants =
            admin.MapGroup("/merchants").RequireAuthorization(Roles.Admin).WithTags("Merchant administration");
        merchants.MapGet("/", FindMerchants.Handle).WithName("FindMerchants");
        merchants.MapPost("/{merchantId:guid}/approve", DecideOnMerchant.Approve).WithName("ApproveMerchant");
        merchants.MapPost("/{merchantId:guid}/reject", DecideOnMerchant.Reject).WithName("RejectMerchant");
        return admin;
    }
}

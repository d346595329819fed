using Jingdezhen.Tourism.Platform.Http;

namespace Jingdezhen.Tourism.Identity.Accounts;

internal static class AccountEndpoints
{
    public static RouteGroupBuilder MapAccounts(this RouteGroupBuilder v1)
    {
        var me = v1.MapGroup("/accounts/me").WithTags("Account");
        me.MapGet("/", ReadProfile.Handle).WithName("ReadProfile");
        me.MapPatch("/", ChangeProfile.Handle).WithName("ChangeProfile");
        me.MapPut("/password", ChangePassword.Handle).WithName("ChangePassword");
        me.MapGet("/export", ExportAccount.Handle).WithName("ExportAccount");
        me.MapDelete("/", DeleteAccount.Handle).WithName("DeleteAccount");
        return v1;
    }

    public static RouteGroupBuilder MapAccountAdministration(this RouteGroupBuilder admin)
    {
        var accounts = admin.MapGroup("/accounts").RequireAuthorization(Roles.Admin).WithTags("Account administration");
        accounts.MapGet("/", FindAccounts.Handle).WithName("FindAccounts");
        accounts.MapPut("/{accountId:guid}/roles", GrantRoles.Handle).WithName("GrantRoles");
        return admin;
    }
}

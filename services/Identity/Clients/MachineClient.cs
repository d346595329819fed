using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Jingdezhen.Tourism.Identity.Clients;

/// <summary>A client without a person behind it, signing in with its secret for an account of its own.</summary>
internal static class MachineClient
{
    public static OpenIddictApplicationDescriptor Describe(string clientId, string name, string secret, Guid account)
    {
        var client = new OpenIddictApplicationDescriptor
        {
            ClientId = clientId,
            ClientSecret = secret,
            ClientType = ClientTypes.Confidential,
            DisplayName = name,
            Permissions =
            {
                Permissions.Endpoints.Token, Permissions.Endpoints.Revocation, Permissions.GrantTypes.ClientCredentials,
            },
        };
        client.BelongsTo(account);
        return client;
    }
}

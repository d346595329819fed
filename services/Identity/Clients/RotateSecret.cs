using Microsoft.AspNetCore.Http.HttpResults;
using OpenIddict.Abstractions;

namespace Jingdezhen.Tourism.Identity.Clients;

internal static class RotateSecret
{
    /// <summary>The old secret ends at once; access tokens it got run for at most five minutes more.</summary>
    public static async Task<Results<Ok<ClientSecretResponse>, NotFound>> Handle(
        string clientId, IOpenIddictApplicationManager clients, CancellationToken cancellation)
    {
        if (await clients.FindByClientIdAsync(clientId, cancellation) is not { } client
            || await ClientData.AccountIdOfAsync(clients, client, cancellation) is not { } account)
        {
            return TypedResults.NotFound();
        }

        var secret = CreateClient.NewSecret();
        var description = new OpenIddictApplicationDescriptor();
        await clients.PopulateAsync(description, client, cancellation);
        description.ClientSecret = secret;
        await clients.UpdateAsync(client, description, cancellation);
        return TypedResults.Ok(new ClientSecretResponse(clientId, account, secret));
    }
}

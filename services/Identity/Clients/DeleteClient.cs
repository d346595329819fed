using Microsoft.AspNetCore.Http.HttpResults;
using OpenIddict.Abstractions;

namespace Jingdezhen.Tourism.Identity.Clients;

internal static class DeleteClient
{
    /// <summary>
    /// Ends a machine's sign-in; its account stays, because bookings refer to it. People's clients are configuration.
    /// </summary>
    public static async Task<Results<NoContent, NotFound>> Handle(
        string clientId, IOpenIddictApplicationManager clients, CancellationToken cancellation)
    {
        if (await clients.FindByClientIdAsync(clientId, cancellation) is not { } client
            || await ClientData.AccountIdOfAsync(clients, client, cancellation) is null)
        {
            return TypedResults.NotFound();
        }

        await clients.DeleteAsync(client, cancellation);
        return TypedResults.NoContent();
    }
}

using Jingdezhen.Tourism.Platform.Http;

namespace Jingdezhen.Tourism.Identity.Clients;

internal static class ClientEndpoints
{
    public static RouteGroupBuilder MapClients(this RouteGroupBuilder admin)
    {
        var clients = admin.MapGroup("/clients").RequireAuthorization(Roles.Admin).WithTags("Clients");
        clients.MapGet("/", FindClients.Handle).WithName("FindClients");

        // Without an Idempotency-Key: its table would keep the secret in the clear. Who missed the answer rotates.
        clients.MapPost("/", CreateClient.Handle).WithName("CreateClient");
        clients.MapPost("/{clientId}/rotate-secret", RotateSecret.Handle).WithName("RotateSecret");
        clients.MapDelete("/{clientId}", DeleteClient.Handle).WithName("DeleteClient");
        return admin;
    }
}

using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Mvc;

namespace Jingdezhen.Tourism.Homestays.Listings;

internal static class ListingEndpoints
{
    public static IEndpointRouteBuilder MapListings(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/homestays/{listingId:guid}", HostListings.Read).AllowAnonymous();

        var host = v1.MapGroup("/host").RequireAuthorization(Roles.Host);
        host.MapGet("/listings", HostListings.List);
        host.MapPost("/listings", HostListings.Add).RequireIdempotencyKey();
        host.MapPut("/listings/{listingId:guid}", HostListings.Change);
        host.MapPost("/listings/{listingId:guid}/rooms", HostListings.AddRoom).RequireIdempotencyKey();
        host.MapPut("/rooms/{roomId:guid}", HostListings.ChangeRoom);

        var admin = v1.MapGroup("/admin/homestays").RequireAuthorization(Roles.Admin);
        admin.MapGet("/demonstration", ReadDemonstration.Handle);

        // A PUT: the file says what there is to be, and putting it twice changes nothing.
        admin.MapPut("/import", ImportListings.Handle)
            .WithMetadata(new RequestSizeLimitAttribute(ImportListings.LargestBody));
        return v1;
    }
}

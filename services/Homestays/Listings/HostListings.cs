using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Jingdezhen.Tourism.Homestays.Storage;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Homestays.Listings;

/// <summary>A host's own houses and rooms. The handlers save; the transaction is the caller's or their own.</summary>
internal static class HostListings
{
    private const int MostListings = 50, MostRooms = 40;

    public static async Task<Results<Created<ListingResponse>, ProblemHttpResult>> Add(
        ListingRequest request, ClaimsPrincipal user, HomestaysDb db, CancellationToken cancellation)
    {
        if (request.Fault() is var (field, because)) return Problems.Invalid(field, because);
        if (await HostAsync(user, db, cancellation) is not { } host)
            return new Refusal("not-joined-yet", "Join as a host first; your data may still be on its way.")
                .AsProblem();
        if (await db.Listings.CountAsync(l => l.MerchantId == host.Id, cancellation) >= MostListings)
            return new Refusal("too-many-listings", $"A host lets at most {MostListings} houses.").AsProblem();

        var listing = request.ToListing(Guid.CreateVersion7(), host.Id, host.HouseholdId, demonstration: false);
        db.Add(listing);
        await TellAsync(db, listing, cancellation);
        return TypedResults.Created($"/v1/homestays/{listing.Id}", ListingResponse.Of(listing, []));
    }

    public static async Task<Results<Ok<ListingResponse>, NotFound, ProblemHttpResult>> Change(
        Guid listingId, ListingRequest request, ClaimsPrincipal user, HomestaysDb db, CancellationToken cancellation)
    {
        if (request.Fault() is var (field, because)) return Problems.Invalid(field, because);

        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await OwnAsync(listingId, user, db, cancellation) is not { } listing) return TypedResults.NotFound();

        request.Onto(listing);
        listing.Version++;
        await TellAsync(db, listing, cancellation);
        await db.TouchRoomsAsync(room => room.ListingId == listing.Id, cancellation);
        await transaction.CommitAsync(cancellation);
        var rooms = await db.Rooms.AsNoTracking().Where(r => r.ListingId == listing.Id).OrderBy(r => r.Id)
            .ToListAsync(cancellation);
        return TypedResults.Ok(ListingResponse.Of(listing, rooms));
    }

    public static async Task<Results<Created<RoomResponse>, NotFound, ProblemHttpResult>> AddRoom(
        Guid listingId, RoomRequest request, ClaimsPrincipal user, HomestaysDb db, CancellationToken cancellation)
    {
        if (request.Fault() is var (field, because)) return Problems.Invalid(field, because);
        if (await OwnAsync(listingId, user, db, cancellation) is not { } listing) return TypedResults.NotFound();
        if (await db.Rooms.CountAsync(r => r.ListingId == listingId, cancellation) >= MostRooms)
            return new Refusal("too-many-rooms", $"A house has at most {MostRooms} rooms.").AsProblem();

        var room = request.ToRoom(Guid.CreateVersion7(), listingId, listing.MerchantId);
        db.Add(room);
        await db.SaveChangesAsync(cancellation);
        listing.Version++;
        await TellAsync(db, listing, cancellation);
        return TypedResults.Created($"/v1/homestays/{listingId}", RoomResponse.Of(room));
    }

    public static async Task<Results<Ok<RoomResponse>, NotFound, ProblemHttpResult>> ChangeRoom(
        Guid roomId, RoomRequest request, ClaimsPrincipal user, HomestaysDb db, CancellationToken cancellation)
    {
        if (request.Fault() is var (field, because)) return Problems.Invalid(field, because);

        var merchant = user.MerchantId();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var room = await db.Rooms.SingleOrDefaultAsync(r => r.Id == roomId && r.MerchantId == merchant, cancellation);
        if (room is null) return TypedResults.NotFound();

        var listing = (await OwnAsync(room.ListingId, user, db, cancellation))!;
        request.Onto(room);
        await db.SaveChangesAsync(cancellation);
        listing.Version++;
        await TellAsync(db, listing, cancellation);
        await transaction.CommitAsync(cancellation);
        return TypedResults.Ok(RoomResponse.Of(room));
    }

    public static async Task<Ok<List<ListingResponse>>> List(
        ClaimsPrincipal user, HomestaysDb db, CancellationToken cancellation, [Range(1, 100)] int limit = 50,
        Guid? after = null)
    {
        var merchant = user.MerchantId();
        var listings = await db.Listings.AsNoTracking()
            .Where(l => l.MerchantId == merchant && (after == null || l.Id > after)).OrderBy(l => l.Id).Take(limit)
            .ToListAsync(cancellation);
        var ids = listings.ConvertAll(l => l.Id);
        var rooms = (await db.Rooms.AsNoTracking().Where(r => ids.Contains(r.ListingId)).OrderBy(r => r.Id)
            .ToListAsync(cancellation))
            .ToLookup(r => r.ListingId);
        return TypedResults.Ok(listings.ConvertAll(l => ListingResponse.Of(l, rooms[l.Id])));
    }

    /// <summary>For everybody; a house that is not let is not there.</summary>
    public static async Task<Results<Ok<ListingResponse>, NotFound>> Read(
        Guid listingId, HomestaysDb db, CancellationToken cancellation)
    {
        var listing = await db.Listings.AsNoTracking().SingleOrDefaultAsync(
            l => l.Id == listingId && l.Active && !db.Suspensions.Any(s => s.MerchantId == l.MerchantId && s.Suspended),
            cancellation);
        if (listing is null) return TypedResults.NotFound();

        var rooms = await db.Rooms.AsNoTracking().Where(r => r.ListingId == listingId && r.Active).OrderBy(r => r.Id)
            .ToListAsync(cancellation);
        return TypedResults.Ok(ListingResponse.Of(listing, rooms));
    }

    private static Task<Host?> HostAsync(ClaimsPrincipal user, HomestaysDb db, CancellationToken cancellation)
    {
        var merchant = user.MerchantId();
        return db.Hosts.SingleOrDefaultAsync(h => h.Id == merchant, cancellation);
    }

    private static Task<Listing?> OwnAsync(Guid listingId, ClaimsPrincipal user, HomestaysDb db,
        CancellationToken cancellation)
    {
        var merchant = user.MerchantId();

        // Locked, so that two changes of one listing get two versions.
        return db.Listings.FromSql($"SELECT * FROM listings WHERE id = {listingId} FOR UPDATE")
            .SingleOrDefaultAsync(l => l.MerchantId == merchant, cancellation);
    }

    private static async Task TellAsync(HomestaysDb db, Listing listing, CancellationToken cancellation)
    {
        var suspended = await db.Suspensions.AnyAsync(s => s.MerchantId == listing.MerchantId && s.Suspended,
            cancellation);
        await db.TellListingAsync(listing, suspended, cancellation);
        await db.SaveChangesAsync(cancellation);
    }
}

using System.Linq.Expressions;
using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Homestays.Storage;
using Jingdezhen.Tourism.Platform.Messaging;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Homestays.Listings;

internal static class ListingNews
{
    public static async Task TellListingAsync(
        this HomestaysDb db, Listing listing, bool suspended, CancellationToken cancellation)
    {
        var rooms = await db.Rooms.CountAsync(r => r.ListingId == listing.Id && r.Active, cancellation);
        db.Tell(listing, suspended, rooms);
    }

    public static void Tell(this HomestaysDb db, Listing listing, bool suspended, int rooms) =>
        db.Publish(new ListingChanged(
        listing.Id, listing.MerchantId, listing.HouseholdId, listing.NameZh, listing.NameEn, listing.Village,
        listing.County,
        listing.ResidentRun, listing.Active && !suspended, listing.Demonstration, listing.Latitude, listing.Longitude,
        rooms,
        listing.Version));

    /// <summary>Says that what a search remembers of these rooms is out of date; the row's trigger counts its version
    /// up.</summary>
    public static Task<int> TouchRoomsAsync(
        this HomestaysDb db, Expression<Func<Room, bool>> which, CancellationToken cancellation) =>
        db.Rooms.Where(which).ExecuteUpdateAsync(set => set.SetProperty(r => r.Name, r => r.Name), cancellation);
}

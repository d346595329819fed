using Jingdezhen.Tourism.Homestays.Listings;
using Jingdezhen.Tourism.Homestays.Stays;
using Jingdezhen.Tourism.Homestays.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Homestays.Income;

/// <summary>The area's door: what a stay leaves behind is split by the agreement of that day and written down
/// once.</summary>
internal static class Earnings
{
    // Where nobody agreed on anything: 8 % for the platform, 2 % for the village fund.
    private const int UsualPlatformBasisPoints = 800, UsualVillageBasisPoints = 200;

    public static async Task<(IncomeEntry Entry, Listing Listing)> EarnAsync(
        this HomestaysDb db, Stay stay, string kind, int nights, DateOnly day, CancellationToken cancellation)
    {
        var listing = await db.Listings.AsNoTracking().SingleAsync(l => l.Id == stay.ListingId, cancellation);
        var agreement = await db.Agreements.AsNoTracking()
            .Where(a => a.From <= day && (a.MerchantId == stay.MerchantId
                || (a.MerchantId == null && (a.Village == null || a.Village == listing.Village))))
            .OrderBy(a => a.MerchantId == null).ThenBy(a => a.Village == null).ThenByDescending(a => a.From)
            .FirstOrDefaultAsync(cancellation);

        // A listing outside any village has no fund to pay into.
        var village = listing.Village is null ? 0 : agreement?.VillageBasisPoints ?? UsualVillageBasisPoints;
        var split = Split.Of(stay.KeptFen, agreement?.PlatformBasisPoints ?? UsualPlatformBasisPoints, village);
        var entry = new IncomeEntry
        {
            StayId = stay.Id, MerchantId = stay.MerchantId, HouseholdId = stay.HouseholdId, ListingId = stay.ListingId,
            Village = listing.Village, ResidentRun = listing.ResidentRun, Kind = kind, Day = day, Nights = nights,
            KeptFen = stay.KeptFen, HostFen = split.HostFen, PlatformFen = split.PlatformFen,
            VillageFen = split.VillageFen,
            CollectedByHost = stay.Authority == "on-site",
        };
        db.Add(entry);
        return (entry, listing);
    }
}

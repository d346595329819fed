using Jingdezhen.Tourism.Homestays.Calendars;
using Jingdezhen.Tourism.Homestays.Hosts;
using Jingdezhen.Tourism.Homestays.Listings;

namespace Jingdezhen.Tourism.Homestays.Tests;

internal sealed record House(Household Household, Host Host, Listing Listing, IReadOnlyList<Room> Rooms)
{
    public Guid Merchant => Host.Id;
    public Room Room => Rooms[0];
}

internal static class Given
{
    internal sealed record HouseIs(
        PricePlan Prices, bool InstantBook = true, string? Village = "Sanbao", int MaxAdults = 2, int MaxChildren = 1,
        int MinNights = 1, bool ResidentRun = true, double Latitude = 29.2587, double Longitude = 117.2576,
        string[]? Amenities = null,
        string District = "Zhushan");

    public static House House(int rooms = 1, Func<HouseIs, HouseIs>? but = null)
    {
        var house = new HouseIs(new PricePlan(30_000));
        if (but is not null) house = but(house);

        var household = new Household { Id = Guid.CreateVersion7(), Name = "余家", County = house.District,
            Village = house.Village };
        var host = new Host
        {
            Id = Guid.CreateVersion7(), HouseholdId = household.Id, Name = "余师傅", County = house.District,
            LicenceNumber = "L-1",
            Demonstration = false,
        };
        var listing = new Listing
        {
            Id = Guid.CreateVersion7(), MerchantId = host.Id, HouseholdId = household.Id, NameZh = "南河人家",
            NameEn = "South River Home",
            County = house.District, Village = house.Village, Address = "三宝村 1号", LicenceNumber = "L-1",
            Latitude = house.Latitude,
            Longitude = house.Longitude, ResidentRun = house.ResidentRun, Amenities = house.Amenities ?? ["wifi"],
            Accessibility = [],
            Languages = ["zh"], Photos = [], HouseRules = "", InstantBook = house.InstantBook, Demonstration = false,
        };
        return new(household, host, listing,
        [
            .. Enumerable.Range(1, rooms).Select(number => new Room
            {
                Id = Guid.CreateVersion7(), ListingId = listing.Id, MerchantId = host.Id, Name = $"房间 {number}",
                Kind = "double",
                MaxAdults = house.MaxAdults, MaxChildren = house.MaxChildren, Prices = house.Prices,
                MinNights = house.MinNights,
            }),
        ]);
    }
}

using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Contracts.Identity.V1;
using Jingdezhen.Tourism.Contracts.Routes.V1;

namespace Jingdezhen.Tourism.Simulation;

/// <summary>What there is to book at.</summary>
public sealed partial class Year
{
    private const int FewestListings = 20;
    private static readonly string[] Counties = ["Zhushan", "Zhushan", "Changjiang", "Fuliang", "Leping"];
    private readonly List<Product> _products = [];
    private readonly Dictionary<(Product, DateOnly, int), Slot> _slots = [];

    private void Supply(int bookings)
    {
        int[] all = [9];
        int[] timed = [9, 11, 14, 16];
        Sell("museum", "imperial-kiln-museum", "Zhushan", 0, night: false, timed, capacity: 40);
        Sell("kiln", "ancient-kiln-expo", "Changjiang", 9_500, night: false, all, capacity: 400);
        Sell("show", "millennial-kiln-fire", "Changjiang", 22_800, night: true, [19], capacity: 120);
        Sell("workshop", "taoxichuan", "Zhushan", 16_800, night: false, timed, capacity: 20);
        Sell("night-market", "taoxichuan-market", "Zhushan", 5_000, night: true, [18, 20], capacity: 60);
        Sell("study-tour", "ancient-kiln-expo", "Changjiang", 15_000, night: false, [9, 13], capacity: 300);
        Sell("tea-picking", "fuliang-tribute-tea", "Fuliang", 12_800, night: false, [9], capacity: 60);
        Sell("vr", "taoxichuan", "Zhushan", 6_800, night: false, timed, capacity: 40);
        Sell("show", "xuyan-stage", "Leping", 8_000, night: false, [14], capacity: 80);

        for (var merchant = 0; merchant < 12; merchant++)
        {
            var joined = At(First.AddDays(_random.Next(0, 100)));
            var (id, kind, county) = (NewId(), merchant % 2 == 0 ? "supplier" : "host", Pick(Counties));
            Merchants.Add(new(DayOf(joined), county));
            Tell(joined, new MerchantJoined(id, kind, $"M{merchant}", county, "L", true, [], 1));
            if (Chance(0.5))
            {
                Tell(joined.AddDays(3), new MerchantChanged(id, kind, "N", county, "L", true, [], 2));
            }
        }

        Tell(At(First), new MerchantJoined(NewId(), "reseller", "R", "Zhushan", "L", true, [], 1));
        for (var listing = 0; listing < Math.Max(FewestListings, bookings / 100); listing++) List(listing);
        for (var route = 0; route < 15; route++) Offer(route);
    }

    private void Sell(string kind, string venue, string county, long fen, bool night, int[] hours, int capacity) =>
        _products.Add(new(NewId(), NewId(), kind, venue, county, fen, night, hours, capacity));

    /// <summary>Every third household has two listings; one listing in five ends within the year.</summary>
    private void List(int listing)
    {
        var second = listing % 3 == 1;
        var from = First.AddDays(_random.Next(0, 60));
        DateOnly? until = Chance(0.2) ? from.AddDays(_random.Next(30, 250)) : null;
        var village = Chance(0.3) ? "三宝村" : null;
        var one = new ListingRecord(
            NewId(), second ? Listings[^1].Household : NewId(), second ? Listings[^1].Merchant : NewId(),
            village is null ? Pick(Counties) : "Zhushan", village, from, until, _random.Next(1, 6));
        Listings.Add(one);
        Tell(At(from), Listed(active: true, 1));
        if (until is { } end) Tell(At(end), Listed(active: false, 2));

        ListingChanged Listed(bool active, long version) => new(
            one.Id, one.Merchant, one.Household, "民宿", "Homestay", one.Village, one.County, ResidentRun: true, active,
            Demonstration: false, 29.3, 117.2, one.Rooms, version);
    }

    private void Offer(int number)
    {
        var route = new RouteRecord(
            NewId(), First.AddDays(number), Chance(0.8), DayAndNight: number % 4 == 0, Across: number % 3 == 0,
            Tea: number % 5 == 0);
        Routes.Add(route);
        string[] themes = [.. route.DayAndNight ? ["day-night"] : (string[])[], .. route.Tea
            ? ["tea"] : (string[])[]];
        Tell(At(route.From), new RouteChanged(
            route.Id, "线路", "Route", OnOffer: true, route.Valid, 2, route.Across ? ["Zhushan", "Leping"] : ["Zhushan"],
            themes, 1));
    }

    /// <summary>The slot of a product; when first asked for, Bookings tells of it, now and then twice.</summary>
    private Slot SlotOf(Product product, DateOnly day, int hour)
    {
        if (_slots.TryGetValue((product, day, hour), out var known)) return known;

        var told = Before(day, 30);
        var changes = Chance(0.1);
        var slot = new Slot(NewId(), product, day, hour, changes ? product.Capacity + 10 : product.Capacity);
        Say(product.Capacity, 1);
        if (changes) Say(slot.Capacity, 2);
        return _slots[(product, day, hour)] = slot;

        void Say(int capacity, long version)
        {
            var at = At(told);
            int? carries = product.Venue switch
            {
                "ancient-kiln-expo" => told.Month < 7 ? 500 : 600,
                "millennial-kiln-fire" => 150,
                _ => null,
            };
            if (carries is { } most) Capacities.Add(new(product.Venue, day, at, most));
            Tell(at, new AvailabilityChanged(
                slot.Id, product.Id, product.Id, product.Merchant, product.Venue, StartOf(slot), StartOf(slot)
                    .AddHours(1),
                "AVAILABLE", capacity, capacity, version, carries));
        }
    }

    private static DateTimeOffset StartOf(Slot slot) => Midnight(slot.Day).AddHours(slot.Hour);
}

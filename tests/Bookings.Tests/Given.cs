using Jingdezhen.Tourism.Bookings.Availability;
using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Bookings.Suppliers;

namespace Jingdezhen.Tourism.Bookings.Tests;

/// <summary>A supplier's product with one option and one slot, as the tests need it.</summary>
internal sealed record Offer(
    Supplier Supplier, Product Product, Option Option, Unit Adult, Unit Child, Slot Slot, VenueDay? Day)
{
    /// <summary>In the order in which they are stored.</summary>
    public object[] Rows => Day is null ? [Supplier, Product, Slot] : [Supplier, Product, Day, Slot];
}

internal static class Given
{
    public static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    public static Offer Offer(
        int capacity = 10, int? venueCapacity = null, bool realName = false, Guid? supplierId = null,
        TimeSpan? startsIn = null, PricedPer pricedPer = PricedPer.Unit, string kind = "kiln", int maxUnits = 20,
        long adultFen = 9500)
    {
        var supplier = new Supplier
        {
            Id = supplierId ?? Guid.CreateVersion7(), NameZh = "古窑", NameEn = "Ancient Kiln", County = "Changjiang",
        };
        var product = new Product
        {
            Id = Guid.CreateVersion7(), SupplierId = supplier.Id, Code = "admission", Kind = kind,
            VenueId = $"venue-{Guid.CreateVersion7():N}", County = "Changjiang", NameZh = "古窑门票",
            NameEn = "Ancient Kiln admission", SummaryZh = "", SummaryEn = "",
            AvailabilityType = AvailabilityType.StartTime, PricedPer = pricedPer, Night = false, RealName = realName,
            Latitude = 29.28, Longitude = 117.17, Languages = ["zh", "en"], Themes = ["ceramic-heritage"],
            Assumed = [],
            RefundTiers = [new() { HoursBefore = 24, Percent = 100 }, new() { HoursBefore = 2, Percent = 50 }],
        };
        var option = new Option
        {
            Id = Guid.CreateVersion7(), ProductId = product.Id, Code = "standard", NameZh = "标准", NameEn = "Standard",
            IsDefault = true, MinUnits = 1, MaxUnits = maxUnits, CutoffMinutes = 0,
            PriceFen = pricedPer == PricedPer.Booking ? 600_000 : null,
        };
        var adult = Unit(option, "ADULT", adultFen);
        var child = Unit(option, "CHILD", 4700, accompaniedBy: ["ADULT"]);
        option.Units.AddRange([adult, child]);
        product.Options.Add(option);
        var starts = Now + (startsIn ?? TimeSpan.FromDays(3));
        var day = DateOnly.FromDateTime(starts.AddHours(8).DateTime);
        var venueDay = venueCapacity is null ? null
            : new VenueDay { Id = Guid.CreateVersion7(), VenueId = product.VenueId, Day = day,
                Capacity = venueCapacity.Value };
        return new(supplier, product, option, adult, child, Slot(product, option, venueDay, starts, capacity),
            venueDay);
    }

    public static Slot Slot(Product product, Option option, VenueDay? day, DateTimeOffset starts, int capacity) => new()
    {
        Id = Guid.CreateVersion7(), ProductId = product.Id, OptionId = option.Id, VenueDayId = day?.Id,
        LocalDate = DateOnly.FromDateTime(starts.AddHours(8).DateTime), StartsAt = starts, EndsAt = starts.AddHours(2),
        CutoffAt = starts, Capacity = capacity,
    };

    private static Unit Unit(Option option, string type, long priceFen, string[]? accompaniedBy = null) => new()
    {
        Id = Guid.CreateVersion7(), OptionId = option.Id, Type = type, NameZh = type, NameEn = type, MinAge = 0,
        MaxAge = 120, IdRequired = false, PaxCount = 1, PriceFen = priceFen, AccompaniedBy = accompaniedBy ?? [],
    };
}

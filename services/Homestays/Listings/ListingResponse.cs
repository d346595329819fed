using Jingdezhen.Tourism.Homestays.Calendars;

namespace Jingdezhen.Tourism.Homestays.Listings;

public sealed record RoomResponse(
    Guid Id, string Name, string Kind, int MaxAdults, int MaxChildren, int MinNights, int MaxNights, bool Active,
    PricePlan Prices)
{
    internal static RoomResponse Of(Room room) => new(
        room.Id, room.Name, room.Kind, room.MaxAdults, room.MaxChildren, room.MinNights, room.MaxNights, room.Active,
        room.Prices);
}

public sealed record CancellationResponse(int FreeUntilDaysBefore, int FreeUntilDaysBeforeHolidays,
    int LateRefundPercent);

public sealed record ListingResponse(
    Guid Id, Guid MerchantId, string NameZh, string NameEn, string District, string? Village, string Address,
    string LicenceNumber,
    double Latitude, double Longitude, bool ResidentRun, IReadOnlyList<string> Amenities,
    IReadOnlyList<string> Accessibility,
    IReadOnlyList<string> Languages, IReadOnlyList<string> Photos, string HouseRules, bool InstantBook,
    CancellationResponse Cancellation, bool Active, bool Demonstration, double? Rating, int Reviews, long Version,
    IReadOnlyList<RoomResponse> Rooms)
{
    internal static ListingResponse Of(Listing listing, IEnumerable<Room> rooms) => new(
        listing.Id, listing.MerchantId, listing.NameZh, listing.NameEn, listing.County, listing.Village,
        listing.Address,
        listing.LicenceNumber, listing.Latitude, listing.Longitude, listing.ResidentRun, listing.Amenities,
        listing.Accessibility,
        listing.Languages, listing.Photos, listing.HouseRules, listing.InstantBook,
        new(listing.FreeCancelDays, listing.HolidayFreeCancelDays, listing.LateRefundPercent), listing.Active,
        listing.Demonstration, listing.RatingCount == 0 ? null
            : Math.Round((double)listing.RatingSum / listing.RatingCount, 2),
        listing.RatingCount, listing.Version, [.. rooms.Select(RoomResponse.Of)]);
}

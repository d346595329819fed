using System.ComponentModel.DataAnnotations;
using Jingdezhen.Tourism.Homestays.Calendars;

namespace Jingdezhen.Tourism.Homestays.Listings;

/// <summary>What may be said of a listing; the same rules hold for a host's form and for an import.</summary>
public sealed record ListingRequest(
    [PlainText(80, 1)] string NameZh, [PlainText(120, 1)] string NameEn,
    [AllowedValues("Zhushan", "Changjiang", "Fuliang", "Leping", "Changnan New Area")] string District,
    [PlainText(60)] string? Village, [PlainText(200, 1)] string Address,
    [PlainText(60, 1)] string LicenceNumber, [Range(28.0, 30.5)] double Latitude,
    [Range(116.0, 118.5)] double Longitude, bool ResidentRun, [MaxLength(30)] string[]? Amenities = null,
    [MaxLength(20)] string[]? Accessibility = null, [MaxLength(10)] string[]? Languages = null,
    [MaxLength(20)] string[]? Photos = null,
    [PlainText(2000)] string? HouseRules = null, bool InstantBook = true, [Range(0, 60)] int FreeCancelDays = 7,
    [Range(0, 60)] int HolidayFreeCancelDays = 15, [Range(0, 100)] int LateRefundPercent = 50, bool Active = true)
{
    /// <summary>What the attributes cannot say: the fault's field and reason.</summary>
    internal (string Field, string Because)? Fault() =>
        FaultOf(Amenities, "amenities", KnownWords.Amenities)
            ?? FaultOf(Accessibility, "accessibility", KnownWords.Accessibility)
        ?? FaultOf(Languages, "languages", KnownWords.Languages)
        ?? (Photos?.All(photo => photo?.Length <= 500 && Uri.TryCreate(photo, UriKind.Absolute, out var url)
                && url.Scheme == Uri.UriSchemeHttps) == false
            ? ("photos", "A photo is an https address of at most 500 characters.") : null);

    private static (string, string)? FaultOf(string[]? words, string field, IReadOnlyList<string> known) =>
        words?.Any(word => !known.Contains(word)) == true ? (field, $"Each is one of: {string.Join(", ", known)}.")
            : null;

    internal void Onto(Listing listing)
    {
        (listing.NameZh, listing.NameEn, listing.County, listing.Village) = (NameZh, NameEn, District, Village);
        (listing.Address, listing.LicenceNumber) = (Address, LicenceNumber);
        (listing.Latitude, listing.Longitude, listing.ResidentRun) = (Latitude, Longitude, ResidentRun);
        (listing.Amenities, listing.Accessibility) = (Amenities ?? [], Accessibility ?? []);
        (listing.Languages, listing.Photos, listing.HouseRules) = (Languages ?? [], Photos ?? [], HouseRules ?? "");
        (listing.InstantBook, listing.Active) = (InstantBook, Active);
        (listing.FreeCancelDays, listing.HolidayFreeCancelDays, listing.LateRefundPercent) =
            (FreeCancelDays, HolidayFreeCancelDays, LateRefundPercent);
    }

    internal Listing ToListing(Guid id, Guid merchantId, Guid householdId, bool demonstration)
    {
        var listing = new Listing
        {
            Id = id, MerchantId = merchantId, HouseholdId = householdId, NameZh = NameZh, NameEn = NameEn,
            County = District,
            Address = Address, LicenceNumber = LicenceNumber, Latitude = Latitude, Longitude = Longitude,
            ResidentRun = ResidentRun,
            Amenities = [], Accessibility = [], Languages = [], Photos = [], HouseRules = "", InstantBook = InstantBook,
            Demonstration = demonstration,
        };
        Onto(listing);
        return listing;
    }
}

public sealed record RoomRequest(
    [PlainText(60, 1)] string Name,
    [AllowedValues("single", "double", "twin", "family", "suite", "house")] string Kind, [Range(1, 20)] int MaxAdults,
    [Range(0, 10)] int MaxChildren, [Required] PricePlan Prices, [Range(1, 30)] int MinNights = 1,
    [Range(1, 180)] int MaxNights = 30, bool Active = true)
{
    internal (string Field, string Because)? Fault() =>
        MinNights > MaxNights ? ("minNights", "minNights is larger than maxNights.")
        : Prices.Fault() is { } because ? ("prices", because)
        : null;

    internal void Onto(Room room)
    {
        (room.Name, room.Kind, room.MaxAdults, room.MaxChildren) = (Name, Kind, MaxAdults, MaxChildren);
        (room.Prices, room.MinNights, room.MaxNights, room.Active) = (Prices, MinNights, MaxNights, Active);
    }

    internal Room ToRoom(Guid id, Guid listingId, Guid merchantId) => new()
    {
        Id = id, ListingId = listingId, MerchantId = merchantId, Name = Name, Kind = Kind, MaxAdults = MaxAdults,
        MaxChildren = MaxChildren, Prices = Prices, MinNights = MinNights, MaxNights = MaxNights, Active = Active,
    };
}

/// <summary>Closed lists: a search can only ask for what hosts can say. Their order is part of the search's memory
/// only.</summary>
internal static class KnownWords
{
    public static readonly IReadOnlyList<string> Amenities =
    [
        "wifi", "parking", "ev-charging", "breakfast", "kitchen", "air-conditioning", "heating", "washing-machine",
        "garden",
        "terrace", "tea-room", "pottery-wheel", "kiln", "studio", "pets", "fireplace", "mountain-view", "river-view",
        "family",
        "bicycle", "airport-pickup", "workspace", "pool", "barbecue",
    ];

    public static readonly IReadOnlyList<string> Accessibility =
        ["step-free", "ground-floor", "wide-doors", "accessible-bathroom", "elevator", "visual-alarm", "guide-dogs"];

    public static readonly IReadOnlyList<string> Languages = ["zh", "en", "ja", "ko", "fr", "de", "es", "ru", "it"];
}

using Jingdezhen.Tourism.Homestays.Calendars;
using Jingdezhen.Tourism.Platform.Domain;

namespace Jingdezhen.Tourism.Homestays.Stays;

/// <summary>What the room's own terms and the calendar say about a wish; whether the nights are free is another
/// matter.</summary>
internal sealed record RoomTerms(
    Guid RoomId, Guid ListingId, Guid MerchantId, Guid HouseholdId, int MaxAdults, int MaxChildren, int MinNights,
    int MaxNights,
    PricePlan Prices, bool ForSale, bool InstantBook, int FreeCancelDays, int HolidayFreeCancelDays,
    int LateRefundPercent, string ListingZh, string ListingEn);

/// <summary>The frozen price of each night, discounts included.</summary>
internal sealed record Quotation(long[] NightlyFen)
{
    public const int LongestStay = 180, FurthestDays = 500;

    public long TotalFen => NightlyFen.Sum();

    /// <param name="nights">What the calendar says of the nights and of the day of departure; most nights are
    /// missing.</param>
    public static Decision<Quotation> Make(
        RoomTerms room, DateOnly arrival, DateOnly departure, int adults, int children, DateOnly today,
        IReadOnlyDictionary<DateOnly, NightTerms> nights, HolidayCalendar holidays)
    {
        var length = departure.DayNumber - arrival.DayNumber;
        if (length is < 1 or > LongestStay)
            return new Refusal("bad-dates", $"A stay has 1 to {LongestStay} nights; departure comes after arrival.");
        if (arrival < today) return new Refusal("bad-dates", $"The arrival {arrival:O} is past.");
        if (departure.DayNumber > today.DayNumber + FurthestDays)
            return new Refusal("bad-dates", $"Nothing is sold more than {FurthestDays} days ahead.");
        if (!room.ForSale) return new Refusal("not-for-sale", "The room is not for sale at present.");
        if (adults < 1 || adults > room.MaxAdults || adults + children > room.MaxAdults + room.MaxChildren)
            return new Refusal("too-many-guests",
                $"The room sleeps {room.MaxAdults} adults and {room.MaxChildren} children.");

        var onArrival = nights.GetValueOrDefault(arrival);
        if (onArrival?.ClosedToArrival == true) return new Refusal("closed-to-arrival",
            $"Nobody arrives on {arrival:O}.");
        if (nights.GetValueOrDefault(departure)?.ClosedToDeparture == true)
            return new Refusal("closed-to-departure", $"Nobody leaves on {departure:O}.");
        var (least, most) = (onArrival?.MinNights ?? room.MinNights, onArrival?.MaxNights ?? room.MaxNights);
        if (length < least) return new Refusal("stay-too-short",
            $"From {arrival:O} the shortest stay is {least} nights.");
        if (length > most) return new Refusal("stay-too-long", $"From {arrival:O} the longest stay is {most} nights.");

        var percentOff = room.Prices.DiscountPercent(length);
        var prices = new long[length];
        for (var i = 0; i < length; i++)
        {
            var night = arrival.AddDays(i);
            var plain = nights.GetValueOrDefault(night)?.PriceFen ?? room.Prices.NightFen(night, holidays);
            prices[i] = PricePlan.Discounted(plain, percentOff);
        }

        return new Quotation(prices);
    }
}

using Jingdezhen.Tourism.Homestays.Calendars;
using Jingdezhen.Tourism.Platform.Domain;

namespace Jingdezhen.Tourism.Homestays.Stays;

/// <summary>
/// A party's nights in one room, from the hold to the review. The nights are half open: the day of departure is the
/// next party's day of arrival. Deadlines are compared with the database's clock, which the caller passes in.
/// </summary>
internal sealed class Stay
{
    public const string Held = "held", Confirmed = "confirmed", CheckedIn = "checked-in", CheckedOut = "checked-out",
        Cancelled = "cancelled", Expired = "expired", Released = "released", NoShow = "no-show";

    /// <summary>How long after its departure a host may say how a stay ended.</summary>
    public const int DaysToNote = 2;

    public required Guid Id { get; init; }
    public required Guid RoomId { get; internal set; }
    public required Guid ListingId { get; internal set; }
    public required Guid MerchantId { get; init; }
    public required Guid HouseholdId { get; init; }
    public Guid? OrderId { get; init; }

    /// <summary>Null for a walk-in, and once the person has asked to be forgotten.</summary>
    public Guid? AccountId { get; private set; }

    public required DateOnly Arrival { get; internal set; }
    public required DateOnly Departure { get; internal set; }
    public required int Adults { get; init; }
    public required int Children { get; init; }
    public string State { get; private set; } = Held;

    /// <summary>The frozen price of each night, in order.</summary>
    public required long[] NightlyFen { get; internal set; }

    public required long PriceFen { get; internal set; }
    public required string Channel { get; init; }
    public string? Source { get; init; }
    public string? Campaign { get; init; }
    public string? GuestKey { get; private set; }
    public string? CountryOfResidence { get; private set; }

    /// <summary>The host has still to say yes.</summary>
    public bool AwaitsHost { get; private set; }

    public DateTimeOffset HeldAt { get; private init; }
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Cancelling gives everything back before this moment, and this share of it until the day of
    /// arrival.</summary>
    public required DateTimeOffset FreeUntil { get; internal set; }

    public required int LateRefundPercent { get; init; }

    public DateTimeOffset? ConfirmedAt { get; private set; }

    /// <summary>payment or on-site: who holds the guest's money.</summary>
    public string? Authority { get; private set; }

    /// <summary>Of the payment that it stands on, where it was paid alone.</summary>
    public string? PaymentKey { get; private set; }

    public long PaidFen { get; private set; }
    public long RefundedFen { get; private set; }
    public DateTimeOffset? EndedAt { get; private set; }
    public string? EndedBecause { get; private set; }
    public DateTimeOffset? CheckedInAt { get; private set; }
    public DateTimeOffset ChangedAt { get; private set; }

    /// <summary>Asked of the guest for this stay alone; an order asks for all it holds.</summary>
    public List<StayPayment> Payments { get; } = [];

    public List<StayRefund> Refunds { get; } = [];

    public int Guests => Adults + Children;

    /// <summary>What the platform and the host keep of the guest's money.</summary>
    public long KeptFen => PaidFen - RefundedFen;

    /// <summary>Whether it stands on this payment; there was but one while nobody noted which.</summary>
    public bool IsPaidWith(string paymentKey) =>
        Authority == "payment"
        && (PaymentKey ?? (OrderId is null ? StayPayment.FirstKeyOf(Id) : null)) == paymentKey;

    public Refusal? Approve(DateTimeOffset now)
    {
        if (State != Held || ExpiresAt <= now) return new("hold-expired", "The request is no longer open.");

        AwaitsHost = false;
        return null;
    }

    public Refusal? MayBePaid(DateTimeOffset now) =>
        State is Expired || (State == Held && ExpiresAt <= now)
            ? new("hold-expired", "The hold ran out before it was paid.")
        : State != Held ? new("not-held", $"The stay is {State}.")
        : AwaitsHost ? new("not-approved", "The host has not accepted the request yet.")
        : null;

    /// <param name="paymentKey">Of a payment for this stay alone.</param>
    public Refusal? Confirm(long paidFen, string authority, DateTimeOffset now, string? paymentKey = null)
    {
        if (MayBePaid(now) is { } refusal) return refusal;
        if (paidFen != PriceFen)
            return new("wrong-amount", $"The frozen price is {PriceFen} fen, paid were {paidFen}.");

        (State, Authority, PaidFen, PaymentKey, ConfirmedAt) = (Confirmed, authority, paidFen, paymentKey, now);
        return null;
    }

    /// <summary>Gives up a hold that nobody has paid.</summary>
    public Refusal? Release(string because, DateTimeOffset now)
    {
        if (State != Held) return new("not-held", $"The stay is {State}.");

        (State, EndedAt, EndedBecause) = (ExpiresAt <= now ? Expired : Released, now, because);
        return null;
    }

    /// <param name="because">guest, host, order …</param>
    /// <param name="atFault">The host cancels: everything goes back, whatever the day.</param>
    public Refusal? Cancel(string because, bool atFault, DateTimeOffset now)
    {
        if (State != Confirmed) return new("not-cancellable", $"The stay is {State}.");

        RefundedFen += atFault ? KeptFen : RefundFen(KeptFen, now);
        (State, EndedAt, EndedBecause) = (Cancelled, now, because);
        return null;
    }

    public Refusal? CheckIn(DateOnly today, DateTimeOffset now)
    {
        if (State != Confirmed) return new("not-confirmed", $"The stay is {State}.");
        if (today < Arrival || today >= Departure)
            return new("not-the-day", $"The stay runs from {Arrival:O} to {Departure:O}; today is {today:O}.");

        (State, CheckedInAt) = (CheckedIn, now);
        return null;
    }

    /// <summary>An early departure gives the nights back to the calendar, and the late share of their price to the
    /// guest.</summary>
    public Refusal? CheckOut(DateOnly today, DateTimeOffset now)
    {
        if (State != CheckedIn) return new("not-checked-in", $"The stay is {State}.");

        // Whoever leaves on the day of arrival has used the night all the same.
        var left = today > Arrival ? today : Arrival.AddDays(1);
        if (left < Departure)
        {
            var slept = left.DayNumber - Arrival.DayNumber;
            RefundedFen += NightlyFen.Skip(slept).Sum() * LateRefundPercent / 100;
            (Departure, NightlyFen) = (left, NightlyFen[..slept]);
        }

        (State, EndedAt) = (CheckedOut, now);
        return null;
    }

    /// <summary>Nobody noted how it ended while there was time to.</summary>
    public Refusal? CountAsLived(DateOnly today, DateTimeOffset now)
    {
        if (State is not (Confirmed or CheckedIn)) return new("not-confirmed", $"The stay is {State}.");
        if (today < Departure.AddDays(DaysToNote)) return new("not-the-day", "Its end may still be noted.");

        (State, EndedAt) = (CheckedOut, now);
        return null;
    }

    /// <summary>Nobody came: the nights go back to the calendar, the money stays.</summary>
    public Refusal? MarkNoShow(DateOnly today, DateTimeOffset now)
    {
        if (State != Confirmed) return new("not-confirmed", $"The stay is {State}.");
        if (today < Arrival) return new("not-the-day", $"The guests are expected on {Arrival:O}.");

        (State, EndedAt, EndedBecause) = (NoShow, now, "no-show");
        return null;
    }

    /// <summary>Other nights or another room of the same host, at a price that is not higher than what was
    /// paid.</summary>
    public Refusal? Move(
        Guid roomId, Guid listingId, DateOnly arrival, DateOnly departure, long[] nightlyFen, DateTimeOffset freeUntil,
        DateTimeOffset now)
    {
        if (State is not (Held or Confirmed) || (State == Held && ExpiresAt <= now))
            return new("not-changeable", $"The stay is {State}.");
        if (State == Confirmed && arrival <= BusinessDay.Of(now) && arrival != Arrival)
            return new("not-the-day", "A stay moves to a day that is still to come.");

        var price = nightlyFen.Sum();
        if (State == Confirmed)
        {
            if (price > KeptFen) return new("costs-more", $"The new nights cost {price} fen, {KeptFen} were paid.");
            if (now < FreeUntil) RefundedFen += KeptFen - price;
        }

        // Moving a stay far away must not buy a free period that had ended.
        FreeUntil = State == Confirmed && freeUntil > FreeUntil ? FreeUntil : freeUntil;
        (RoomId, ListingId, Arrival, Departure, NightlyFen, PriceFen) = (roomId, listingId, arrival, departure,
            nightlyFen, price);
        return null;
    }

    private long RefundFen(long paid, DateTimeOffset now) =>
        now < FreeUntil ? paid
        : BusinessDay.Of(now) < Arrival ? paid * LateRefundPercent / 100
        : 0;
}

/// <summary>When cancelling stops being free.</summary>
internal static class CancellationPolicy
{
    /// <summary>The whole of the last free day, so many days before arrival, is still free.</summary>
    public static DateTimeOffset FreeUntil(
        DateOnly arrival, DateOnly departure, int freeDays, int holidayFreeDays, HolidayCalendar holidays) =>
        BusinessDay.StartOf(arrival.AddDays(1 - (holidays.Touches(arrival, departure) ? holidayFreeDays : freeDays)));
}

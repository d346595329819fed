using Jingdezhen.Tourism.Bookings.Availability;
using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Bookings.Tickets;
using Jingdezhen.Tourism.Platform.Domain;

namespace Jingdezhen.Tourism.Bookings.Bookings;

internal enum BookingStatus
{
    OnHold,
    Confirmed,
    Redeemed,
    Cancelled,
    Expired,
}

/// <summary>By what right a booking is confirmed; nobody confirms a place for free.</summary>
internal static class Authority
{
    public const string Payment = "payment";
    public const string OnAccount = "on-account";
    public const string Counter = "counter";
}

/// <summary>Where a booking came in. Online and offline are what the paper counts.</summary>
internal static class Channels
{
    public static readonly string[] Online = ["app", "web", "mini-program", "ota"];
    public static readonly string[] Offline = ["counter", "phone", "agency"];

    public const string App = "app";
    public const string Ota = "ota";
    public const string Counter = "counter";
    public const string Agency = "agency";
}

/// <summary>Places in one slot for one party, from the hold to the gate. The admission door makes it and counts its
/// places.</summary>
internal sealed class Booking
{
    public required Guid Id { get; init; }

    /// <summary>OCTO's uuid: the reseller's own where it brought one, ours otherwise.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>What a person reads aloud at the counter.</summary>
    public required string Reference { get; init; }

    /// <summary>The tourist whose booking it is; none for resellers and counters.</summary>
    public Guid? AccountId { get; private set; }

    /// <summary>The reseller whose booking it is.</summary>
    public required Guid? ResellerId { get; init; }

    public required Guid? OrderId { get; init; }
    public required Guid SupplierId { get; internal set; }
    public required Guid ProductId { get; internal set; }
    public required Guid OptionId { get; internal set; }
    public required Guid SlotId { get; internal set; }
    public required DateTimeOffset StartsAt { get; internal set; }
    public required DateTimeOffset EndsAt { get; internal set; }
    public required BookingStatus Status { get; internal set; }
    public required string Channel { get; init; }
    public required string? Source { get; init; }
    public required string? Campaign { get; init; }
    public required string? CountryOfResidence { get; init; }
    public required byte[]? GuestKey { get; internal set; }

    /// <summary>Name, e-mail, phone as the booker gave them, as a JSON object.</summary>
    public string? Contact { get; private set; }

    public string? Notes { get; private set; }
    public string? ResellerReference { get; private set; }

    /// <summary>How many people the live units admit; what the slot counts.</summary>
    public required int Visitors { get; internal set; }

    /// <summary>The frozen price of the live units.</summary>
    public required long PriceFen { get; internal set; }

    /// <summary>The cancellation policy as it stood when the booking was made.</summary>
    public required string RefundPolicy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; internal set; }

    /// <summary>Until when a hold stands, by the database's clock.</summary>
    public DateTimeOffset? ExpiresAt { get; private set; }

    public DateTimeOffset? ConfirmedAt { get; private set; }
    public string? ConfirmedBy { get; private set; }
    public DateTimeOffset? CancelledAt { get; private set; }
    public string? CancelReason { get; private set; }

    /// <summary>What was given back so far, of units and of the whole.</summary>
    public long RefundFen { get; private set; }

    public string? Refund { get; private set; }
    public DateTimeOffset? RedeemedAt { get; private set; }
    public List<UnitItem> UnitItems { get; init; } = [];

    /// <summary>What was asked of the payer; none on account, at a counter and in an order.</summary>
    public List<BookingPayment> Payments { get; init; } = [];

    public List<BookingRefund> Refunds { get; init; } = [];

    /// <summary>A new booking with places that the door has just taken for it.</summary>
    public static Booking Hold(
        HoldRequest request, Product product, SlotState slot, List<UnitItem> items, long priceFen,
        DateTimeOffset now) => new()
        {
            Id = request.BookingId,
            Uuid = request.Uuid ?? request.BookingId,
            Reference = BookingReference.Of(request.BookingId),
            AccountId = request.AccountId,
            ResellerId = request.ResellerId,
            OrderId = request.OrderId,
            SupplierId = product.SupplierId,
            ProductId = product.Id,
            OptionId = slot.OptionId,
            SlotId = slot.Id,
            StartsAt = slot.StartsAt,
            EndsAt = slot.EndsAt,
            Status = request.ConfirmAs is null ? BookingStatus.OnHold : BookingStatus.Confirmed,
            Channel = request.Channel,
            Source = request.Source,
            Campaign = request.Campaign,
            CountryOfResidence = request.CountryOfResidence,
            GuestKey = request.GuestKey,
            Contact = request.Contact,
            Notes = request.Notes,
            ResellerReference = request.ResellerReference,
            Visitors = items.Sum(item => item.PaxCount),
            PriceFen = priceFen,
            RefundPolicy = product.RefundPolicy,
            CreatedAt = now,
            UpdatedAt = now,
            ExpiresAt = request.ConfirmAs is null ? now + request.HoldLength : null,
            ConfirmedAt = request.ConfirmAs is null ? null : now,
            ConfirmedBy = request.ConfirmAs,
            UnitItems = items,
        };

    public IEnumerable<UnitItem> LiveUnits => UnitItems.Where(item => item.Status != UnitStatus.Cancelled);

    /// <summary>Confirms a hold that still stands. Confirming twice is one confirmation.</summary>
    public Refusal? Confirm(string authority, long paidFen, DateTimeOffset now)
    {
        if (Status is BookingStatus.Confirmed or BookingStatus.Redeemed) return null;
        if (RefuseUnlessOnHold(now) is { } refusal) return refusal;
        if (paidFen != PriceFen)
        {
            return new("wrong-amount", $"The price is {PriceFen} fen, {paidFen} were paid.");
        }

        (Status, ConfirmedBy, ConfirmedAt, UpdatedAt, ExpiresAt) = (BookingStatus.Confirmed, authority, now, now, null);
        return null;
    }

    /// <summary>Whether it still waits for its payment.</summary>
    public Refusal? RefuseUnlessOnHold(DateTimeOffset now) => StatusAt(now) == BookingStatus.OnHold
        ? null
        : new("not-on-hold", $"The booking is {StatusName(now)}; only a hold can be paid and confirmed.");

    /// <summary>Confirms a hold that had run out, once the caller has taken its places again.</summary>
    public void TakeUpAgain(string authority, DateTimeOffset now) =>
        (Status, ConfirmedBy, ConfirmedAt, UpdatedAt, ExpiresAt) = (BookingStatus.Confirmed, authority, now, now, null);

    /// <summary>Prolongs a hold; never shortens one.</summary>
    public Refusal? Extend(DateTimeOffset until, DateTimeOffset now)
    {
        if (Status != BookingStatus.OnHold || ExpiresAt <= now)
        {
            return new("not-on-hold", $"The booking is {StatusName(now)}; only a hold can be extended.");
        }

        if (until > ExpiresAt) (ExpiresAt, UpdatedAt) = (until, now);
        return null;
    }

    /// <summary>Takes new words about who books; the places stay.</summary>
    public void Describe(string? contact, string? notes, string? resellerReference, DateTimeOffset now) =>
        (Contact, Notes, ResellerReference, UpdatedAt) = (contact, notes, resellerReference, now);

    /// <summary>Takes other places that the door has just counted.</summary>
    public void MoveTo(
        SlotState slot, Product product, IReadOnlyCollection<UnitItem> live, long priceFen, DateTimeOffset now)
    {
        (ProductId, SupplierId, OptionId, SlotId) = (product.Id, product.SupplierId, slot.OptionId, slot.Id);
        (StartsAt, EndsAt, UpdatedAt) = (slot.StartsAt, slot.EndsAt, now);
        (Visitors, PriceFen) = (live.Sum(item => item.PaxCount), priceFen);
    }

    /// <summary>Counts money that went back without an end of anything.</summary>
    public void GiveBack(long fen) => RefundFen += fen;

    /// <summary>Ends a hold or a sale and computes what is given back. The caller gives the places back to the
    /// slot.</summary>
    public Refusal? Cancel(string reason, DateTimeOffset now)
    {
        if (Status == BookingStatus.Cancelled) return null;
        if (UnitItems.Exists(item => item.Status == UnitStatus.Redeemed))
        {
            return new("already-redeemed", "The tickets were used; they cannot be cancelled.");
        }

        if (Status == BookingStatus.Expired || (Status == BookingStatus.OnHold && ExpiresAt <= now))
        {
            return new("expired", "The hold had run out; there is nothing to cancel.");
        }

        var paid = Status == BookingStatus.Confirmed ? PriceFen : 0;
        var refund = Products.Refund.Of(RefundPolicy, paid, StartsAt, now);
        RefundFen += refund;
        Refund = Products.Refund.Kind(paid, refund);
        (Status, CancelledAt, CancelReason, UpdatedAt, ExpiresAt) = (BookingStatus.Cancelled, now, reason, now, null);
        return null;
    }

    /// <summary>Gives some units back, keeps the others. The caller gives the places back to the slot.</summary>
    /// <returns>What is given back, in fen, with the visitors that left; or why not.</returns>
    public Decision<UnitsCancelled> CancelUnits(
        IReadOnlyCollection<Guid> unitItemIds, Product product, Option option, DateTimeOffset now)
    {
        if (Status is not (BookingStatus.OnHold or BookingStatus.Confirmed)
            || (Status == BookingStatus.OnHold && ExpiresAt <= now))
        {
            return new Refusal("not-live", $"The booking is {StatusName(now)}; its units cannot be cancelled.");
        }

        var leaving = LiveUnits.Where(item => unitItemIds.Contains(item.Id)).ToList();
        if (leaving.Count != unitItemIds.Count)
        {
            return new Refusal("unknown-unit", "A unit is not on this booking, or was cancelled before.");
        }

        if (leaving.Exists(item => item.Status == UnitStatus.Redeemed))
        {
            return new Refusal("already-redeemed", "A used ticket cannot be cancelled.");
        }

        var staying = LiveUnits.Except(leaving).ToList();
        if (staying.Count == 0) return new Refusal("cancel-whole", "No unit would be left: cancel the booking.");
        if (staying.Count < option.MinUnits)
        {
            return new Refusal("too-few-units", $"At least {option.MinUnits} units must stay.");
        }

        foreach (var item in leaving) item.Status = UnitStatus.Cancelled;
        var paid = product.PricedPer == PricedPer.Unit ? leaving.Sum(item => item.PriceFen) : 0;
        var refund = Status == BookingStatus.Confirmed ? Products.Refund.Of(RefundPolicy, paid, StartsAt, now) : 0;
        RefundFen += refund;
        PriceFen -= paid;
        Visitors = staying.Sum(item => item.PaxCount);
        UpdatedAt = now;
        return new UnitsCancelled(
            leaving, leaving.Sum(item => item.PaxCount), refund,
            Status == BookingStatus.Confirmed ? Products.Refund.Kind(paid, refund) : Products.Refund.Full);
    }

    /// <summary>Lets a ticket in, or says why not.</summary>
    /// <returns>admitted, re-entry, or already-redeemed, wrong-slot, cancelled.</returns>
    public string Redeem(UnitItem item, Ticket ticket, DateTimeOffset scannedAt, bool force)
    {
        if (Status is not (BookingStatus.Confirmed or BookingStatus.Redeemed) || item.Status == UnitStatus.Cancelled)
        {
            return "cancelled";
        }

        if (item.Status == UnitStatus.Redeemed) return force ? "re-entry" : "already-redeemed";

        // The ticket of a booking that was moved since names the slot it was signed for.
        var inTime = scannedAt >= ticket.ValidFrom && scannedAt <= ticket.ValidTo && ticket.AvailabilityId == SlotId;
        if (!inTime && !force) return "wrong-slot";

        (item.Status, item.RedeemedAt, UpdatedAt) = (UnitStatus.Redeemed, scannedAt, scannedAt);
        if (LiveUnits.All(unit => unit.Status == UnitStatus.Redeemed))
        {
            (Status, RedeemedAt) = (BookingStatus.Redeemed, scannedAt);
        }

        return "admitted";
    }

    /// <summary>The status a reader sees: a hold whose time is up is expired, whether or not the sweep has been
    /// there.</summary>
    public BookingStatus StatusAt(DateTimeOffset now) =>
        Status == BookingStatus.OnHold && ExpiresAt <= now ? BookingStatus.Expired : Status;

    /// <summary>Forgets who the guest was; what was sold stays counted.</summary>
    public void Forget()
    {
        (AccountId, Contact, Notes, GuestKey) = (null, null, null, null);
        foreach (var item in UnitItems) item.Forget();
    }

    private string StatusName(DateTimeOffset now) => StatusAt(now).ToString().ToLowerInvariant();
}

internal sealed record UnitsCancelled(IReadOnlyList<UnitItem> Units, int Visitors, long RefundFen, string Refund);

internal enum UnitStatus
{
    Live,
    Redeemed,
    Cancelled,
}

/// <summary>One ticket of a booking.</summary>
internal sealed class UnitItem
{
    public required Guid Id { get; init; }
    public required Guid BookingId { get; init; }

    /// <summary>Its number on the booking, from 0.</summary>
    public required int Position { get; init; }

    public required Guid UnitId { get; internal set; }
    public required int PaxCount { get; internal set; }
    public required long PriceFen { get; internal set; }
    public required UnitStatus Status { get; internal set; }

    /// <summary>0-13, 14-17, 18-35, 36-59 or 60+, where given.</summary>
    public required string? AgeBand { get; init; }

    /// <summary>The document's type and number, encrypted; its last four characters stand in answers.</summary>
    public byte[]? Identity { get; private set; }

    public string? IdentityMask { get; private set; }
    public string? ResellerReference { get; internal set; }
    public string? Contact { get; internal set; }
    public DateTimeOffset? RedeemedAt { get; internal set; }

    public static UnitItem Of(Guid id, Guid bookingId, int position, Unit unit, HoldUnit asked, long priceFen) => new()
    {
        Id = id,
        BookingId = bookingId,
        Position = position,
        UnitId = unit.Id,
        PaxCount = unit.PaxCount,
        PriceFen = priceFen,
        Status = UnitStatus.Live,
        AgeBand = asked.AgeBand,
        Identity = asked.Identity?.Encrypted,
        IdentityMask = asked.Identity?.Mask,
        Contact = asked.Contact,
        ResellerReference = asked.ResellerReference,
    };

    public void Forget() => (Identity, IdentityMask, Contact) = (null, null, null);
}

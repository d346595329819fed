using Jingdezhen.Tourism.Platform.Domain;

namespace Jingdezhen.Tourism.Bookings.Orders;

internal enum LineState
{
    /// <summary>The nights were asked for; no answer yet.</summary>
    Asked,
    Held,
    Refused,
    Sold,

    /// <summary>To be given back in full; the host's service has not answered yet.</summary>
    Leaving,

    /// <summary>Given back; nothing was paid for it, or all of it went back.</summary>
    Returned,

    /// <summary>A sale to be cancelled under its policy; the host's service has not answered yet.</summary>
    Cancelling,
    Cancelled,
}

/// <summary>One thing of an order: tickets of one slot, or the nights of one room.</summary>
internal sealed class OrderLine
{
    public const string Ticket = "ticket";
    public const string Stay = "stay";

    /// <summary>The booking's or the stay's id too.</summary>
    public required Guid Id { get; init; }

    public required Guid OrderId { get; init; }

    /// <summary>Its number on the order, from 0.</summary>
    public required int Position { get; init; }

    /// <summary>ticket or stay.</summary>
    public required string Kind { get; init; }

    public required Guid? SlotId { get; init; }
    public required Guid? RoomId { get; init; }

    /// <summary>The day of the slot, or the first night.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>The day after the last night.</summary>
    public required DateOnly? Departure { get; init; }

    /// <summary>Visitors of the tickets, adults of the stay.</summary>
    public required int Persons { get; init; }

    public required int Children { get; init; }
    public LineState State { get; private set; }

    /// <summary>Frozen with the hold.</summary>
    public long PriceFen { get; private set; }

    public long RefundFen { get; private set; }
    public DateTimeOffset? HeldUntil { get; private set; }

    /// <summary>Why it was refused or cancelled.</summary>
    public string? Code { get; private set; }

    public string? Reason { get; private set; }

    public static OrderLine OfTickets(
        Guid orderId, int position, Guid bookingId, Guid slotId, DateOnly day, int visitors) =>
        new()
        {
            Id = bookingId, OrderId = orderId, Position = position, Kind = Ticket, SlotId = slotId, RoomId = null,
            Day = day,
            Departure = null, Persons = visitors, Children = 0,
        };

    public static OrderLine OfNights(
        Guid orderId, int position, Guid stayId, Guid roomId, DateOnly arrival, DateOnly departure, int adults,
            int children) =>
        new()
        {
            Id = stayId, OrderId = orderId, Position = position, Kind = Stay, SlotId = null, RoomId = roomId,
            Day = arrival,
            Departure = departure, Persons = adults, Children = children,
        };

    public void Hold(long priceFen, DateTimeOffset until) =>
        (State, PriceFen, HeldUntil) = (LineState.Held, priceFen, until);

    public void Refuse(Refusal why) => (State, Code, Reason) = (LineState.Refused, why.Code, why.Reason);

    public void Sell() => (State, HeldUntil) = (LineState.Sold, null);

    public void Keep() => State = LineState.Sold;

    public void Leave() => State = LineState.Leaving;

    public void Return() =>
        (State, HeldUntil) = (State == LineState.Refused ? LineState.Refused : LineState.Returned, null);

    public void AskToCancel() => State = LineState.Cancelling;

    public void Cancel(long refundFen, string because)
    {
        Refund(refundFen);
        (State, Code) = (LineState.Cancelled, because);
    }

    public void Refund(long fen) => RefundFen += fen;
}

internal enum MoneyState
{
    Asked,
    Captured,
    Failed,
}

/// <summary>
/// Money asked for an order. There may be several, one declined, one late; at most one of them confirmed it, and what
/// else comes in goes back in full.
/// </summary>
internal sealed class OrderPayment
{
    /// <summary>Under which Payments knows it.</summary>
    public required string Key { get; init; }

    public required Guid OrderId { get; init; }
    public required string Method { get; init; }
    public required long AmountFen { get; init; }
    public required DateTimeOffset AskedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public MoneyState State { get; private set; }
    public long CapturedFen { get; private set; }
    public DateTimeOffset? CapturedAt { get; private set; }

    /// <summary>Whether this is the money that the order stands on.</summary>
    public bool Confirmed { get; private set; }

    public string? FailureReason { get; private set; }

    public static OrderPayment Ask(Order order, int number, string method, DateTimeOffset now) => new()
    {
        Key = number == 1 ? $"order-{order.Id}" : $"order-{order.Id}-{number}",
        OrderId = order.Id,
        Method = method,
        AmountFen = order.PriceFen,
        AskedAt = now,
        ExpiresAt = order.PayUntil,
    };

    public bool IsOpen(string method, DateTimeOffset now) =>
        State == MoneyState.Asked && Method == method && ExpiresAt > now;

    /// <summary>The money is here, once; after a failure it may come all the same.</summary>
    /// <returns>Whether it is news.</returns>
    public bool Capture(long fen, DateTimeOffset now)
    {
        if (State == MoneyState.Captured) return false;

        (State, CapturedFen, CapturedAt, FailureReason) = (MoneyState.Captured, fen, now, null);
        return true;
    }

    public void Confirm() => Confirmed = true;

    /// <returns>Whether it is news; a capture stays one.</returns>
    public bool Fail(string because)
    {
        if (State != MoneyState.Asked) return false;

        (State, FailureReason) = (MoneyState.Failed, because);
        return true;
    }
}

internal enum RefundState
{
    Asked,
    Settled,
    Failed,
}

/// <summary>Money of an order on its way back to the payer.</summary>
internal sealed class OrderRefund
{
    /// <summary>Under which Payments knows it.</summary>
    public required string Key { get; init; }

    public required Guid OrderId { get; init; }

    /// <summary>The line it is for; none where everything goes back.</summary>
    public required Guid? LineId { get; init; }

    public required string PaymentKey { get; init; }
    public required long AmountFen { get; init; }
    public required string Reason { get; init; }
    public required DateTimeOffset AskedAt { get; init; }
    public RefundState State { get; private set; }
    public DateTimeOffset? SettledAt { get; private set; }
    public string? FailureReason { get; private set; }

    /// <summary>When a failed one is asked for again, under another key; null once it was replaced.</summary>
    public DateTimeOffset? AskAgainAt { get; private set; }

    /// <summary>It failed, and nothing stands in its place yet.</summary>
    public bool IsStuck => State == RefundState.Failed && AskAgainAt is not null;

    public static OrderRefund Ask(
        Order order, string key, string paymentKey, long fen, string because, Guid? lineId, DateTimeOffset now) => new()
        {
            Key = key,
            OrderId = order.Id,
            LineId = lineId,
            PaymentKey = paymentKey,
            AmountFen = fen,
            Reason = because,
            AskedAt = now,
        };

    /// <returns>Whether it is news.</returns>
    public bool Settle(DateTimeOffset at)
    {
        if (State == RefundState.Settled) return false;

        (State, SettledAt, FailureReason, AskAgainAt) = (RefundState.Settled, at, null, null);
        return true;
    }

    /// <returns>Whether it is news.</returns>
    public bool Fail(string because, DateTimeOffset askAgainAt)
    {
        if (State != RefundState.Asked) return false;

        (State, FailureReason, AskAgainAt) = (RefundState.Failed, because, askAgainAt);
        return true;
    }

    /// <summary>Another refund of that sum stands in its place.</summary>
    public void Replace() => AskAgainAt = null;
}

/// <summary>One step of an order with its time, for whoever has to understand afterwards what happened.</summary>
internal sealed class OrderStep
{
    public required Guid OrderId { get; init; }

    /// <summary>From 1, in the order in which they were taken.</summary>
    public required int Number { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>placed, nights-held, all-held, payment-captured, releasing …</summary>
    public required string What { get; init; }

    public required Guid? LineId { get; init; }
    public required string? Detail { get; init; }
}

/// <summary>One traveller of a group, named after the order was made; the name is encrypted.</summary>
internal sealed class OrderName
{
    public required Guid OrderId { get; init; }
    public required int Position { get; init; }
    public required byte[] Name { get; init; }

    /// <summary>The first character, as answers show it.</summary>
    public required string Mask { get; init; }
}

/// <summary>What an order's change asks of others; carried out in the transaction of the change.</summary>
internal abstract record OrderAsk
{
    /// <summary>Whether it is done to the order's own bookings, and not told to others.</summary>
    public bool IsOfPlaces => this is ProlongPlaces or SellPlaces or ReturnPlaces;

    internal sealed record HoldNights(OrderLine Line) : OrderAsk;

    internal sealed record ConfirmNights(OrderLine Line) : OrderAsk;

    /// <param name="InFull">The sale never came about: no policy applies.</param>
    internal sealed record ReleaseNights(OrderLine Line, bool InFull, string Because) : OrderAsk;

    internal sealed record TakeMoney(OrderPayment Payment) : OrderAsk;

    /// <summary>Nobody is to pay that any more.</summary>
    internal sealed record DropPayment(OrderPayment Payment) : OrderAsk;

    internal sealed record GiveBack(OrderRefund Refund) : OrderAsk;

    /// <summary>Of all tickets.</summary>
    internal sealed record ProlongPlaces(DateTimeOffset Until) : OrderAsk;

    internal sealed record SellPlaces : OrderAsk;

    internal sealed record ReturnPlaces(string Because) : OrderAsk;

    internal sealed record TellPlaced : OrderAsk;

    internal sealed record TellHeld : OrderAsk;

    internal sealed record TellConfirmed : OrderAsk;

    /// <param name="RefundFen">What goes back to the payer.</param>
    internal sealed record TellCancelled(long RefundFen) : OrderAsk;

    internal sealed record TellStuck(OrderRefund Refund) : OrderAsk;

    internal sealed record TellEnded : OrderAsk;
}

using Jingdezhen.Tourism.Platform.Domain;

namespace Jingdezhen.Tourism.Bookings.Orders;

internal enum OrderState
{
    /// <summary>Places are held; the nights were asked for and not all have been answered.</summary>
    Holding,

    /// <summary>Everything is held at a frozen price and waits for the payment.</summary>
    Held,

    /// <summary>Paid; the nights are being confirmed, the tickets follow with the last of them.</summary>
    Confirming,
    Confirmed,

    /// <summary>Nothing is to stay: nights and money are on their way back.</summary>
    Releasing,

    /// <summary>Ended with nothing held and nothing kept.</summary>
    Failed,

    /// <summary>Given up before it was paid, or everything of it cancelled afterwards.</summary>
    Cancelled,
}

/// <summary>
/// A whole trip, and its saga: held, paid once, confirmed together or not at all. Messages and the sweep move it; each
/// method takes what was heard, in any state, any number of times and in any order, changes the row, and leaves in
/// <see cref="Asks"/> what must now be asked of others in the same transaction. Nobody else decides anything.
/// </summary>
internal sealed class Order
{
    public const string Currency = "CNY";
    public const string PaymentPurpose = "order";
    private const int FailuresBeforeStuck = 5;
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    public required Guid Id { get; init; }
    public Guid? AccountId { get; private set; }

    /// <summary>The reseller whose cart it is; none for a tourist's trip.</summary>
    public required Guid? ResellerId { get; init; }

    public required string Channel { get; init; }
    public required string? Source { get; init; }
    public required string? Campaign { get; init; }
    public required Guid? ItineraryId { get; init; }

    /// <summary>How the payer wants to pay; the payment is asked for as soon as everything is held.</summary>
    public string? PayBy { get; private set; }

    public OrderState State { get; private set; }

    /// <summary>The sum of the lines, frozen once all are held.</summary>
    public long PriceFen { get; private set; }

    public long RefundedFen { get; private set; }

    /// <summary>Until when the payer may pay.</summary>
    public DateTimeOffset PayUntil { get; private set; }

    /// <summary>Until when it can be extended; the nights are held as long from the beginning.</summary>
    public required DateTimeOffset LongestUntil { get; init; }

    /// <summary>When the sweep acts, by the database's clock; null where nothing is waited for.</summary>
    public DateTimeOffset? ActAt { get; private set; }

    /// <summary>How often the sweep has asked again.</summary>
    public int Attempts { get; private set; }

    /// <summary>How many steps it has taken; ids of one millisecond have no order, numbers have.</summary>
    public int StepCount { get; private set; }

    /// <summary>Where a release leads to.</summary>
    public OrderState? Ending { get; private set; }

    public Guid? FailedLineId { get; private set; }
    public string? FailureCode { get; private set; }
    public string? FailureReason { get; private set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; private set; }
    public DateTimeOffset? ConfirmedAt { get; private set; }
    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>A study tour's school, where it is one.</summary>
    public string? School { get; init; }

    /// <summary>Who leads it and how to reach them, as a JSON object.</summary>
    public string? Leader { get; private set; }

    public int? HeadCount { get; init; }
    public List<OrderLine> Lines { get; init; } = [];
    public List<OrderPayment> Payments { get; init; } = [];
    public List<OrderRefund> Refunds { get; init; } = [];

    /// <summary>Steps taken since the order was loaded; those before stay in the database.</summary>
    public List<OrderStep> Steps { get; init; } = [];

    /// <summary>What follows for others from what was heard; carried out in the same transaction, and never
    /// stored.</summary>
    public List<OrderAsk> Asks { get; } = [];

    /// <summary>How long is waited for what.</summary>
    public OrderTimes Times { get; internal set; } = OrderTimes.Usual;

    /// <summary>Whether others are asked and have not answered yet.</summary>
    public static bool Moves(OrderState state) =>
        state is OrderState.Holding or OrderState.Confirming or OrderState.Releasing;

    public bool IsMoving => Moves(State) || Lines.Exists(line => line.State == LineState.Cancelling);

    public IEnumerable<OrderLine> Tickets => Lines.Where(line => line.Kind == OrderLine.Ticket);

    private IEnumerable<OrderLine> Nights => Lines.Where(line => line.Kind == OrderLine.Stay);

    private OrderPayment? Paid => Payments.Find(payment => payment.Confirmed);

    /// <summary>A reseller's empty cart: bookings come in one by one until it is confirmed or its time is up.</summary>
    public static Order OpenCart(Guid resellerId, DateTimeOffset until, OrderTimes times, DateTimeOffset now)
    {
        var order = new Order
        {
            Id = Guid.CreateVersion7(), ResellerId = resellerId, Channel = "ota", Source = null, Campaign = null,
            ItineraryId = null, LongestUntil = now.AddHours(2), CreatedAt = now, Times = times, State = OrderState.Held,
            PayUntil = until,
        };
        order.ActAt = order.HoldUntil;
        order.Record("opened", null, null, now);
        return order;
    }

    /// <summary>Free of charge: nobody is waited for to pay it.</summary>
    public bool IsFree => PriceFen == 0 && ResellerId is null;

    /// <summary>Learns of a booking that was reserved for this cart.</summary>
    /// <returns>The line that is new; none for a known one, and once the cart is closed.</returns>
    public IReadOnlyList<OrderLine> TakeIn(
        Guid bookingId, Guid slotId, DateTimeOffset startsAt, int visitors, long priceFen)
    {
        if (State != OrderState.Held || Lines.Exists(line => line.Id == bookingId)) return [];

        var day = DateOnly.FromDateTime(startsAt.AddHours(8).UtcDateTime);
        var line = OrderLine.OfTickets(Id, Lines.Count, bookingId, slotId, day, visitors);
        line.Hold(priceFen, HoldUntil);
        Lines.Add(line);
        PriceFen += priceFen;
        return [line];
    }

    /// <summary>A reseller owes for everything in its cart; one booking that is gone fails all.</summary>
    public Refusal? ConfirmOnAccount(bool placesStand, DateTimeOffset now)
    {
        if (State == OrderState.Confirmed) return null;
        if (State != OrderState.Held || PayUntil <= now) return new("not-held", $"The order is {StateName}.");
        if (Lines.Count == 0) return new("empty", "There is no booking in the order.");
        if (!placesStand) return new("hold-lost", "One of its bookings is not on hold any more.");

        ConfirmIfAll(placesStand, now);
        return null;
    }

    public void BelongTo(Guid? account, string? leader) => (AccountId, Leader) = (account, leader);

    /// <summary>Begins an order whose places the door has just taken, all of them, or refused.</summary>
    /// <param name="payUntil">Until when it may be paid.</param>
    /// <param name="payBy">How, where that is known already.</param>
    /// <param name="prices">What the tickets of each line cost; of no interest when one was refused.</param>
    /// <param name="refused">The line that could not be had, with the reason.</param>
    /// <param name="now">The database's time.</param>
    public void Begin(
        DateTimeOffset payUntil, string? payBy, IReadOnlyDictionary<Guid, long> prices,
        (OrderLine Line, Refusal Why)? refused, DateTimeOffset now)
    {
        (PayUntil, PayBy, UpdatedAt) = (payUntil, payBy, now);
        Record("placed", null, $"{Lines.Count} lines", now);
        Asks.Add(new OrderAsk.TellPlaced());
        if (refused is var (line, why))
        {
            line.Refuse(why);
            foreach (var other in Lines.Where(other => other != line)) other.Return();
            Fail(line, why, now);
            return;
        }

        foreach (var ticket in Tickets) ticket.Hold(prices[ticket.Id], HoldUntil);
        PriceFen = Lines.Sum(line => line.PriceFen);
        foreach (var nights in Nights) Asks.Add(new OrderAsk.HoldNights(nights));
        (State, ActAt) = (OrderState.Holding, now + Times.HoldPatience);
        HeldIfAll(now);
    }

    /// <summary>Until when the places are held: a payment made in the last second still finds them.</summary>
    public DateTimeOffset HoldUntil => PayUntil + Times.Grace;

    public void NightsHeld(Guid lineId, long priceFen, DateTimeOffset until, DateTimeOffset now)
    {
        if (Find(lineId) is not { } line) return;

        // A copy of the question that was refused found the nights free: nobody else will ever give them back.
        if (line.State == LineState.Refused) Asks.Add(new OrderAsk.ReleaseNights(line, InFull: true, "refused-before"));

        // Later than anything else was decided, or a second time: who gave up has asked for the release already.
        if (State != OrderState.Holding || line.State != LineState.Asked) return;

        line.Hold(priceFen, until);
        Record("nights-held", line, $"{priceFen} fen", now);
        HeldIfAll(now);
    }

    public void NightsRefused(Guid lineId, Refusal why, DateTimeOffset now)
    {
        if (Find(lineId) is not { } line) return;

        switch (line.State)
        {
            case LineState.Asked when State == OrderState.Holding:
                line.Refuse(why);
                Record("nights-refused", line, why.Code, now);
                Release(OrderState.Failed, line, why, now);
                break;

            // The confirmation was refused. Whatever is left of the hold goes back like the others.
            case LineState.Held when State == OrderState.Confirming:
                Record("nights-refused", line, why.Code, now);
                Release(OrderState.Failed, line, why, now);
                break;

            // The guests are there already: a sale that is in use is not taken back.
            case LineState.Cancelling:
                line.Keep();
                Record("cancel-refused", line, why.Code, now);
                break;

            // Nor is it where everything goes back: asked again, the host would say so for ever.
            case LineState.Leaving when why.Code == "not-held":
                line.Return();
                Record("release-refused", line, why.Code, now);
                EndIfAll(now);
                break;
        }
    }

    /// <param name="placesStand">Whether every ticket's hold still stands, seen under its lock.</param>
    public void NightsSold(Guid lineId, bool placesStand, DateTimeOffset now)
    {
        if (State != OrderState.Confirming || Find(lineId) is not { State: LineState.Held } line) return;

        line.Sell();
        Record("nights-confirmed", line, null, now);
        ConfirmIfAll(placesStand, now);
    }

    /// <summary>A hold of nights has ended, because we asked or because its time or its guest ended it.</summary>
    public void NightsReturned(Guid lineId, string because, DateTimeOffset now)
    {
        if (Find(lineId) is not { } line) return;

        switch (line.State)
        {
            case LineState.Leaving:
                line.Return();
                Record("nights-released", line, because, now);
                EndIfAll(now);
                break;

            case LineState.Asked or LineState.Held
                when State is OrderState.Holding or OrderState.Held or OrderState.Confirming:
                line.Return();
                Record("nights-lost", line, because, now);
                Release(OrderState.Failed, line, new("hold-lost", $"The nights were given up: {because}."), now);
                break;
        }
    }

    /// <summary>A sale of nights was cancelled, by us, by the host or by the guest.</summary>
    /// <param name="lineId">Whose nights.</param>
    /// <param name="refundedFen">What is given back for them, with what was before.</param>
    /// <param name="because">Who ended them, or why.</param>
    /// <param name="now">The database's time.</param>
    public void NightsCancelled(Guid lineId, long refundedFen, string because, DateTimeOffset now)
    {
        if (Find(lineId) is not { } line) return;

        switch (line.State)
        {
            case LineState.Leaving:
                line.Return();
                Record("nights-released", line, because, now);
                EndIfAll(now);
                break;

            case LineState.Held or LineState.Sold when State == OrderState.Confirming:
                line.Return();
                Record("nights-lost", line, because, now);
                Release(OrderState.Failed, line, new("hold-lost", $"The nights were cancelled: {because}."), now);
                break;

            case LineState.Cancelling or LineState.Sold when State == OrderState.Confirmed:
                var refundFen = Math.Max(0, refundedFen - line.RefundFen);
                line.Cancel(refundFen, because);
                Record("nights-cancelled", line, $"{refundFen} fen back", now);
                GiveBack(refundFen, because, line, now);
                CancelledIfAll(now);
                break;
        }
    }

    /// <summary>
    /// Sold nights became cheaper: fewer or other nights, an early departure. The difference goes back. It may be told
    /// before the sale is, and after a cancellation was asked for.
    /// </summary>
    /// <param name="lineId">Whose nights.</param>
    /// <param name="refundedFen">What was given back for them so far in all, so that neither a copy nor an older word
    /// gives back more.</param>
    /// <param name="because">What happened.</param>
    /// <param name="now">The database's time.</param>
    public void NightsCheaper(Guid lineId, long refundedFen, string because, DateTimeOffset now)
    {
        if (State is not (OrderState.Confirming or OrderState.Confirmed) || Find(lineId) is not
            { State: LineState.Held or LineState.Sold or LineState.Cancelling } line) return;

        var refundFen = refundedFen - line.RefundFen;
        if (refundFen <= 0) return;

        line.Refund(refundFen);
        Record("nights-cheaper", line, $"{refundFen} fen back", now);
        GiveBack(refundFen, because, line, now);
    }

    public long PriceFenOf(Guid lineId) => Find(lineId)?.PriceFen ?? 0;

    public long RefundedFenOf(Guid lineId) => Find(lineId)?.RefundFen ?? 0;

    /// <summary>Asks the payer for the frozen price. Asking again is the same payment while that one is open.</summary>
    public Decision<OrderPayment> AskPayment(string method, DateTimeOffset now)
    {
        if (Paid is { } paid) return paid;
        if (State != OrderState.Held || PayUntil <= now || IsFree)
        {
            return new Refusal(
                "not-payable", $"The order is {StateName}; only a held one is paid, until its deadline.");
        }

        if (Payments.Find(known => known.IsOpen(method, now)) is { } open) return open;

        var payment = OrderPayment.Ask(this, Payments.Count + 1, method, now);
        Payments.Add(payment);
        Record("payment-asked", null, $"{payment.AmountFen} fen by {method}", now);
        Asks.Add(new OrderAsk.TakeMoney(payment));
        return payment;
    }

    /// <param name="placesStand">Whether every ticket's hold still stands, seen under its lock.</param>
    public void MoneyCame(string key, long fen, string currency, bool placesStand, DateTimeOffset now)
    {
        if (Payments.Find(known => known.Key == key) is not { } payment) return;
        if (!payment.Capture(fen, now) && Times.KnownMoneyIsNoNews) return;

        Record("payment-captured", null, $"{fen} fen", now);
        var why = Paid is not null ? new("already-paid", "Another payment came first.")
            : State != OrderState.Held ? new($"order-{StateName}", $"The order is {StateName}.")
            : fen != PriceFen || currency != Currency ? new("wrong-amount", $"The price is {PriceFen} fen.")
            : placesStand ? null
            : new Refusal("hold-lost", "The places were gone when the money came.");
        if (why is not null)
        {
            GiveBackAll(payment.Key, why.Code, now);
            if (why.Code == "hold-lost") Release(OrderState.Failed, null, why, now);
            return;
        }

        payment.Confirm();
        BeginToConfirm(placesStand, now);
    }

    /// <summary>That payment will not come; the order stays held and may be paid in another way.</summary>
    public void MoneyFailed(string key, string because, DateTimeOffset now)
    {
        if (Payments.Find(known => known.Key == key) is not { } payment || !payment.Fail(because)) return;

        Record("payment-failed", null, because, now);
    }

    /// <summary>Money is back with the payer: what was asked for, or what an admin gave back by a refund of their
    /// own, which then stands for one of that sum that is stuck.</summary>
    public void MoneyReturned(string key, string paymentKey, long fen, DateTimeOffset at, DateTimeOffset now)
    {
        if ((Refunds.Find(known => known.Key == key) ?? Adopt(key, paymentKey, fen, now)) is not { } refund
            || !refund.Settle(at)) return;

        RefundedFen += refund.AmountFen;
        Record("refund-settled", Lines.Find(line => line.Id == refund.LineId), $"{refund.AmountFen} fen", now);
        EndIfAll(now);
    }

    /// <summary>
    /// A refund failed: the same sum is asked for under another key, ever more seldom and at least once a day, until it
    /// is back. From the fifth failure on people are told.
    /// </summary>
    public void MoneyStuck(string key, string because, DateTimeOffset now)
    {
        if (Refunds.Find(known => known.Key == key) is not { } refund) return;

        var failures = 1 + Refunds.Count(known => known.PaymentKey == refund.PaymentKey
            && known.LineId == refund.LineId && known.State == RefundState.Failed);
        if (!refund.Fail(because, now + Bookings.BookingRefund.PauseAfter(failures, Times.AskAgain))) return;

        var line = Lines.Find(known => known.Id == refund.LineId);
        Record("refund-failed", line, because, now);
        if (refund.AmountFen > Kept(refund.PaymentKey))
        {
            // Somebody gave money back in another way: so much can never be given, and less is left to ask for.
            refund.Replace();
            if (State == OrderState.Releasing) GiveBackAll(refund.PaymentKey, refund.Reason, now);
            EndIfAll(now);
            return;
        }

        ActBy(refund.AskAgainAt!.Value);
        if (failures < FailuresBeforeStuck) return;

        Record("stuck", line, $"{refund.AmountFen} fen, {failures} failures", now);
        Asks.Add(new OrderAsk.TellStuck(refund));
    }

    /// <summary>An admin has given back by hand what no provider would: nothing is asked for any longer.</summary>
    public Refusal? SettleByHand(string note, DateTimeOffset now)
    {
        var stuck = Refunds.FindAll(refund => refund.IsStuck);
        if (stuck.Count == 0) return new("nothing-stuck", "No refund of the order has failed and waits.");

        foreach (var refund in stuck)
        {
            refund.Settle(now);
            RefundedFen += refund.AmountFen;
            Record(
                "settled-by-hand", Lines.Find(line => line.Id == refund.LineId), $"{refund.AmountFen} fen: {note}",
                now);
        }

        EndIfAll(now);
        return null;
    }

    /// <summary>More time to pay; never less.</summary>
    public Refusal? Extend(DateTimeOffset until, DateTimeOffset now)
    {
        if (State != OrderState.Held || PayUntil <= now)
        {
            return new("not-held", $"The order is {StateName}; only a held one can be extended.");
        }

        if (until > LongestUntil) return new("too-long", $"An order is held until {LongestUntil:O} at the longest.");
        if (until <= PayUntil) return null;

        (PayUntil, UpdatedAt, ActAt) = (until, now, IsFree ? ActAt : until + Times.Grace);
        Record("extended", null, $"until {until:O}", now);
        Asks.Add(new OrderAsk.ProlongPlaces(HoldUntil));
        return null;
    }

    /// <summary>The booker gives up an order that was not paid. Giving up twice is once.</summary>
    public Refusal? GiveUp(string because, DateTimeOffset now)
    {
        switch (State)
        {
            case OrderState.Holding or OrderState.Held:
                Release(OrderState.Cancelled, null, new("given-up", because), now);
                return null;
            case OrderState.Releasing or OrderState.Failed or OrderState.Cancelled:
                return null;
            default:
                return new("being-confirmed", "The order is paid and about to be confirmed; cancel it in a moment.");
        }
    }

    /// <summary>Takes sold lines back. Tickets are settled by the caller under their locks; the nights' host is
    /// asked.</summary>
    /// <param name="tickets">The refund of each ticket line, and whether something of it stays.</param>
    /// <param name="nights">The stays to cancel.</param>
    public void Cancel(
        IReadOnlyList<(OrderLine Line, long RefundFen, bool Stays)> tickets, IReadOnlyList<OrderLine> nights,
        string because, DateTimeOffset now)
    {
        foreach (var (line, fen, stays) in tickets)
        {
            if (stays) line.Refund(fen);
            else line.Cancel(fen, because);
            Record(stays ? "units-cancelled" : "tickets-cancelled", line, $"{fen} fen back", now);
            GiveBack(fen, because, line, now);
        }

        foreach (var line in nights)
        {
            line.AskToCancel();
            Record("cancel-asked", line, because, now);
            Asks.Add(new OrderAsk.ReleaseNights(line, InFull: false, because));
        }

        if (nights.Count > 0) (Attempts, ActAt) = (0, now + Times.AskAgain);
        CancelledIfAll(now);
    }

    /// <summary>The deadline has come: whoever has not answered is not waited for any longer, or asked again.</summary>
    /// <param name="placesStand">Whether every ticket's hold still stands, seen under its lock.</param>
    /// <param name="now">The database's time.</param>
    public void Due(bool placesStand, DateTimeOffset now)
    {
        if (ActAt is null || ActAt > now) return;

        switch (State)
        {
            case OrderState.Holding:
                var silent = Lines.First(line => line.State == LineState.Asked);
                Release(OrderState.Failed, silent, new("no-answer", "The nights could not be held in time."), now);
                break;

            case OrderState.Held when IsFree:
                BeginToConfirm(placesStand, now);
                break;

            case OrderState.Held:
                Release(OrderState.Failed, null, new("not-paid", "The order was not paid in time."), now);
                break;

            case OrderState.Confirming:
                var open = Lines.Find(line => line is { Kind: OrderLine.Stay, State: LineState.Held });
                Release(OrderState.Failed, open, new("not-confirmed", "The nights were not confirmed in time."), now);
                break;

            default:
                AskAgain(now);
                break;
        }
    }

    private void HeldIfAll(DateTimeOffset now)
    {
        if (Lines.Exists(line => line.State != LineState.Held)) return;

        (State, PriceFen, ActAt) = (OrderState.Held, Lines.Sum(line => line.PriceFen), HoldUntil);
        Record("all-held", null, $"{PriceFen} fen", now);
        if (IsFree)
        {
            // Nobody takes a payment of nothing. The sweep confirms at once: the bookings are being written by the door
            // in this moment, and only what is written can be sold.
            ActAt = now;
            return;
        }

        Asks.Add(new OrderAsk.TellHeld());
        if (PayBy is { } method) AskPayment(method, now);
    }

    private void BeginToConfirm(bool placesStand, DateTimeOffset now)
    {
        (State, ActAt) = (OrderState.Confirming, now + Times.ConfirmPatience);
        foreach (var line in Nights) Asks.Add(new OrderAsk.ConfirmNights(line));

        // The tickets wait for the last of the nights; their holds must not run out meanwhile.
        if (Nights.Any()) Asks.Add(new OrderAsk.ProlongPlaces(now + Times.ConfirmPatience + Times.Grace));
        ConfirmIfAll(placesStand, now);
    }

    private void ConfirmIfAll(bool placesStand, DateTimeOffset now)
    {
        if (Nights.Any(line => line.State != LineState.Sold)) return;
        if (!placesStand)
        {
            Release(OrderState.Failed, null,
                new("hold-lost", "The places were gone before the nights were confirmed."), now);
            return;
        }

        foreach (var line in Tickets) line.Sell();
        (State, ConfirmedAt, ActAt) = (OrderState.Confirmed, now, NextAsk(now));
        Record("confirmed", null, null, now);
        Asks.Add(new OrderAsk.SellPlaces());
        Asks.Add(new OrderAsk.TellConfirmed());
    }

    /// <summary>The one way back: everything held is released, everything captured is refunded in full.</summary>
    private void Release(OrderState ending, OrderLine? line, Refusal why, DateTimeOffset now)
    {
        (State, Ending, Attempts, ActAt) = (OrderState.Releasing, ending, 0, now + Times.AskAgain);
        (FailedLineId, FailureCode, FailureReason) = (line?.Id, why.Code, why.Reason);
        Record("releasing", line, why.Code, now);
        if (Tickets.Any())
        {
            foreach (var ticket in Tickets) ticket.Return();
            Asks.Add(new OrderAsk.ReturnPlaces(why.Code));
        }

        foreach (
            var nights in Nights.Where(nights => nights.State is LineState.Asked or LineState.Held or LineState.Sold))
        {
            nights.Leave();
            Asks.Add(new OrderAsk.ReleaseNights(nights, InFull: true, why.Code));
        }

        foreach (var open in Payments.Where(payment => payment.Fail(why.Code)))
        {
            Asks.Add(new OrderAsk.DropPayment(open));
        }

        if (Paid is { } paid) GiveBackAll(paid.Key, why.Code, now);
        EndIfAll(now);
    }

    private void EndIfAll(DateTimeOffset now)
    {
        if (State != OrderState.Releasing) return;
        if (Lines.Exists(line => line.State is LineState.Leaving)
            || Refunds.Exists(refund => refund.State == RefundState.Asked)) return;
        if (Payments.Sum(payment => payment.CapturedFen) != RefundedFen) return;

        (State, EndedAt, ActAt) = (Ending ?? OrderState.Failed, now, NextAsk(now));
        Record(StateName, null, null, now);
        Asks.Add(new OrderAsk.TellEnded());
    }

    private void CancelledIfAll(DateTimeOffset now)
    {
        if (State != OrderState.Confirmed || Lines.Exists(line => line.State != LineState.Cancelled)) return;

        (State, EndedAt, ActAt) = (OrderState.Cancelled, now, NextAsk(now));
        Record(StateName, null, null, now);
        Asks.Add(new OrderAsk.TellCancelled(Lines.Sum(line => line.RefundFen)));
    }

    private void Fail(OrderLine line, Refusal why, DateTimeOffset now)
    {
        (State, EndedAt, ActAt) = (OrderState.Failed, now, null);
        (FailedLineId, FailureCode, FailureReason) = (line.Id, why.Code, why.Reason);
        Record("line-refused", line, why.Code, now);
        Asks.Add(new OrderAsk.TellEnded());
    }

    /// <summary>Nobody is waited for for ever: whoever owes an answer is asked again, ever more seldom.</summary>
    private void AskAgain(DateTimeOffset now)
    {
        var leaving = Lines.Where(line => line.State is LineState.Leaving or LineState.Cancelling).ToList();
        var owed = Refunds.Where(refund => refund.State == RefundState.Asked).ToList();
        var stuck = Refunds.Where(refund => refund.IsStuck && refund.AskAgainAt <= now).ToList();
        if (leaving.Count + owed.Count + stuck.Count == 0)
        {
            ActAt = NextAsk(now);
            return;
        }

        Attempts++;
        Record("asked-again", null, $"attempt {Attempts}", now);
        foreach (var line in leaving)
        {
            Asks.Add(
                new OrderAsk.ReleaseNights(line, InFull: State == OrderState.Releasing, FailureCode ?? "cancelled"));
        }

        foreach (var refund in owed) Asks.Add(new OrderAsk.GiveBack(refund));
        foreach (var refund in stuck)
        {
            refund.Replace();
            AskRefund(refund.PaymentKey, refund.AmountFen, refund.Reason, refund.LineId, now);
        }

        var pause = Times.AskAgain * Math.Pow(2, Math.Min(Attempts, 10));
        ActAt = now + (pause < LongestPause ? pause : LongestPause);
        if (NextStuck < ActAt) ActAt = NextStuck;
    }

    /// <summary>When the first of the failed refunds is asked for again.</summary>
    private DateTimeOffset? NextStuck => Refunds.Where(refund => refund.IsStuck).Min(refund => refund.AskAgainAt);

    /// <summary>When an order that waits for nothing else asks for money that is not back yet.</summary>
    private DateTimeOffset? NextAsk(DateTimeOffset now) =>
        Refunds.Exists(refund => refund.State == RefundState.Asked) ? now + Times.AskAgain : NextStuck;

    /// <summary>The sweep comes no later than that; while hosts or the payer have time, the deadline is
    /// theirs.</summary>
    private void ActBy(DateTimeOffset at)
    {
        if (State is OrderState.Holding or OrderState.Held or OrderState.Confirming) return;

        ActAt = ActAt < at ? ActAt : at;
    }

    /// <summary>What came in by a payment and is not back with the payer.</summary>
    private long Kept(string paymentKey) =>
        Payments.Where(payment => payment.Key == paymentKey).Sum(payment => payment.CapturedFen)
        - Refunds.Where(refund => refund.PaymentKey == paymentKey && refund.State == RefundState.Settled)
            .Sum(refund => refund.AmountFen);

    private OrderRefund? Adopt(string key, string paymentKey, long fen, DateTimeOffset now)
    {
        if (Kept(paymentKey) < fen) return null;

        var stuck = Refunds.Find(
            refund => refund.IsStuck && refund.PaymentKey == paymentKey && refund.AmountFen == fen);
        stuck?.Replace();
        var adopted = OrderRefund.Ask(this, key, paymentKey, fen, stuck?.Reason ?? "by-hand", stuck?.LineId, now);
        Refunds.Add(adopted);
        return adopted;
    }

    private void GiveBackAll(string paymentKey, string because, DateTimeOffset now)
    {
        // What is on its way already, or will be asked for again, is not asked for twice.
        var fen = Kept(paymentKey) - Refunds.Where(refund => refund.PaymentKey == paymentKey
            && (refund.State == RefundState.Asked || refund.IsStuck)).Sum(refund => refund.AmountFen);
        if (fen > 0) AskRefund(paymentKey, fen, because, lineId: null, now);
    }

    private void GiveBack(long fen, string because, OrderLine line, DateTimeOffset now)
    {
        if (fen > 0 && Paid is { } paid) AskRefund(paid.Key, fen, because, line.Id, now);
    }

    private void AskRefund(string paymentKey, long fen, string because, Guid? lineId, DateTimeOffset now)
    {
        var refund = OrderRefund.Ask(
            this, $"order-{Id}-refund-{Refunds.Count + 1}", paymentKey, fen, because, lineId, now);
        Refunds.Add(refund);
        ActBy(now + Times.AskAgain);
        Record("refund-asked", Lines.Find(line => line.Id == lineId), $"{fen} fen", now);
        Asks.Add(new OrderAsk.GiveBack(refund));
    }

    private OrderLine? Find(Guid lineId) => Lines.Find(line => line.Id == lineId && line.Kind == OrderLine.Stay);

    private string StateName => State.ToString().ToLowerInvariant();

    private void Record(string what, OrderLine? line, string? detail, DateTimeOffset now)
    {
        UpdatedAt = now;
        Steps.Add(new()
        {
            OrderId = Id, Number = ++StepCount, At = now, What = what, LineId = line?.Id, Detail = detail,
        });
    }
}

/// <summary>How long an order waits for whom.</summary>
/// <param name="HoldPatience">For the answers to what was asked to be held.</param>
/// <param name="Grace">From the payer's deadline to the end of the holds: for notices that travel slowly.</param>
/// <param name="ConfirmPatience">For the confirmation of nights that are paid.</param>
/// <param name="AskAgain">Until a release or a refund is asked for a second time; twice as long each time.</param>
/// <param name="KnownMoneyIsNoNews">Off only in the control test that shows what a capture told twice would do.</param>
internal sealed record OrderTimes(
    TimeSpan HoldPatience, TimeSpan Grace, TimeSpan ConfirmPatience, TimeSpan AskAgain, bool KnownMoneyIsNoNews = true)
{
    public static readonly OrderTimes Usual = new(
        TimeSpan.FromSeconds(60), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(30));

    /// <summary>Section <c>Orders</c>; what is not said is usual.</summary>
    public static OrderTimes From(IConfiguration configuration)
    {
        var orders = configuration.GetSection("Orders");
        return new(
            orders.GetValue(nameof(HoldPatience), Usual.HoldPatience), orders.GetValue(nameof(Grace), Usual.Grace),
            orders.GetValue(nameof(ConfirmPatience), Usual.ConfirmPatience),
                orders.GetValue(nameof(AskAgain), Usual.AskAgain),
            configuration.GetValue("Guards:OrderState", true));
    }
}

using System.Security.Claims;
using Jingdezhen.Tourism.Bookings.Availability;
using Jingdezhen.Tourism.Bookings.Bookings;
using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Platform.Http;
using Jingdezhen.Tourism.Platform.Messaging;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Orders;

/// <summary>
/// Where an order is changed: its row is locked, the saga decides, and what it asks for is carried out, all
/// in the caller's transaction. Locks are taken in one order everywhere: the order, its bookings by id, the slots by
/// id, the venues' days.
/// </summary>
internal sealed class OrderDesk(BookingsDb db, CatalogueCache catalogues, TouchedSlots touched, OrderTimes times)
{
    private readonly Dictionary<Guid, List<Booking>> _bookings = [];

    public async Task<Order?> LockAsync(Guid id, CancellationToken cancellation) =>
        (await LockAsync([id], cancellation)).GetValueOrDefault(id);

    /// <summary>Those of the orders that there are, by id.</summary>
    public async Task<Dictionary<Guid, Order>> LockAsync(Guid[] ids, CancellationToken cancellation)
    {
        var orders = await db.Orders
            .FromSql($"SELECT *, xmin FROM orders WHERE id = ANY({ids}) ORDER BY id FOR UPDATE")
            .ToListAsync(cancellation);
        await FillAsync(orders, cancellation);
        return orders.ToDictionary(order => order.Id);
    }

    /// <summary>An order that the caller may change; somebody else's is not there.</summary>
    public async Task<Order?> LockAsync(Guid id, ClaimsPrincipal user, CancellationToken cancellation)
    {
        var order = await db.Orders.FromSql($"SELECT *, xmin FROM orders WHERE id = {id} FOR UPDATE")
            .VisibleTo(user).SingleOrDefaultAsync(cancellation);
        if (order is not null) await FillAsync([order], cancellation);
        return order;
    }

    /// <summary>The next order whose time has come and that nobody else is busy with.</summary>
    public async Task<Order?> LockDueAsync(CancellationToken cancellation)
    {
        var order = await db.Orders.FromSql(
            $"""
            SELECT *, xmin FROM orders WHERE act_at <= now() ORDER BY act_at LIMIT 1 FOR UPDATE SKIP LOCKED
            """).SingleOrDefaultAsync(cancellation);
        if (order is not null) await FillAsync([order], cancellation);
        return order;
    }

    /// <summary>The tickets' bookings under their locks.</summary>
    public async Task<IReadOnlyList<Booking>> BookingsAsync(Order order, CancellationToken cancellation)
    {
        await LockBookingsAsync([order], cancellation);
        return _bookings[order.Id];
    }

    /// <summary>All that will be needed at once: taken one after the other, two groups could wait in a
    /// circle.</summary>
    public async Task LockBookingsAsync(IEnumerable<Order> orders, CancellationToken cancellation)
    {
        var unread = orders.Where(order => !_bookings.ContainsKey(order.Id)).ToList();
        if (unread.Count == 0) return;

        var ids = unread.SelectMany(order => order.Tickets).Select(line => line.Id).ToArray();
        var bookings = await db.Bookings
            .FromSql($"SELECT *, xmin FROM bookings WHERE id = ANY({ids}) ORDER BY id FOR UPDATE")
            .ToDictionaryAsync(booking => booking.Id, cancellation);
        await db.UnitItems.Where(item => ids.Contains(item.BookingId)).LoadAsync(cancellation);
        foreach (var order in unread)
        {
            _bookings[order.Id] = [.. order.Tickets.Select(line => bookings.GetValueOrDefault(line.Id))
                .OfType<Booking>().OrderBy(booking => booking.Id)];
        }
    }

    /// <summary>Whether every ticket of the order is still held for it.</summary>
    public async Task<bool> PlacesStandAsync(Order order, DateTimeOffset now, CancellationToken cancellation) =>
        (await BookingsAsync(order, cancellation)).All(booking => booking.StatusAt(now) == BookingStatus.OnHold);

    /// <summary>Does what the order asks for and saves; the caller commits.</summary>
    public Task CarryOutAsync(Order order, DateTimeOffset now, CancellationToken cancellation) =>
        CarryOutAsync([order], now, cancellation);

    /// <summary>Does what the orders ask for and saves; the caller commits.</summary>
    public async Task CarryOutAsync(
        IReadOnlyCollection<Order> orders, DateTimeOffset now, CancellationToken cancellation)
    {
        await LockBookingsAsync(orders.Where(order => order.Asks.Exists(ask => ask.IsOfPlaces)), cancellation);
        var ended = new List<(Booking Booking, string Because)>();
        foreach (var order in orders)
        {
            foreach (var ask in order.Asks)
            {
                switch (ask)
                {
                    case OrderAsk.ProlongPlaces prolong:
                        foreach (var booking in _bookings[order.Id]) booking.Extend(prolong.Until, now);
                        break;

                    case OrderAsk.SellPlaces:
                        await SellAsync(order, now, cancellation);
                        break;

                    case OrderAsk.ReturnPlaces(var because):
                        ended.AddRange(_bookings[order.Id].Select(booking => (booking, because)));
                        break;

                    default:
                        db.Publish(OrderNews.Of(order, ask));
                        break;
                }
            }

            order.Asks.Clear();
        }

        await ReturnAsync(ended, now, cancellation);
        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>Ends bookings and gives all their places back at once, in the door's order of locks.</summary>
    /// <returns>What the policy of each gives back.</returns>
    public Task<Dictionary<Guid, long>> ReturnAsync(
        IEnumerable<Booking> bookings, string because, DateTimeOffset now, CancellationToken cancellation) =>
        ReturnAsync([.. bookings.Select(booking => (booking, because))], now, cancellation);

    private async Task<Dictionary<Guid, long>> ReturnAsync(
        List<(Booking Booking, string Because)> bookings, DateTimeOffset now, CancellationToken cancellation)
    {
        var refunds = new Dictionary<Guid, long>();
        var places = new List<(Guid SlotId, int Visitors)>();
        foreach (var (booking, because) in bookings)
        {
            var before = booking.RefundFen;
            if (booking.Status == BookingStatus.Cancelled || booking.Cancel(because, now) is not null) continue;

            refunds[booking.Id] = booking.RefundFen - before;
            places.Add((booking.SlotId, booking.Visitors));
            db.Publish(BookingEvents.Cancelled(booking, refunds[booking.Id]), now);
        }

        if (places.Count == 0) return refunds;

        await db.ReturnClaimsAsync(refunds.Keys, cancellation);
        await db.ReturnPlacesAsync(places, cancellation);
        touched.Add(places.Select(place => place.SlotId));
        return refunds;
    }

    private async Task SellAsync(Order order, DateTimeOffset now, CancellationToken cancellation)
    {
        var catalogue = await catalogues.GetAsync(cancellation);
        var authority = order.ResellerId is null ? Authority.Payment : Authority.OnAccount;
        foreach (var booking in await BookingsAsync(order, cancellation))
        {
            // Whether they stand was seen under the same locks: a refusal here is a bug, and nothing of this is
            // committed.
            if (booking.Confirm(authority, booking.PriceFen, now) is { } refusal)
            {
                throw new InvalidOperationException($"Booking {booking.Id} of order {order.Id}: {refusal.Reason}");
            }

            db.Publish(BookingEvents.Confirmed(booking, catalogue.Products[booking.ProductId], now), now);
        }
    }

    private async Task FillAsync(List<Order> orders, CancellationToken cancellation)
    {
        var ids = orders.ConvertAll(order => order.Id);
        await db.OrderLines.Where(line => ids.Contains(line.OrderId)).LoadAsync(cancellation);
        await db.OrderPayments.Where(payment => ids.Contains(payment.OrderId)).LoadAsync(cancellation);

        // Nothing goes back where nothing came in.
        if (orders.Exists(order => order.Payments.Exists(payment => payment.CapturedFen > 0)))
        {
            await db.OrderRefunds.Where(refund => ids.Contains(refund.OrderId)).LoadAsync(cancellation);
        }

        foreach (var order in orders)
        {
            order.Times = times;
            order.Lines.Sort((one, other) => one.Position.CompareTo(other.Position));
            if (order.ResellerId is not null) await TakeInAsync(order, cancellation);
        }
    }

    /// <summary>A reseller's bookings join their cart at the door, which knows nothing of orders.</summary>
    private async Task TakeInAsync(Order cart, CancellationToken cancellation)
    {
        var bookings = await db.Bookings.AsNoTracking().Include(booking => booking.UnitItems)
            .Where(booking => booking.OrderId == cart.Id).OrderBy(booking => booking.Id).ToListAsync(cancellation);
        foreach (var booking in bookings)
        {
            db.AddRange(cart.TakeIn(
                booking.Id, booking.SlotId, booking.StartsAt, booking.Visitors, booking.PriceFen));
        }
    }
}

internal static class OrderQueries
{
    /// <summary>The orders that a caller may see; somebody else's are not there.</summary>
    public static IQueryable<Order> VisibleTo(this IQueryable<Order> orders, ClaimsPrincipal user)
    {
        if (user.IsInRole(Roles.Operator) || user.IsInRole(Roles.Admin)) return orders;

        var merchant = user.MerchantId();
        if (user.IsInRole(Roles.Reseller)) return orders.Where(
            order => order.ResellerId == merchant && merchant != null);

        var account = user.AccountId();
        return orders.Where(order => order.AccountId == account);
    }
}

/// <summary>What an order asks of other services, as messages.</summary>
internal static class OrderNews
{
    public static object Of(Order order, OrderAsk ask) => ask switch
    {
        OrderAsk.HoldNights(var line) => new HoldStay(
            line.Id, order.Id, line.RoomId!.Value, line.Day, line.Departure!.Value, line.Persons, line.Children,
            order.AccountId, order.Channel, order.Source, order.Campaign, order.LongestUntil + order.Times.Grace),
        OrderAsk.ConfirmNights(var line) => new ConfirmStay(line.Id, order.Id, line.PriceFen, Authority.Payment),
        OrderAsk.ReleaseNights(var line, var inFull, var because) =>
            new ReleaseStay(line.Id, order.Id, CancelConfirmed: true, because, inFull),
        OrderAsk.TakeMoney(var payment) => new RequestPayment(
            payment.Key, Order.PaymentPurpose, order.Id, order.AccountId, payment.AmountFen, Order.Currency,
                payment.Method,
            payment.ExpiresAt),
        OrderAsk.DropPayment(var payment) => new CancelPayment(payment.Key),
        OrderAsk.GiveBack(var refund) => new RequestRefund(
            refund.Key, refund.PaymentKey, Order.PaymentPurpose, order.Id, refund.AmountFen, Order.Currency,
                refund.Reason),
        OrderAsk.TellPlaced => new OrderPlaced(
            order.Id, order.AccountId, order.Lines.Count, order.Channel, order.Source, order.Campaign, order.PriceFen,
            order.ResellerId),
        OrderAsk.TellHeld => new OrderHeld(
            order.Id, order.AccountId, order.Lines.Count, order.Channel, order.Source, order.Campaign, order.PriceFen,
            order.PayUntil, order.ResellerId),
        OrderAsk.TellConfirmed => new OrderConfirmed(
            order.Id, order.AccountId, order.Lines.Count, order.Channel, order.Source, order.Campaign, order.PriceFen,
            order.ResellerId),
        OrderAsk.TellCancelled(var fen) => new OrderCancelled(
            order.Id, order.AccountId, order.Lines.Count, order.Channel, order.Source, order.Campaign, order.PriceFen,
            fen, order.ResellerId),
        OrderAsk.TellStuck(var refund) => new OrderStuck(order.Id, refund.AmountFen, refund.FailureReason ?? ""),
        OrderAsk.TellEnded => new OrderFailed(
            order.Id, order.AccountId, order.FailureCode ?? "cancelled", order.RefundedFen, order.ResellerId),
        _ => throw new InvalidOperationException($"Nobody outside is asked for {ask}."),
    };
}

using System.Diagnostics;
using Jingdezhen.Tourism.Bookings.Bookings;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Platform.Messaging;

namespace Jingdezhen.Tourism.Bookings.Orders;

/// <param name="placesStand">Whether every ticket's hold still stands, seen under its lock.</param>
internal delegate void OrderMove(Order order, bool placesStand, DateTimeOffset now);

/// <summary>What another service said of an order.</summary>
/// <param name="AsksPlaces">Whether the move has to know how the tickets stand.</param>
/// <param name="IfUnknown">What is answered where there is no such order.</param>
internal sealed record OrderWord(Guid OrderId, OrderMove Move, bool AsksPlaces = false, object? IfUnknown = null);

/// <summary>
/// Moves orders by what was said of them, many in one transaction. The two nights of a trip mostly answer in one
/// breath: the order is then read, moved twice and written once.
/// </summary>
internal sealed class MoveOrders(BookingsDb db, OrderDesk desk)
{
    public async Task HandleAsync(IReadOnlyList<Letter<OrderWord>> letters, CancellationToken cancellation)
    {
        var orders = await desk.LockAsync([.. letters.Select(letter => letter.Item.OrderId).Distinct()], cancellation);
        var now = await db.NowAsync(cancellation);
        await desk.LockBookingsAsync(
            letters.Where(letter => letter.Item.AsksPlaces)
                .Select(letter => orders.GetValueOrDefault(letter.Item.OrderId)).OfType<Order>().Distinct(),
            cancellation);
        foreach (var (word, trace) in letters)
        {
            Activity.Current = trace;
            if (orders.TryGetValue(word.OrderId, out var order))
            {
                var stand = word.AsksPlaces && await desk.PlacesStandAsync(order, now, cancellation);
                word.Move(order, stand, now);
            }
            else if (word.IfUnknown is { } answer)
            {
                db.Publish(answer);
            }
        }

        await desk.CarryOutAsync(orders.Values, now, cancellation);
    }
}

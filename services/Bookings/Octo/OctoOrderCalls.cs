using System.Text.Json;
using Jingdezhen.Tourism.Bookings.Bookings;
using Jingdezhen.Tourism.Bookings.Orders;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Octo;

/// <summary>
/// OCTO's cart (capability octo/cart) over our orders: bookings reserved with an orderId are confirmed, extended and
/// cancelled together, and any that fails fails all.
/// </summary>
internal sealed class OctoOrderCalls(
    BookingsDb db, OrderDesk desk, OctoBookingCalls bookings, OrderTimes times, IHttpContextAccessor accessor)
{
    private HttpContext Http => accessor.HttpContext!;
    private CancellationToken Cancellation => Http.RequestAborted;

    private Guid Reseller => Http.User.MerchantId()
        ?? throw new OctoException(
            new("FORBIDDEN", "The token belongs to no reseller."), StatusCodes.Status403Forbidden);

    public async Task<IResult> Create()
    {
        var wants = OctoWants.Of(Http);
        var body = await OctoJson.ReadAsync<OctoCreateOrderBody>(Http.Request, mayBeEmpty: true);
        if (body.Currency is not (null or "CNY")) throw OctoException.BadRequest("Only CNY is sold.");

        await using var transaction = await db.Database.BeginTransactionAsync(Cancellation);
        var now = await db.NowAsync(Cancellation);
        var order = Order.OpenCart(Reseller, now + OctoBookingCalls.Minutes(body.ExpirationMinutes), times, now);
        db.Add(order);
        await db.SaveChangesAsync(Cancellation);
        await transaction.CommitAsync(Cancellation);
        return await ShowAsync(order, wants);
    }

    public async Task<IResult> Show(string id)
    {
        var wants = OctoWants.Of(Http);
        var (known, reseller) = (ReadId(id), Reseller);
        var order = await db.Orders.AsNoTracking()
            .SingleOrDefaultAsync(o => o.Id == known && o.ResellerId == reseller, Cancellation) ?? throw Unknown(id);
        return await ShowAsync(order, wants);
    }

    public Task<IResult> Extend(string id) => ChangeAsync(id, async (order, now) =>
    {
        var body = await OctoJson.ReadAsync<OctoExtendBody>(Http.Request, mayBeEmpty: true);
        if (order.Extend(now + OctoBookingCalls.Minutes(body.ExpirationMinutes), now) is {
            Code: not "too-long" } refusal)
        {
            throw Unknown(id, refusal.Reason);
        }
    });

    public Task<IResult> Confirm(string id) => ChangeAsync(id, async (order, now) =>
    {
        var body = await OctoJson.ReadAsync<OctoConfirmBody>(Http.Request);
        if (body.Contact is null) throw OctoException.BadRequest("contact is required.");

        var stand = await desk.PlacesStandAsync(order, now, Cancellation);
        if (order.ConfirmOnAccount(stand, now) is { } refusal) throw Unknown(id, refusal.Reason);

        var contact = JsonSerializer.Serialize(body.Contact, OctoJson.Options);
        foreach (var booking in await desk.BookingsAsync(order, Cancellation))
        {
            booking.Describe(contact, booking.Notes, body.ResellerReference ?? booking.ResellerReference, now);
        }
    });

    public Task<IResult> Cancel(string id) => ChangeAsync(id, async (order, now) =>
    {
        var body = await OctoJson.ReadAsync<OctoCancelBody>(Http.Request, mayBeEmpty: true);
        if (order.State != OrderState.Confirmed)
        {
            if (order.GiveUp(body.Reason ?? "", now) is { } refusal) throw Unknown(id, refusal.Reason);
            return;
        }

        var sold = await desk.BookingsAsync(order, Cancellation);
        if (sold.Any(booking => booking.UnitItems.Exists(item => item.Status == UnitStatus.Redeemed)))
        {
            throw Unknown(id, "Some of its tickets were used; it cannot be cancelled.");
        }

        var refunds = await desk.ReturnAsync(sold, body.Reason ?? "", now, Cancellation);
        order.Cancel(
            [.. order.Tickets.Where(line => refunds.ContainsKey(line.Id))
                .Select(line => (line, refunds[line.Id], false))],
            nights: [], body.Reason ?? "", now);
    });

    private async Task<IResult> ChangeAsync(string id, Func<Order, DateTimeOffset, Task> change)
    {
        var wants = OctoWants.Of(Http);
        await using var transaction = await db.Database.BeginTransactionAsync(Cancellation);
        if (await desk.LockAsync(ReadId(id), Http.User, Cancellation) is not { } order) throw Unknown(id);

        var now = await db.NowAsync(Cancellation);
        await change(order, now);
        await desk.CarryOutAsync(order, now, Cancellation);
        await transaction.CommitAsync(Cancellation);
        return await ShowAsync(order, wants);
    }

    private async Task<IResult> ShowAsync(Order order, OctoWants wants)
    {
        var now = await db.NowAsync(Cancellation);
        var parts = await db.Bookings.AsNoTracking().Include(b => b.UnitItems).Where(b => b.OrderId == order.Id)
            .OrderBy(b => b.Id).ToListAsync(Cancellation);
        var shown = new List<OctoBooking>();
        foreach (var booking in parts) shown.Add(await bookings.ViewAsync(booking, wants));

        var status = order.State switch
        {
            OrderState.Held when order.PayUntil > now => "ON_HOLD",
            OrderState.Confirmed => "CONFIRMED",
            OrderState.Cancelled => "CANCELLED",
            _ => "EXPIRED",
        };
        var contact = parts.Find(booking => booking.Contact is not null)?.Contact;
        return OctoCatalogueCalls.Json(new OctoOrder(
            order.Id.ToString(), TestMode: false, BookingReference.Of(order.Id), status, OctoJson.Utc(order.CreatedAt),
            status is "ON_HOLD" or "EXPIRED" ? OctoJson.Utc(order.PayUntil) : null, OctoJson.Utc(order.ConfirmedAt),
            Confirmable: status == "ON_HOLD" && shown.Count > 0
                && shown.TrueForAll(booking => booking.Status == "ON_HOLD"),
            Cancellable: status is "ON_HOLD" or "CONFIRMED",
            contact is null ? new(Locales: []) : JsonSerializer.Deserialize<OctoContact>(contact, OctoJson.Options)!,
                shown)
        {
            Pricing = wants.Pricing ? OctoView.Price(parts.Sum(booking => booking.PriceFen)) : null,
        });
    }

    private static Guid ReadId(string id) => Guid.TryParse(id, out var known) ? known : throw Unknown(id);

    private static OctoException Unknown(string id, string because = "The orderId was missing or invalid") =>
        new(new("INVALID_ORDER_ID", because) { OrderId = id });
}

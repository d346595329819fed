using System.Text.Json;
using Jingdezhen.Tourism.Bookings.Availability;
using Jingdezhen.Tourism.Bookings.Bookings;
using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Bookings.Tickets;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Octo;

/// <summary>The booking half of OCTO. A booking's uuid is its idempotency key.</summary>
internal sealed class OctoBookingCalls(
    BookingsDb db, CatalogueCache catalogues, Admission admission, TicketKeys ticketKeys, TouchedSlots touched,
    IHttpContextAccessor accessor)
{
    private const int DefaultMinutes = 30;
    private const int LongestMinutes = 30;
    private const int MostFound = 100;

    private HttpContext Http => accessor.HttpContext!;
    private CancellationToken Cancellation => Http.RequestAborted;

    public async Task<IResult> Reserve()
    {
        var wants = OctoWants.Of(Http);
        var body = await OctoJson.ReadAsync<OctoReserveBody>(Http.Request);
        var uuid = body.Uuid is null ? Guid.CreateVersion7() : ReadUuid(body.Uuid);
        var (product, option) = OctoCatalogueCalls.FindOption(
            await catalogues.GetAsync(Cancellation), body.ProductId, body.OptionId);
        if (body.AvailabilityId is null || !Guid.TryParse(body.AvailabilityId, out var slot))
        {
            throw OctoException.Availability(body.AvailabilityId);
        }

        if (body.Currency is not (null or "CNY")) throw OctoException.BadRequest("Only CNY is sold.");

        var outcome = await admission.HoldAsync(new HoldRequest
        {
            Caller = Idempotency.CallerOf(Http.User),
            Key = $"octo:{uuid}",
            RequestHash = RequestHash.Of(body),
            SlotId = slot,
            OptionId = option.Id,
            Units = ReadUnits(body.UnitItems, option),
            HoldLength = Minutes(body.ExpirationMinutes),
            Channel = Channels.Ota,
            Uuid = uuid,
            ResellerId = Reseller,
            OrderId = await CartAsync(body.OrderId),
            Contact = Stored(body.Contact),
            Notes = body.Notes,
            ResellerReference = body.ResellerReference,
            CountryOfResidence = body.Contact?.Country is { Length: 2 } country ? country.ToUpperInvariant() : null,
            Answer = static (_, _) => "",
        });
        return outcome is HoldOutcome.Refused refused
            ? throw OctoException.Of(refused, body)
            : await ShowAsync(await FindAsync(uuid), wants);
    }

    public async Task<IResult> Show(string uuid)
    {
        var wants = OctoWants.Of(Http);
        return await ShowAsync(await FindAsync(ReadUuid(uuid)), wants);
    }

    public async Task<IResult> Find(
        string? resellerReference, string? supplierReference, string? localDate, string? localDateStart,
        string? localDateEnd, string? productId, string? optionId)
    {
        var wants = OctoWants.Of(Http);
        if ((resellerReference ?? supplierReference ?? localDate ?? localDateStart ?? productId ?? optionId) is null)
        {
            throw OctoException.BadRequest(
                "Search by resellerReference, supplierReference, localDate, localDateStart and localDateEnd, "
                + "productId or optionId.");
        }

        var found = Own.Include(booking => booking.UnitItems).AsQueryable();
        if (resellerReference is not null)
        {
            found = found.Where(booking => booking.ResellerReference == resellerReference);
        }

        if (supplierReference is not null) found = found.Where(booking => booking.Reference == supplierReference);
        if (productId is not null)
        {
            if (!Guid.TryParse(productId, out var product)) throw OctoException.Product(productId);
            found = found.Where(booking => booking.ProductId == product);
        }

        if (optionId is not null)
        {
            if (!Guid.TryParse(optionId, out var option)) throw OctoException.Option(optionId);
            found = found.Where(booking => booking.OptionId == option);
        }

        if ((localDate ?? localDateStart) is not null)
        {
            var from = OctoJson.ReadDate(localDate ?? localDateStart)
                ?? throw OctoException.BadRequest("Dates are YYYY-MM-DD.");
            var to = OctoJson.ReadDate(localDate ?? localDateEnd)
                ?? throw OctoException.BadRequest("localDateEnd is missing or no date.");
            found = found.Where(booking =>
                db.Slots.Any(slot => slot.Id == booking.SlotId && slot.LocalDate >= from && slot.LocalDate <= to));
        }

        var page = await found.OrderByDescending(booking => booking.Id).Take(MostFound).ToListAsync(Cancellation);
        var shown = new List<OctoBooking>();
        foreach (var booking in page) shown.Add(await ViewAsync(booking, wants));
        return OctoCatalogueCalls.Json(shown);
    }

    public Task<IResult> Extend(string uuid) => ChangeAsync(uuid, async (booking, _, now) =>
    {
        var body = await OctoJson.ReadAsync<OctoExtendBody>(Http.Request, mayBeEmpty: true);
        if (booking.Extend(now + Minutes(body.ExpirationMinutes), now) is { } refusal)
        {
            throw OctoException.Uuid(uuid, refusal.Reason);
        }

    });

    public Task<IResult> Confirm(string uuid) => ChangeAsync(uuid, async (booking, product, now) =>
    {
        var body = await OctoJson.ReadAsync<OctoConfirmBody>(Http.Request);
        if (body.Contact is null) throw OctoException.BadRequest("contact is required.");
        RefuseParts(booking);
        if (booking.Status is BookingStatus.Confirmed or BookingStatus.Redeemed) return;

        booking.Describe(Stored(body.Contact), booking.Notes, body.ResellerReference ?? booking.ResellerReference, now);
        DescribeUnits(booking, body.UnitItems);
        if (booking.ConfirmAndTell(db, product, Authority.OnAccount, booking.PriceFen, now) is { } refusal)
        {
            throw OctoException.Uuid(uuid, refusal.Reason);
        }

    });

    public Task<IResult> Cancel(string uuid) => ChangeAsync(uuid, async (booking, _, now) =>
    {
        var body = await OctoJson.ReadAsync<OctoCancelBody>(Http.Request, mayBeEmpty: true);
        RefuseParts(booking);
        if (await db.CancelWholeAsync(booking, body.Reason ?? "", now, Cancellation) is { } refusal)
        {
            throw OctoException.Uuid(uuid, refusal.Reason);
        }
    });

    public Task<IResult> Update(string uuid) => ChangeAsync(uuid, async (booking, _, now) =>
    {
        var body = await OctoJson.ReadAsync<OctoUpdateBody>(Http.Request);
        if (booking.StatusAt(now) is not (BookingStatus.OnHold or BookingStatus.Confirmed))
        {
            throw OctoException.Uuid(uuid, "The booking has ended.");
        }

        booking.Describe(
            body.Contact is null ? booking.Contact : Stored(body.Contact), body.Notes ?? booking.Notes,
            body.ResellerReference ?? booking.ResellerReference, now);
        if (body.ExpirationMinutes is not null && booking.Status == BookingStatus.OnHold)
        {
            booking.Extend(now + Minutes(body.ExpirationMinutes), now);
        }

        if (body.AvailabilityId is null && body.UnitItems is null && body.OptionId is null && body.ProductId is null)
        {
            return;
        }

        // The cart's price was told: another slot or other units are another booking.
        RefuseParts(booking);
        var catalogue = await catalogues.GetAsync(Cancellation);
        var (product, option) = OctoCatalogueCalls.FindOption(
            catalogue, body.ProductId ?? booking.ProductId.ToString(), body.OptionId ?? booking.OptionId.ToString());
        if (!Guid.TryParse(body.AvailabilityId ?? booking.SlotId.ToString(), out var slot))
        {
            throw OctoException.Availability(body.AvailabilityId);
        }

        var units = body.UnitItems is not null
            ? ReadUnits(body.UnitItems, option)
            : booking.LiveUnits.OrderBy(item => item.Position)
                .Select(item => new HoldUnit(item.UnitId, item.AgeBand, Id: item.Id)).ToList();
        if (await MovePlaces.MoveAsync(db, booking, slot, product, option, units, now, Cancellation) is { } refused)
        {
            throw OctoException.Of(refused,
                new(uuid, body.ProductId, body.OptionId, body.AvailabilityId, null, null, body.UnitItems, null, null,
                null));
        }
    });

    /// <summary>The open cart that a booking is to join.</summary>
    private async Task<Guid?> CartAsync(string? orderId)
    {
        if (orderId is null) return null;

        var (reseller, now) = (Reseller, await db.NowAsync(Cancellation));
        var known = Guid.TryParse(orderId, out var id) && await db.Orders.AnyAsync(
            order => order.Id == id && order.ResellerId == reseller && order.State == Orders.OrderState.Held
                && order.PayUntil > now,
            Cancellation);
        return known
            ? id
            : throw new OctoException(
                new("INVALID_ORDER_ID", "There is no such order, or it is closed.") { OrderId = orderId });
    }

    // Of a cart nothing goes its own way.
    private static void RefuseParts(Booking booking)
    {
        if (booking.OrderId is not null)
        {
            throw OctoException.Unprocessable(
                "The booking belongs to an order and is changed, confirmed and cancelled with it.");
        }
    }

    private Guid Reseller => Http.User.MerchantId()
        ?? throw new OctoException(
            new("FORBIDDEN", "The token belongs to no reseller."), StatusCodes.Status403Forbidden);

    private IQueryable<Booking> Own
    {
        get
        {
            var reseller = Reseller;
            return db.Bookings.AsNoTracking().Where(booking => booking.ResellerId == reseller);
        }
    }

    private async Task<Booking> FindAsync(Guid uuid) =>
        await Own.Include(booking => booking.UnitItems)
            .SingleOrDefaultAsync(booking => booking.Uuid == uuid, Cancellation)
        ?? throw OctoException.Uuid(uuid.ToString());

    private async Task<IResult> ChangeAsync(string uuid, Func<Booking, Product, DateTimeOffset, Task> change)
    {
        var wants = OctoWants.Of(Http);
        var reseller = Reseller;
        var known = ReadUuid(uuid);
        await using var transaction = await db.Database.BeginTransactionAsync(Cancellation);
        var booking = await db.Bookings
            .FromSql($"SELECT *, xmin FROM bookings WHERE reseller_id = {reseller} AND uuid = {known} FOR UPDATE")
            .SingleOrDefaultAsync(Cancellation) ?? throw OctoException.Uuid(uuid);
        await db.Entry(booking).Collection(b => b.UnitItems).LoadAsync(Cancellation);
        var before = booking.SlotId;
        var product = (await catalogues.GetAsync(Cancellation)).Products[booking.ProductId];
        await change(booking, product, await db.NowAsync(Cancellation));
        await db.SaveChangesAsync(Cancellation);
        await transaction.CommitAsync(Cancellation);
        touched.Add([before, booking.SlotId]);
        return await ShowAsync(booking, wants);
    }

    private async Task<IResult> ShowAsync(Booking booking, OctoWants wants) =>
        OctoCatalogueCalls.Json(await ViewAsync(booking, wants));

    public async Task<OctoBooking> ViewAsync(Booking booking, OctoWants wants)
    {
        var product = (await catalogues.GetAsync(Cancellation)).Products[booking.ProductId];
        var slot = (await db.SlotsAsync([booking.SlotId], Cancellation)).Single();
        var starts = await OctoCatalogueCalls.StartTimesAsync(db, product, Cancellation);
        var codes = new Dictionary<Guid, string>();
        if (booking.Status is BookingStatus.Confirmed or BookingStatus.Redeemed)
        {
            var (id, key) = await ticketKeys.SigningAsync(Cancellation);
            foreach (var item in booking.LiveUnits)
            {
                codes[item.Id] = TicketCode.Sign(ShowTickets.TicketOf(booking, item, product), id, key);
            }
        }

        return OctoView.Booking(booking, slot, product, starts, codes, await db.NowAsync(Cancellation), wants);
    }

    private static List<HoldUnit> ReadUnits(IReadOnlyList<OctoUnitItemBody>? items, Option option)
    {
        if (items is not { Count: > 0 }) throw OctoException.Unprocessable("unitItems must name at least one unit.");

        return items.Select(item => new HoldUnit(
            option.Units.Find(unit => unit.Id.ToString() == item.UnitId)?.Id ?? throw OctoException.Unit(item.UnitId),
            Id: item.Uuid is null ? null : ReadUuid(item.Uuid), Contact: Stored(item.Contact),
            ResellerReference: item.ResellerReference)).ToList();
    }

    private static void DescribeUnits(Booking booking, IReadOnlyList<OctoUnitItemBody>? items)
    {
        foreach (var body in items ?? [])
        {
            var item = booking.LiveUnits.FirstOrDefault(known => known.Id.ToString() == body.Uuid)
                ?? booking.LiveUnits.FirstOrDefault(
                    known => body.Uuid is null && known.UnitId.ToString() == body.UnitId)
                ?? throw OctoException.Unit(body.UnitId);
            item.Contact = Stored(body.Contact) ?? item.Contact;
            item.ResellerReference = body.ResellerReference ?? item.ResellerReference;
        }
    }

    private static string? Stored(OctoContact? contact) => contact is null ? null
        : JsonSerializer.Serialize(contact, OctoJson.Options);

    public static TimeSpan Minutes(int? asked) => asked is < 1
        ? throw OctoException.BadRequest("expirationMinutes must be at least 1.")
        : TimeSpan.FromMinutes(Math.Min(asked ?? DefaultMinutes, LongestMinutes));

    private static Guid ReadUuid(string text) => Guid.TryParse(text, out var uuid) ? uuid
        : throw OctoException.Uuid(text);
}

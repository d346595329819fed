using Jingdezhen.Tourism.Complaints.Compensations;
using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using MassTransit;

namespace Jingdezhen.Tourism.Complaints.Purchases;

// Every message writes only what it knows, so that the order in which they come does not matter; of two changes the one
// that happened later counts. What was paid is the most that was ever told: a sold purchase moves to what costs no
// more, and what it costs less comes back as a refund. The inbox keeps copies away; sums would otherwise grow with
// each. What gives money back passes the compensations' desk: a tourist whom the fund has paid may have it twice.

internal sealed class LearnBookingConsumer(InboxGroup<SoldBooking> sales) : IGroupedConsumer,
    IConsumer<BookingConfirmed>
{
    public Task Consume(ConsumeContext<BookingConfirmed> context) =>
        sales.HandleAsync(context, new(context.Message, context.WhenOccurred().ToUniversalTime()));
}

internal sealed record SoldBooking(BookingConfirmed Sale, DateTimeOffset At);

/// <summary>Learns the sales that came together with one statement: of all news there is most of this.</summary>
internal sealed class LearnBookings(ComplaintsDb db)
{
    public Task HandleAsync(IReadOnlyList<Letter<SoldBooking>> letters, CancellationToken cancellation)
    {
        // In one order, or two groups could wait for each other; told twice, the later message counts.
        List<SoldBooking> sold = [.. letters.Select(letter => letter.Item).GroupBy(one => one.Sale.BookingId)
            .Select(booking => booking.MaxBy(one => one.At)!).OrderBy(one => one.Sale.BookingId)];
        Guid[] ids = [.. sold.Select(one => one.Sale.BookingId)];
        Guid?[] orders = [.. sold.Select(one => one.Sale.OrderId)];
        Guid?[] accounts = [.. sold.Select(one => one.Sale.AccountId)];
        string?[] guests = [.. sold.Select(one => one.Sale.GuestKey)];
        Guid[] merchants = [.. sold.Select(one => one.Sale.MerchantId)];
        Guid[] products = [.. sold.Select(one => one.Sale.ProductId)];
        Guid[] slots = [.. sold.Select(one => one.Sale.AvailabilityId)];
        string?[] venues = [.. sold.Select(one => one.Sale.VenueId)];
        string?[] counties = [.. sold.Select(one => one.Sale.County)];
        string?[] kinds = [.. sold.Select(one => one.Sale.ProductKind)];
        string[] channels = [.. sold.Select(one => one.Sale.Channel)];
        long[] paid = [.. sold.Select(one => one.Sale.PriceFen)];
        int[] people = [.. sold.Select(one => one.Sale.Visitors)];
        DateTimeOffset[] starts = [.. sold.Select(one => one.Sale.StartsAt.ToUniversalTime())];
        DateTimeOffset[] ends = [.. sold.Select(one => one.Sale.EndsAt.ToUniversalTime())];
        DateTimeOffset[] confirmed = [.. sold.Select(one => one.At)];
        return db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO purchases (id, kind, order_id, account_id, guest_key, merchant_id, product_id, slot_id,
                venue_id, county, product_kind, channel, paid_fen, people, starts_at, ends_at, confirmed_at)
            SELECT id, 'booking', order_id, account_id, guest_key, merchant_id, product_id, slot_id, venue_id, county,
                product_kind, channel, paid_fen, people, starts_at, ends_at, confirmed_at
            FROM unnest({ids}, {orders}, {accounts}, {guests}, {merchants}, {products}, {slots}, {venues}, {counties},
                {kinds}, {channels}, {paid}, {people}, {starts}, {ends}, {confirmed}) AS sold (id, order_id,
                account_id, guest_key, merchant_id, product_id, slot_id, venue_id, county, product_kind, channel,
                paid_fen, people, starts_at, ends_at, confirmed_at)
            ON CONFLICT (id) DO UPDATE SET order_id = excluded.order_id, account_id = excluded.account_id,
                guest_key = excluded.guest_key, merchant_id = excluded.merchant_id, product_id = excluded.product_id,
                slot_id = coalesce(purchases.slot_id, excluded.slot_id), venue_id = excluded.venue_id,
                county = excluded.county, product_kind = excluded.product_kind, channel = excluded.channel,
                paid_fen = greatest(purchases.paid_fen, excluded.paid_fen),
                people = CASE WHEN purchases.people > 0 THEN purchases.people ELSE excluded.people END,
                starts_at = coalesce(purchases.starts_at, excluded.starts_at),
                ends_at = coalesce(purchases.starts_at, excluded.starts_at) + (excluded.ends_at - excluded.starts_at),
                confirmed_at = excluded.confirmed_at
            """, cancellation);
    }
}

internal sealed class LearnBookingChangeConsumer(ComplaintsDb db, ComplaintsGuards guards) : IConsumer<BookingChanged>
{
    public Task Consume(ConsumeContext<BookingChanged> context)
    {
        var changed = context.Message;
        var (at, starts) = (context.WhenOccurred().ToUniversalTime(), changed.StartsAt.ToUniversalTime());
        return !changed.Confirmed ? Task.CompletedTask : db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO purchases (id, kind, merchant_id, product_id, paid_fen)
            VALUES ({changed.BookingId}, 'booking', {changed.MerchantId}, {changed.ProductId}, {changed.PriceFen})
            ON CONFLICT (id) DO UPDATE SET paid_fen = greatest(purchases.paid_fen, excluded.paid_fen);

            UPDATE purchases SET slot_id = {changed.AvailabilityId}, people = {changed.Visitors},
                starts_at = {starts}, ends_at = {starts} + (ends_at - starts_at), changed_at = {at}
            WHERE id = {changed.BookingId}
                AND (changed_at IS NULL OR changed_at < {at} OR NOT {guards.LatestChange})
            """, context.CancellationToken);
    }
}

internal sealed class LearnCancellationConsumer(ComplaintsDb db, CompensationDesk desk)
    : IConsumer<BookingCancelled>
{
    public Task Consume(ConsumeContext<BookingCancelled> context)
    {
        var ended = context.Message;
        return ended.ConfirmedAt is null ? Task.CompletedTask : desk.GiveBackAsync(ended.BookingId, () =>
            db.CancelAsync(
            ended.BookingId, Purchase.Booking, ended.MerchantId, ended.Refund, ended.RefundFen, ended.Reason,
            context.WhenOccurred(), context.CancellationToken), context.CancellationToken);
    }
}

internal sealed class LearnPartialCancellationConsumer(ComplaintsDb db, CompensationDesk desk)
    : IConsumer<BookingUnitsCancelled>
{
    public Task Consume(ConsumeContext<BookingUnitsCancelled> context)
    {
        var ended = context.Message;
        return desk.GiveBackAsync(ended.BookingId, () => db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO purchases (id, kind, merchant_id, promised_fen)
            VALUES ({ended.BookingId}, 'booking', {ended.MerchantId}, {ended.RefundFen})
            ON CONFLICT (id) DO UPDATE SET promised_fen = purchases.promised_fen + excluded.promised_fen
            """, context.CancellationToken), context.CancellationToken);
    }
}

internal sealed class LearnRedemptionConsumer(ComplaintsDb db) : IConsumer<TicketRedeemed>
{
    public Task Consume(ConsumeContext<TicketRedeemed> context)
    {
        var used = context.Message;
        return used.ReEntry ? Task.CompletedTask : db.UseAsync(
            used.BookingId, Purchase.Booking, used.MerchantId, used.Visitors, context.WhenOccurred(),
            context.CancellationToken);
    }
}

internal sealed class LearnSlotConsumer(InboxGroup<AvailabilityChanged> slots) : IGroupedConsumer,
    IConsumer<AvailabilityChanged>
{
    public Task Consume(ConsumeContext<AvailabilityChanged> context) => slots.HandleAsync(context, context.Message);
}

/// <summary>Learns the slots that came together: a season's are announced by the thousand.</summary>
internal sealed class LearnSlots(ComplaintsDb db)
{
    public Task HandleAsync(IReadOnlyList<Letter<AvailabilityChanged>> letters, CancellationToken cancellation)
    {
        List<AvailabilityChanged> slots = [.. letters.Select(letter => letter.Item).GroupBy(slot => slot.AvailabilityId)
            .Select(slot => slot.MaxBy(state => state.Version)!).OrderBy(slot => slot.AvailabilityId)];
        Guid[] ids = [.. slots.Select(slot => slot.AvailabilityId)];
        bool[] closed = [.. slots.Select(slot => slot.Status == "CLOSED")];
        long[] versions = [.. slots.Select(slot => slot.Version)];
        return db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO slots (id, closed, version) SELECT * FROM unnest({ids}, {closed}, {versions})
            ON CONFLICT (id) DO UPDATE SET closed = excluded.closed, version = excluded.version
            WHERE slots.version < excluded.version
            """, cancellation);
    }
}

internal sealed class LearnStayConsumer(ComplaintsDb db) : IConsumer<StayConfirmed>
{
    public Task Consume(ConsumeContext<StayConfirmed> context)
    {
        var sold = context.Message;
        return db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO purchases (id, kind, order_id, account_id, guest_key, merchant_id, product_id,
                venue_id, county, village, product_kind, channel, paid_fen, people, starts_at, ends_at, confirmed_at)
            VALUES ({sold.StayId}, 'stay', {sold.OrderId}, {sold.AccountId}, {sold.GuestKey}, {sold.MerchantId},
                {sold.ListingId}, NULL, {sold.County}, {sold.Village}, 'homestay', {sold.Channel}, {sold.PriceFen},
                {sold.Guests},
                {Nights.Arrive(sold.Arrival)}, {Nights.Leave(sold.Departure)},
                {context.WhenOccurred().ToUniversalTime()})
            ON CONFLICT (id) DO UPDATE SET order_id = excluded.order_id, account_id = excluded.account_id,
                guest_key = excluded.guest_key, merchant_id = excluded.merchant_id,
                product_id = CASE WHEN purchases.changed_at IS NULL THEN excluded.product_id
                    ELSE purchases.product_id END,
                county = excluded.county, village = excluded.village, product_kind = excluded.product_kind,
                channel = excluded.channel, paid_fen = greatest(purchases.paid_fen, excluded.paid_fen),
                people = excluded.people, starts_at = coalesce(purchases.starts_at, excluded.starts_at),
                ends_at = coalesce(purchases.ends_at, excluded.ends_at), confirmed_at = excluded.confirmed_at
            """, context.CancellationToken);
    }
}

internal sealed class LearnStayChangeConsumer(ComplaintsDb db, CompensationDesk desk, ComplaintsGuards guards)
    : IConsumer<StayChanged>
{
    public Task Consume(ConsumeContext<StayChanged> context)
    {
        var changed = context.Message;
        var at = context.WhenOccurred().ToUniversalTime();
        return !changed.Confirmed ? Task.CompletedTask : desk.GiveBackAsync(changed.StayId, () =>
            db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO purchases (id, kind, merchant_id, product_id, paid_fen, promised_fen)
            VALUES ({changed.StayId}, 'stay', {changed.MerchantId}, {changed.ListingId},
                {changed.PriceFen + changed.RefundFen}, {changed.RefundFen})
            ON CONFLICT (id) DO UPDATE SET paid_fen = greatest(purchases.paid_fen, excluded.paid_fen),
                promised_fen = purchases.promised_fen + excluded.promised_fen;

            UPDATE purchases SET product_id = {changed.ListingId}, starts_at = {Nights.Arrive(changed.Arrival)},
                ends_at = {Nights.Leave(changed.Departure)}, changed_at = {at}
            WHERE id = {changed.StayId} AND (changed_at IS NULL OR changed_at < {at} OR NOT {guards.LatestChange})
            """, context.CancellationToken), context.CancellationToken);
    }
}

internal sealed class LearnStayCancellationConsumer(ComplaintsDb db, CompensationDesk desk) : IConsumer<StayCancelled>
{
    public Task Consume(ConsumeContext<StayCancelled> context)
    {
        var ended = context.Message;
        return ended.ConfirmedAt is null ? Task.CompletedTask : desk.GiveBackAsync(ended.StayId, () => db.CancelAsync(
            ended.StayId, Purchase.Stay, ended.MerchantId, ended.Refund, ended.RefundFen, ended.Reason,
            context.WhenOccurred(), context.CancellationToken), context.CancellationToken);
    }
}

internal sealed class LearnCheckInConsumer(ComplaintsDb db) : IConsumer<StayCheckedIn>
{
    public Task Consume(ConsumeContext<StayCheckedIn> context) => db.UseAsync(
        context.Message.StayId, Purchase.Stay, context.Message.MerchantId, context.Message.Guests,
            context.WhenOccurred(),
        context.CancellationToken);
}

internal sealed class LearnRefundConsumer(ComplaintsDb db, CompensationDesk desk) : IConsumer<RefundSettled>
{
    public async Task Consume(ConsumeContext<RefundSettled> context)
    {
        var refund = context.Message;
        if (refund.Purpose is not (Purchase.Booking or Purchase.Stay)) return;

        // A refund's own id, not the message's: Payments may say it again in another message.
        var fresh = await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO counted_refunds (refund_id, purchase_id, amount_fen)
            VALUES ({refund.RefundId}, {refund.SubjectId}, {refund.AmountFen}) ON CONFLICT DO NOTHING
            """, context.CancellationToken);
        if (fresh == 0) return;

        await desk.GiveBackAsync(refund.SubjectId, () => db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO purchases (id, kind, refunded_fen)
            VALUES ({refund.SubjectId}, {refund.Purpose}, {refund.AmountFen})
            ON CONFLICT (id) DO UPDATE SET refunded_fen = purchases.refunded_fen + excluded.refunded_fen
            """, context.CancellationToken), context.CancellationToken);
    }
}

internal static class PurchaseNews
{
    public static Task CancelAsync(
        this ComplaintsDb db, Guid id, string kind, Guid merchant, string refund, long refundFen, string reason,
        DateTimeOffset at, CancellationToken cancellation) => db.Database.ExecuteSqlAsync(
        $"""
        INSERT INTO purchases (id, kind, merchant_id, cancelled_at, cancel_refund, cancel_reason, promised_fen)
        VALUES ({id}, {kind}, {merchant}, {at.ToUniversalTime()}, {refund}, {reason}, {refundFen})
        ON CONFLICT (id) DO UPDATE SET cancelled_at = excluded.cancelled_at, cancel_refund = excluded.cancel_refund,
            cancel_reason = excluded.cancel_reason, promised_fen = purchases.promised_fen + excluded.promised_fen
        """, cancellation);

    public static Task UseAsync(
        this ComplaintsDb db, Guid id, string kind, Guid merchant, int people, DateTimeOffset at,
        CancellationToken cancellation) => db.Database.ExecuteSqlAsync(
        $"""
        INSERT INTO purchases (id, kind, merchant_id, used_at, used_by)
        VALUES ({id}, {kind}, {merchant}, {at.ToUniversalTime()}, {people})
        ON CONFLICT (id) DO UPDATE SET used_at = least(purchases.used_at, excluded.used_at),
            used_by = purchases.used_by + excluded.used_by
        """, cancellation);
}

internal static class Nights
{
    private static readonly TimeSpan Shanghai = TimeSpan.FromHours(8);

    public static DateTimeOffset Arrive(DateOnly day) => At(day, 14);

    public static DateTimeOffset Leave(DateOnly day) => At(day, 12);

    private static DateTimeOffset At(DateOnly day, int hour) =>
        new DateTimeOffset(day.ToDateTime(new TimeOnly(hour, 0)), Shanghai).ToUniversalTime();
}

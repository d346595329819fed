using System.Globalization;
using Jingdezhen.Tourism.Testing;

namespace Jingdezhen.Tourism.EndToEnd.Tests.Orders;

/// <summary>
/// What must be true when all is quiet, from the rows of the three databases alone: bookings, stays, payments
/// and refunds are added up anew, and only then are the counters compared with them.
/// </summary>
internal sealed record TripAudit(
    IReadOnlyDictionary<string, int> Orders, int Kept, long CapturedFen, long ConfirmedFen, long RefundedFen,
    IReadOnlyList<string> Faults)
{
    /// <param name="Sold">Whether it was ever confirmed.</param>
    /// <param name="KeptFen">The price of what was sold less what its policies gave back.</param>
    /// <param name="Tickets">Ticket lines that stand sold, and <paramref name="Stays"/> of nights.</param>
    /// <param name="Halves">Lines that are neither sold nor cancelled afterwards.</param>
    private sealed record OrderRow(
        Guid Id, string State, bool Sold, long KeptFen, int Tickets, int Stays, int Halves);

    public static async Task<TripAudit> ReadAsync(TripCluster cluster)
    {
        var orders = await TripSeed.ReadAsync(
            cluster.Bookings,
            """
            SELECT o.id, o.state, o.confirmed_at IS NOT NULL, (sum(l.price_fen) - sum(l.refund_fen))::bigint,
                count(*) FILTER (WHERE l.kind = 'ticket' AND l.state = 'Sold')::int,
                count(*) FILTER (WHERE l.kind = 'stay' AND l.state = 'Sold')::int,
                count(*) FILTER (WHERE l.state NOT IN ('Sold', 'Cancelled'))::int
            FROM orders o JOIN order_lines l ON l.order_id = o.id GROUP BY o.id
            """,
            row => new OrderRow(
                row.GetGuid(0), row.GetString(1), row.GetBoolean(2), row.GetInt64(3), row.GetInt32(4), row.GetInt32(5),
                row.GetInt32(6)));
        var places = await CountAsync(cluster.Bookings,
            """
            SELECT order_id, status, count(*)::int FROM bookings WHERE order_id IS NOT NULL GROUP BY order_id, status
            """);
        var nights = await CountAsync(cluster.Homestays,
            "SELECT order_id, state, count(*)::int FROM stays WHERE order_id IS NOT NULL GROUP BY order_id, state");
        var captured = await SumAsync(cluster,
            "SELECT subject_id, sum(amount_fen)::bigint FROM payments WHERE state = 'Captured' GROUP BY subject_id");
        var refunded = await SumAsync(cluster,
            "SELECT subject_id, sum(amount_fen)::bigint FROM refunds WHERE state = 'Settled' GROUP BY subject_id");

        var faults = new List<string>();
        foreach (var order in orders)
        {
            // Sold it was as a whole, whatever was cancelled of it since; else there is nothing of it.
            var inHand = captured.GetValueOrDefault(order.Id) - refunded.GetValueOrDefault(order.Id);
            var whole = order is { State: "Confirmed", Sold: true, Halves: 0 }
                && Count(places, order.Id, "Confirmed") == order.Tickets && !Has(places, order.Id, "OnHold")
                && Count(nights, order.Id, "confirmed") == order.Stays && !Has(nights, order.Id, "held")
                && inHand == order.KeptFen;
            var nothing = order.State is "Failed" or "Cancelled"
                && !Has(places, order.Id, "OnHold", "Confirmed", "Redeemed")
                    && !Has(nights, order.Id, "held", "confirmed")
                && inHand == (order.Sold ? order.KeptFen : 0);
            if (!whole && !nothing)
            {
                faults.Add(
                    $"order {order.Id} {order.State} {order.KeptFen}: tickets [{Of(places, order.Id)}], "
                    + $"nights [{Of(nights, order.Id)}], captured {captured.GetValueOrDefault(order.Id)}, "
                    + $"refunded {refunded.GetValueOrDefault(order.Id)}");
            }
        }

        faults.AddRange(await TripSeed.ReadAsync(
            cluster.Bookings,
            """
            SELECT 'slot ' || s.id || ' counts ' || s.taken || ', its tickets add up to ' || live.visitors
                || ' of ' || s.capacity
            FROM slots s CROSS JOIN LATERAL (
                SELECT coalesce(sum(i.pax_count), 0) AS visitors
                FROM bookings b JOIN unit_items i ON i.booking_id = b.id
                WHERE b.slot_id = s.id AND b.status IN ('OnHold', 'Confirmed', 'Redeemed')
                  AND i.status <> 'Cancelled') AS live
            WHERE live.visitors <> s.taken OR live.visitors > s.capacity
            """, row => row.GetString(0)));
        faults.AddRange(await TripSeed.ReadAsync(
            cluster.Homestays,
            """
            SELECT 'room ' || one.room_id || ' has two parties in the night of ' || greatest(one.arrival, other.arrival)
            FROM stays one JOIN stays other ON other.room_id = one.room_id AND other.id > one.id
                AND one.arrival < other.departure AND other.arrival < one.departure
            WHERE one.state IN ('held', 'confirmed') AND other.state IN ('held', 'confirmed')
            """, row => row.GetString(0)));
        faults.AddRange(await TripSeed.ReadAsync(
            cluster.Payments,
            """
            SELECT 'the provider moved ' || provider.moved || ' fen, we know of ' || ours.moved FROM
                (SELECT coalesce(sum(CASE kind WHEN 'payment' THEN amount_fen ELSE -amount_fen END), 0) AS moved
                 FROM sandbox_charges WHERE state = 'done') AS provider,
                (SELECT (SELECT coalesce(sum(amount_fen), 0) FROM payments WHERE state = 'Captured')
                    - (SELECT coalesce(sum(amount_fen), 0) FROM refunds WHERE state = 'Settled') AS moved) AS ours
            WHERE provider.moved <> ours.moved
            """, row => row.GetString(0)));
        faults.AddRange(await TripSeed.ReadAsync(
            cluster.Payments,
            """
            SELECT 'the ledger has ' || ledger.fen || ' fen of the payers, the payments say ' || ours.fen FROM
                (SELECT coalesce(sum(balance_fen), 0) AS fen FROM ledger_accounts
                 WHERE code IN ('held:sandbox', 'refunding:sandbox')) AS ledger,
                (SELECT (SELECT coalesce(sum(amount_fen), 0) FROM payments WHERE state = 'Captured')
                    - (SELECT coalesce(sum(amount_fen), 0) FROM refunds WHERE state = 'Settled') AS fen) AS ours
            WHERE ledger.fen <> ours.fen
            """, row => row.GetString(0)));
        foreach (var database in new[] { cluster.Bookings, cluster.Homestays, cluster.Payments })
        {
            // Dying is no fault of a message: nothing is given up because of it.
            faults.AddRange(await TripSeed.ReadAsync(
                database, "SELECT 'given up: ' || queue || ' ' || contract || ': ' || reason FROM failed_messages",
                row => row.GetString(0)));
        }

        var confirmed = orders.Where(order => order.Sold).Sum(order => order.KeptFen);
        return new(
            orders.CountBy(order => order.State).ToDictionary(), orders.Count, captured.Values.Sum(), confirmed,
            refunded.Values.Sum(), faults);
    }

    /// <summary>How many orders still wait for somebody, and holds that have run out for the sweep that says
    /// so.</summary>
    public static async Task<long> OpenAsync(TripCluster cluster) =>
        (await TripSeed.ReadAsync(
            cluster.Bookings,
            """
            SELECT (SELECT count(*) FROM orders
                WHERE act_at IS NOT NULL OR state NOT IN ('Confirmed', 'Failed', 'Cancelled'))
                + (SELECT count(*) FROM bookings WHERE status = 'OnHold' AND expires_at <= now())
            """,
            row => row.GetInt64(0)))[0]
        + (await TripSeed.ReadAsync(
            cluster.Homestays, "SELECT count(*) FROM stays WHERE state = 'held' AND expires_at <= now()",
            row => row.GetInt64(0)))[0];

    private string States =>
        string.Join(", ", Orders.OrderBy(state => state.Key).Select(state => $"{state.Value} {state.Key}"));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"""
        orders     {Kept}: {States}
        captured   {CapturedFen} fen = confirmed {ConfirmedFen} + refunded {RefundedFen}
        faults     {Faults.Count}{string.Concat(Faults.Take(20).Select(fault => "\n  " + fault))}
        """);

    private static async Task<ILookup<Guid, (string State, int Count)>> CountAsync(
        Npgsql.NpgsqlDataSource database, string sql) =>
        (await TripSeed.ReadAsync(
            database, sql, row => (Id: row.GetGuid(0), State: row.GetString(1), Count: row.GetInt32(2))))
        .ToLookup(row => row.Id, row => (row.State, row.Count));

    private static async Task<Dictionary<Guid, long>> SumAsync(TripCluster cluster, string sql) =>
        (await TripSeed.ReadAsync(cluster.Payments, sql, row => (row.GetGuid(0), row.GetInt64(1)))).ToDictionary();

    private static string Of(ILookup<Guid, (string State, int Count)> parts, Guid order) =>
        string.Join(", ", parts[order].Select(part => $"{part.State} {part.Count}"));

    private static int Count(ILookup<Guid, (string State, int Count)> parts, Guid order, string state) =>
        parts[order].Where(part => part.State == state).Sum(part => part.Count);

    private static bool Has(ILookup<Guid, (string State, int Count)> parts, Guid order, params string[] states) =>
        parts[order].Any(part => states.Contains(part.State));
}

using Jingdezhen.Tourism.Bookings.Availability;
using Jingdezhen.Tourism.Bookings.Bookings;
using Jingdezhen.Tourism.Bookings.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Imports;

/// <summary>
/// Where <c>Demo</c> is true one small slot of the coming weeks is sold to an agency, to the last place, so that a
/// sold-out slot and a waiting list can be seen. Does nothing while such a slot exists.
/// </summary>
internal sealed class SellOutOneSlot(BookingsDb db, Admission admission, IConfiguration configuration)
{
    private sealed record Candidate(Guid Id, Guid UnitId, int Capacity, int MaxUnits);

    public async Task RunAsync(CancellationToken cancellation)
    {
        if (!configuration.GetValue("Demo", false) || await FindAsync(cancellation) is not { } slot) return;

        for (var left = slot.Capacity; left > 0; left -= slot.MaxUnits)
        {
            await admission.HoldAsync(new HoldRequest
            {
                Caller = "catalogue-import",
                Key = $"sold-out:{slot.Id}:{left}",
                RequestHash = slot.Id.ToByteArray(),
                SlotId = slot.Id,
                Units = [.. Enumerable.Repeat(new HoldUnit(slot.UnitId), Math.Min(left, slot.MaxUnits))],
                HoldLength = TimeSpan.Zero,
                Channel = Channels.Agency,
                Source = "demo",
                ConfirmAs = Authority.Counter,
                Answer = static (_, _) => "",
            });
        }
    }

    /// <summary>The smallest slot in one to three weeks that is sold by the head, unless one is sold out by
    /// then.</summary>
    private Task<Candidate?> FindAsync(CancellationToken cancellation) => db.Database.SqlQuery<Candidate>(
        $"""
        SELECT s.id, u.id AS unit_id, s.capacity, o.max_units FROM slots s
        JOIN options o ON o.id = s.option_id AND o.min_units = 1
        JOIN products p ON p.id = s.product_id AND p.priced_per = 'Unit' AND NOT p.real_name AND p.active
        JOIN units u ON u.option_id = o.id AND u.type = 'ADULT' AND u.pax_count = 1
        WHERE s.starts_at BETWEEN now() + interval '7 days' AND now() + interval '21 days'
          AND s.taken = 0 AND NOT s.closed
          AND NOT EXISTS (
            SELECT FROM slots full_one WHERE full_one.taken >= full_one.capacity
              AND full_one.starts_at BETWEEN now() + interval '1 day' AND now() + interval '30 days')
        ORDER BY s.capacity, s.starts_at, s.id LIMIT 1
        """).SingleOrDefaultAsync(cancellation);
}

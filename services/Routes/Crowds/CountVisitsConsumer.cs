using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Platform.Messaging;
using Jingdezhen.Tourism.Routes.Storage;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Routes.Crowds;

/// <summary>Counts who went in, by venue and hour of the scan; a second passage on one ticket brings nobody
/// new.</summary>
internal sealed class CountVisitsConsumer(RoutesDb db) : IConsumer<TicketRedeemed>
{
    public Task Consume(ConsumeContext<TicketRedeemed> context)
    {
        var redeemed = context.Message;
        if (redeemed.ReEntry) return Task.CompletedTask;

        var at = context.WhenOccurred().ToUniversalTime();
        var hour = new DateTimeOffset(at.Year, at.Month, at.Day, at.Hour, 0, 0, TimeSpan.Zero);
        return db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO hours_of_visits (venue_id, hour, visitors)
            VALUES ({redeemed.VenueId}, {hour}, {redeemed.Visitors})
            ON CONFLICT (venue_id, hour) DO UPDATE SET visitors = hours_of_visits.visitors + excluded.visitors
            """, context.CancellationToken);
    }
}

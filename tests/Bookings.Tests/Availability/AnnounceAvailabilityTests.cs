using Jingdezhen.Tourism.Bookings.Availability;
using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Platform.Messaging;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Jingdezhen.Tourism.Bookings.Tests.Availability;

public sealed class AnnounceAvailabilityTests(BookingsFixture bookings) : IClassFixture<BookingsFixture>
{
    [Theory]
    [InlineData(10, true, true)]
    [InlineData(300, true, false)]
    [InlineData(300, false, true)] // the guard is off: a payment would wait behind it
    public async Task New_slots_are_announced_only_while_the_outbox_is_short(
        int waiting, bool givesWay, bool announced)
    {
        // Nothing leaves while the relay stands still.
        var relay = bookings.Services.GetServices<IHostedService>()
            .Single(service => service.GetType().Name == "OutboxRelay");
        await relay.StopAsync(CancellationToken.None);
        await bookings.ExecuteAsOwner("DELETE FROM outbox");
        await bookings.Save([.. Enumerable.Range(0, waiting).Select(object (_) =>
            new OutboxMessage { Contract = "PaymentAsked", Body = "{}" })]);
        var offer = Given.Offer();
        await bookings.Save(offer.Rows);
        await bookings.ExecuteAsOwner($"UPDATE slots SET version = 1 WHERE id = '{offer.Slot.Id}'");

        await using (var scope = bookings.Services.CreateAsyncScope())
        {
            using var job = JobThat(givesWay);
            await job.RunOnceAsync(scope.ServiceProvider, CancellationToken.None);
        }

        Assert.Equal(announced, await bookings.Read(db => db.Slots.Where(slot => slot.Id == offer.Slot.Id)
            .Select(slot => slot.AnnouncedVersion > 0).SingleAsync()));

        await bookings.ExecuteAsOwner("DELETE FROM outbox");
        await relay.StartAsync(CancellationToken.None);
    }

    private AnnounceAvailabilityJob JobThat(bool givesWay) => new(
        bookings.Services.GetRequiredService<IServiceScopeFactory>(), new TouchedSlots(),
        bookings.Services.GetRequiredService<CatalogueCache>(), NullLogger<AnnounceAvailabilityJob>.Instance)
    {
        GivesWay = givesWay,
    };
}

using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Routes.Places;
using Jingdezhen.Tourism.Routes.Tests.Plans;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Routes.Tests.Crowds;

public sealed class FollowAvailabilityConsumerTests(RoutesFixture routes) : IClassFixture<RoutesFixture>
{
    [Theory, InlineData(1), InlineData(4)]
    public async Task An_older_version_never_overwrites_a_newer_one(int times)
    {
        var slot = Guid.CreateVersion7();

        await routes.Deliver(PlanTripTests.Slot(slot, "yaoli", RoutesFixture.Saturday, 9, 11, 10, 4, version: 7),
            times);
        await routes.Deliver(PlanTripTests.Slot(slot, "yaoli", RoutesFixture.Saturday, 9, 11, 10, 9, version: 6),
            times);

        var known = await routes.Read(db => db.Slots.SingleAsync(each => each.AvailabilityId == slot));
        Assert.Equal((7, 4), (known.Version, known.Vacancies));
    }

    [Theory, InlineData(1), InlineData(3)]
    public async Task A_ticket_counts_once_however_often_the_scan_is_told_and_a_second_passage_not_at_all(int times)
    {
        var venue = $"venue-{times}";
        var at = Geo.At(RoutesFixture.Saturday, (10 * 60) + 25);

        await routes.Deliver(Redeemed(venue, visitors: 3, reEntry: false), times, occurredAt: at);
        await routes.Deliver(Redeemed(venue, visitors: 3, reEntry: true), times, occurredAt: at);

        var hour = await routes.Read(db => db.HoursOfVisits.SingleAsync(each => each.VenueId == venue));
        Assert.Equal((3, Geo.At(RoutesFixture.Saturday, 600)), (hour.Visitors, hour.Hour));
    }

    private static TicketRedeemed Redeemed(string venue, int visitors, bool reEntry) => new(
        Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(),
            Guid.CreateVersion7(), venue,
        "Zhushan", "museum", "app", null, null, null, null, null, visitors, reEntry, RoutesFixture.Morning);
}

using Jingdezhen.Tourism.Platform.Messaging;
using Jingdezhen.Tourism.Platform.Tests.Workshop;
using Jingdezhen.Tourism.Testing;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Platform.Tests.Messaging;

public sealed class InboxGroupTests(WorkshopFixture workshop) : IClassFixture<WorkshopFixture>
{
    [Theory, InlineData(true, 40), InlineData(false, 120)]
    public async Task Of_three_copies_each_counts_once_and_without_the_inbox_every_one(bool inbox, int counted)
    {
        workshop.Inbox.IsOn = inbox;
        var before = await workshop.Tally("packed");

        await Task.WhenAll(Enumerable.Range(0, 40)
            .Select(_ => workshop.Deliver(new PotPacked(Guid.CreateVersion7()), times: 3)));
        workshop.Inbox.IsOn = true;

        Assert.Equal(counted, await workshop.Tally("packed") - before);
    }

    [Fact]
    public async Task What_arrives_together_shares_a_transaction()
    {
        PackPotsConsumer.Groups.Clear();

        await Task.WhenAll(Enumerable.Range(0, 60)
            .Select(_ => workshop.Deliver(new PotPacked(Guid.CreateVersion7()))));

        Assert.Equal(60, PackPotsConsumer.Groups.Sum());
        Assert.True(PackPotsConsumer.Groups.Count < 60, $"{PackPotsConsumer.Groups.Count} transactions");
    }

    [Fact]
    public async Task One_that_fails_for_good_takes_no_other_with_it_and_leaves_nothing()
    {
        var before = await workshop.Tally("packed");
        var broken = new PotPacked(Guid.CreateVersion7(), Broken: true);
        var whole = Enumerable.Range(0, 20).Select(_ => new PotPacked(Guid.CreateVersion7())).ToList();

        var ids = await Task.WhenAll(whole.Append(broken).Select(pot => workshop.Deliver(pot)));
        await Eventually.Equal(0, workshop.Backlog);

        Assert.Equal(20, await workshop.Tally("packed") - before);
        Assert.Equal(20, await workshop.Read(db => db.Set<InboxMessage>().CountAsync(mark =>
            ids.Contains(mark.MessageId))));
        Assert.DoesNotContain(workshop.PublishedSoFar<PotMended>(), mended => mended.PotId == broken.PotId);
        Assert.All(whole, pot => Assert.Single(
            workshop.PublishedSoFar<PotMended>(), mended => mended.PotId == pot.PotId));
    }

    [Fact]
    public async Task What_does_not_concern_a_consumer_is_passed_by_without_a_mark_and_is_no_failure()
    {
        var ours = await workshop.Deliver(new PotSent(Guid.CreateVersion7(), ToShop: true));
        var others = await workshop.Deliver(new PotSent(Guid.CreateVersion7(), ToShop: false));

        await workshop.RunJob<CollectFailedMessagesJob>();

        Assert.Equal(1, await workshop.Tally("shelved"));
        Assert.Equal([ours], await workshop.Read(db => db.Set<InboxMessage>()
            .Where(mark => mark.MessageId == ours || mark.MessageId == others).Select(mark => mark.MessageId)
            .ToListAsync()));
        Assert.DoesNotContain(
            await workshop.Read(db => db.Set<FailedMessage>().ToListAsync()),
            failed => failed.Queue == "workshop-shelve-pots");
    }
}

using Jingdezhen.Tourism.Platform.Messaging;
using Jingdezhen.Tourism.Platform.Tests.Workshop;
using Jingdezhen.Tourism.Testing;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Platform.Tests.Messaging;

public sealed class InboxTests(WorkshopFixture workshop) : IClassFixture<WorkshopFixture>
{
    [Theory, InlineData(true, 1), InlineData(false, 5)]
    public async Task Five_copies_at_once_count_once_and_without_the_inbox_five_times(bool inbox, int counted)
    {
        workshop.Inbox.IsOn = inbox;
        var before = await workshop.Tally("pots");

        await workshop.Deliver(new PotFired(Guid.CreateVersion7()), times: 5);
        workshop.Inbox.IsOn = true;

        Assert.Equal(counted, await workshop.Tally("pots") - before);
    }

    [Fact]
    public async Task A_copy_is_not_taken_for_a_message_that_failed()
    {
        await workshop.Deliver(new PotFired(Guid.CreateVersion7()), times: 3);

        await workshop.RunJob<CollectFailedMessagesJob>();

        var failed = await workshop.Read(db => db.Set<FailedMessage>().ToListAsync());
        Assert.DoesNotContain(failed, one => one.Queue == "workshop-count-pots");
    }

    [Fact]
    public async Task After_two_failing_attempts_there_is_one_of_everything()
    {
        var pot = Guid.CreateVersion7();

        var message = await workshop.Deliver(new PotCracked(pot, FailingAttempts: 2, Transient: false));
        await workshop.Published<PotMended>(mended => mended.PotId == pot);
        await Eventually.Equal(0, workshop.Backlog);

        var attempts = MendPotConsumer.Attempts[pot];
        Assert.Equal(3, attempts.Select(attempt => attempt.Context).Distinct().Count());
        Assert.All(attempts, attempt => Assert.Equal(0, attempt.Tracked));
        Assert.Equal(1, await Marks(message));
        Assert.Equal(1, await HistoryOf(pot));
        Assert.Single(workshop.PublishedSoFar<PotMended>(), mended => mended.PotId == pot);
    }

    [Fact]
    public async Task A_broken_connection_is_outwaited_even_as_EF_Core_wraps_it()
    {
        var pot = Guid.CreateVersion7();

        await workshop.Deliver(new PotCracked(pot, FailingAttempts: 5, Transient: true));

        Assert.Equal(1, await HistoryOf(pot));
    }

    [Fact]
    public async Task What_fails_for_good_leaves_neither_mark_nor_writes_nor_messages()
    {
        var pot = Guid.CreateVersion7();

        var message = await workshop.Deliver(new PotCracked(pot, FailingAttempts: 5, Transient: false));

        Assert.Equal(4, MendPotConsumer.Attempts[pot].Count);
        Assert.Equal(0, await Marks(message));
        Assert.Equal(0, await HistoryOf(pot));
        Assert.Equal(0, await workshop.Read(db => db.Set<OutboxMessage>().CountAsync()));
    }

    [Theory, InlineData(true, 50), InlineData(false, 100)]
    public async Task A_batch_counts_each_of_its_messages_once_and_without_marks_every_copy(bool inbox, int counted)
    {
        workshop.Inbox.IsOn = inbox;
        var before = await workshop.Tally("glazed");

        var ids = await Task.WhenAll(
            Enumerable.Range(0, 50).Select(_ => workshop.Deliver(new PotGlazed(Guid.CreateVersion7()))));
        await Task.WhenAll(ids.Select(id => workshop.Deliver(new PotGlazed(Guid.CreateVersion7()), messageId: id)));
        workshop.Inbox.IsOn = true;

        Assert.Equal(counted, await workshop.Tally("glazed") - before);
    }

    [Fact]
    public async Task Marks_are_forgotten_after_a_fortnight_however_many()
    {
        await workshop.AsOwner(
            """
            INSERT INTO inbox
            SELECT gen_random_uuid(), 'old', now() - interval '15 days' FROM generate_series(1, 25000);
            INSERT INTO inbox SELECT gen_random_uuid(), 'young', now() - interval '13 days' FROM generate_series(1, 10);
            """);

        await workshop.RunJob<SweepInboxJob>();

        Assert.Equal(0, await workshop.Read(db => db.Set<InboxMessage>().CountAsync(mark => mark.Consumer == "old")));
        Assert.Equal(
            10, await workshop.Read(db => db.Set<InboxMessage>().CountAsync(mark => mark.Consumer == "young")));
    }

    private Task<int> Marks(Guid message) =>
        workshop.Read(db => db.Set<InboxMessage>().CountAsync(mark => mark.MessageId == message));

    private Task<int> HistoryOf(Guid pot) => workshop.Read(db => db.History.CountAsync(line => line.PotId == pot));
}

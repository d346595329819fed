using Jingdezhen.Tourism.Platform.Messaging;

namespace Jingdezhen.Tourism.Platform.Tests.Messaging;

public sealed class OutboxConfirmsTests
{
    private readonly OutboxConfirms _confirms = new();

    [Fact]
    public async Task A_batch_is_over_when_every_publish_has_its_answer()
    {
        var all = _confirms.Expect(5);
        await _confirms.Answer(2, multiple: false, yes: true);
        await _confirms.Answer(3, multiple: true, yes: true);
        await _confirms.Answer(5, multiple: false, yes: false);

        Assert.False(all.IsCompleted);
        Assert.Equal([true, true, true, false, false], _confirms.Taken());

        await _confirms.Answer(5, multiple: true, yes: true);

        Assert.True(all.IsCompletedSuccessfully);
        Assert.Equal([true, true, true, true, false], _confirms.Taken());
    }

    [Fact]
    public async Task The_next_batch_counts_on_and_an_answer_to_the_last_one_is_none_to_it()
    {
        _ = _confirms.Expect(2);
        await _confirms.Answer(2, multiple: true, yes: true);
        var next = _confirms.Expect(1);
        await _confirms.Answer(2, multiple: true, yes: true);

        Assert.False(next.IsCompleted);

        await _confirms.Answer(3, multiple: true, yes: true);

        Assert.True(next.IsCompletedSuccessfully);
        Assert.Equal([true], _confirms.Taken());
    }

    [Fact]
    public async Task A_channel_that_ends_ends_the_waiting_and_what_it_confirmed_stays_confirmed()
    {
        var all = _confirms.Expect(2);
        await _confirms.Answer(1, multiple: false, yes: true);
        await _confirms.End("gone");

        await Assert.ThrowsAsync<InvalidOperationException>(() => all);
        Assert.Equal([true, false], _confirms.Taken());
    }
}

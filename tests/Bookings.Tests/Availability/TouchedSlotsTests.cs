using Jingdezhen.Tourism.Bookings.Availability;

namespace Jingdezhen.Tourism.Bookings.Tests.Availability;

public sealed class TouchedSlotsTests
{
    private readonly TouchedSlots _touched = new();

    [Fact]
    public void The_longest_waiting_slots_are_announced_first_and_the_others_later()
    {
        var slots = Enumerable.Range(0, 5).Select(_ => Guid.CreateVersion7()).ToArray();
        _touched.Add(slots);

        var first = _touched.Take(most: 3);
        var second = _touched.Take(most: 3);

        Assert.Equal(slots[..3], first);
        Assert.Equal(slots[3..], second);
    }

    [Fact]
    public void A_slot_touched_twice_is_announced_once_and_touched_again_once_more()
    {
        var slot = Guid.CreateVersion7();
        _touched.Add([slot, slot]);

        var announced = _touched.Take(most: 10);
        _touched.Add([slot]);

        Assert.Equal(slot, Assert.Single(announced));
        Assert.Equal(slot, Assert.Single(_touched.Take(most: 10)));
    }
}

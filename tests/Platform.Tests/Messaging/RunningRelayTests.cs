using Jingdezhen.Tourism.Platform.Tests.Workshop;
using Jingdezhen.Tourism.Testing;

namespace Jingdezhen.Tourism.Platform.Tests.Messaging;

public sealed class RunningRelayTests(WorkshopFixture workshop) : IClassFixture<WorkshopFixture>
{
    [Fact]
    public async Task A_row_that_nobody_signalled_is_found_by_the_poll()
    {
        var pot = Guid.CreateVersion7();

        await workshop.AsOwner(
            $$"""
            INSERT INTO outbox (id, contract, body)
            VALUES ('{{Guid.CreateVersion7()}}', '{{typeof(PotMended).FullName}}', '{"potId":"{{pot}}"}')
            """);

        await workshop.Published<PotMended>(message => message.PotId == pot);
    }

    [Fact]
    public async Task A_contract_held_as_an_object_is_published_as_what_it_is()
    {
        var pot = Guid.CreateVersion7();

        await workshop.Publish([new PotMended(pot)]);

        await workshop.Published<PotMended>(message => message.PotId == pot);
        await Eventually.Equal(0, workshop.Backlog);
    }
}

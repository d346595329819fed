using System.Net;
using System.Net.Http.Json;
using System.Text;
using Jingdezhen.Tourism.Platform.Messaging;
using Jingdezhen.Tourism.Platform.Tests.Workshop;
using Jingdezhen.Tourism.Testing;
using Microsoft.EntityFrameworkCore;
using RabbitMQ.Client;

namespace Jingdezhen.Tourism.Platform.Tests.Messaging;

public sealed class FailedMessageTests(WorkshopFixture workshop) : IClassFixture<WorkshopFixture>
{
    private static readonly Uri All = new("/v1/admin/workshop/failed-messages", UriKind.Relative);
    private readonly HttpClient _admin = workshop.As("admin");

    [Fact]
    public async Task An_admin_finds_reads_and_resends_what_failed_and_it_counts_once()
    {
        var pot = Guid.CreateVersion7();
        var failed = await Fail(pot);

        var detail = await _admin.GetFromJsonAsync<FailedMessageDetailResponse>(
            new Uri($"{All}/{failed.Id}", UriKind.Relative));
        FindPotConsumer.Found[pot] = true;
        (await Resend(failed.Id, _admin)).EnsureSuccessStatusCode();
        (await Resend(failed.Id, _admin)).EnsureSuccessStatusCode();
        await Eventually.Equal(1, () => workshop.Tally($"found {pot}"));
        await workshop.Deliver(new PotLost(pot), messageId: failed.MessageId);

        Assert.Equal(typeof(PotLost).FullName, failed.Contract);
        Assert.Contains("Nobody has seen this pot.", failed.Reason, StringComparison.Ordinal);
        Assert.Contains(pot.ToString(), detail!.Body, StringComparison.Ordinal);
        Assert.Equal(1, await workshop.Tally($"found {pot}"));
        Assert.DoesNotContain(await List(), message => message.Id == failed.Id);
    }

    [Theory, InlineData("tourist"), InlineData("operator"), InlineData("merchant")]
    public async Task Nobody_else_sees_or_resends(string role)
    {
        using var other = workshop.As(role);

        Assert.Equal(HttpStatusCode.Forbidden, (await other.GetAsync(All)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await Resend(Guid.CreateVersion7(), other)).StatusCode);
    }

    [Fact]
    public async Task What_is_not_there_is_not_found() =>
        Assert.Equal(HttpStatusCode.NotFound, (await Resend(Guid.CreateVersion7(), _admin)).StatusCode);

    [Fact]
    public async Task Rubbish_in_an_error_queue_is_kept_and_holds_up_nothing()
    {
        await Fail(Guid.CreateVersion7()); // The error queue comes into being with its first failure.
        await using var connection = await new ConnectionFactory { Uri = workshop.Broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.BasicPublishAsync(
            "", "workshop-find-pot_error", mandatory: true,
            new BasicProperties { Headers = new Dictionary<string, object?> { ["MT-Fault-Message"] = "nul \0 here" } },
            Encoding.UTF8.GetBytes("no envelope \0"));

        var kept = await Eventually.Holds(
            async () =>
            {
                await workshop.RunJob<CollectFailedMessagesJob>();
                return await workshop.Read(
                    db => db.Set<FailedMessage>().SingleOrDefaultAsync(row => row.Contract == "unknown"));
            },
            row => row is not null);

        Assert.Equal("nul \uFFFD here", kept!.Reason);
    }

    private static Task<HttpResponseMessage> Resend(Guid id, HttpClient caller) =>
        caller.PostAsync(new Uri($"{All}/{id}/resend", UriKind.Relative), null);

    private async Task<List<FailedMessageResponse>> List() =>
        (await _admin.GetFromJsonAsync<List<FailedMessageResponse>>(All))!;

    private async Task<FailedMessageResponse> Fail(Guid pot)
    {
        var message = await workshop.Deliver(new PotLost(pot));
        var found = await Eventually.Holds(
            async () =>
            {
                await workshop.RunJob<CollectFailedMessagesJob>();
                return (await List()).SingleOrDefault(failed => failed.MessageId == message);
            },
            failed => failed is not null);
        return found!;
    }
}

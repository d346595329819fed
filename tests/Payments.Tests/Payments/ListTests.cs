using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Jingdezhen.Tourism.Contracts.Payments.V1;

namespace Jingdezhen.Tourism.Payments.Tests.Payments;

/// <summary>What staff see of all payments, refunds and payouts, page by page.</summary>
public sealed class ListTests(ListTests.FullBooks payments) : IClassFixture<ListTests.FullBooks>
{
    [Theory]
    [InlineData("payments", "captured", 3)]
    [InlineData("payments", "pending", 1)]
    [InlineData("payments", "declined", 0)]
    [InlineData("refunds", "settled", 2)]
    [InlineData("refunds", "failed", 1)]
    [InlineData("payouts", "settled", 2)]
    [InlineData("payouts", "requested", 0)]
    public async Task Staff_list_what_is_in_a_state(string what, string state, int rows)
    {
        var listed = await ListAsync("operator", $"{what}?state={state}");

        Assert.Equal(rows, listed.Count);
        Assert.All(listed, row => Assert.Equal(state, row.GetProperty("state").GetString()));
    }

    [Theory, InlineData("payments", 4), InlineData("refunds", 3), InlineData("payouts", 2)]
    public async Task Page_after_page_everything_is_listed_once(string what, int rows)
    {
        var (seen, after) = (new List<Guid>(), "");
        for (var page = 0; page <= rows; page++)
        {
            var listed = await ListAsync("admin", $"{what}?limit=1{after}");
            Assert.Equal(page < rows ? 1 : 0, listed.Count);
            if (listed is not [var row]) break;

            seen.Add(row.GetProperty("id").GetGuid());
            after = $"&after={seen[^1]}";
        }

        Assert.Equal(rows, seen.Distinct().Count());
        Assert.Equal(rows, (await ListAsync("admin", $"{what}?limit=100000")).Count);
    }

    [Theory, InlineData("payments"), InlineData("refunds"), InlineData("payouts")]
    public async Task A_state_that_does_not_exist_is_named_as_the_fault(string what)
    {
        foreach (var state in new[] { "lost", "1", "" })
        {
            var answer = await payments.As("admin").GetAsync(new Uri($"/v1/{what}?state={state}", UriKind.Relative));

            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Contains("requested", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Theory, InlineData("payments"), InlineData("refunds"), InlineData("payouts")]
    public async Task Nobody_but_staff_lists_what_others_paid(string what)
    {
        var uri = new Uri($"/v1/{what}", UriKind.Relative);

        foreach (var role in new[] { "tourist", "merchant", "host", "reseller" })
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await payments.As(role).GetAsync(uri)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await payments.Anonymous().GetAsync(uri)).StatusCode);
    }

    private async Task<List<JsonElement>> ListAsync(string role, string what) =>
        (await payments.As(role).GetFromJsonAsync<List<JsonElement>>(new Uri($"/v1/{what}", UriKind.Relative)))!;

    /// <summary>Four payments, three of them made; two refunds settled and one failed; two payouts.</summary>
    public sealed class FullBooks : PaymentsFixture
    {
        protected override async Task PrepareAsync()
        {
            RequestPayment[] paid = [Asked(), Asked(), Asked()];
            foreach (var asked in paid) await CapturedAsync(asked);
            await PendingAsync(Asked());
            foreach (var asked in paid[..2])
            {
                await Deliver(Refund(asked, 100));
                await Published<RefundSettled>(message => message.PaymentKey == asked.Key);
            }

            await BehaveAsync("refund-state", "failed");
            await Deliver(Refund(paid[2], 100));
            await Published<RefundFailed>(message => message.PaymentKey == paid[2].Key);
            foreach (var key in new[] { "host:1", "host:2" })
            {
                await Deliver(new RequestPayout(key, "host", Guid.CreateVersion7(), Guid.CreateVersion7(), 700, "CNY"));
                await Published<PayoutSettled>(message => message.Key == key);
            }
        }
    }
}

using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using Jingdezhen.Tourism.Payments.Reconciliations;
using Jingdezhen.Tourism.Platform.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Jingdezhen.Tourism.Payments.Tests.Reconciliations;

public sealed class RepeatedStatementTests(PaymentsFixture payments) : IClassFixture<PaymentsFixture>
{
    [Fact]
    public async Task A_statement_that_comes_again_and_at_once_finds_the_differences_that_are_known()
    {
        var day = new DateOnly(2026, 3, 1);
        var csv = $"""
            payment,{Guid.CreateVersion7():N},a,700,CNY,{day:O}
            refund,{Guid.CreateVersion7():N},b,200,CNY,{day:O}
            """;
        var held = await payments.BalanceAsync("held:sandbox");

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => SendAsync(day, csv)));
        var closings = new List<HttpStatusCode>();
        foreach (var (_, said) in answers)
        {
            foreach (var difference in said!.Differences)
            {
                closings.Add((await CloseAsync(said.Id, difference.Id)).StatusCode);
            }
        }

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created);
        Assert.Equal(3, answers.Count(answer => answer.Status == HttpStatusCode.OK));
        Assert.Equal(2, answers.SelectMany(answer => answer.Said!.Differences).DistinctBy(row => row.Id).Count());
        Assert.Equal(2, closings.Count(status => status == HttpStatusCode.OK));
        Assert.Equal(6, closings.Count(status => status == HttpStatusCode.Conflict));
        Assert.Equal(held + 700 - 200, await payments.BalanceAsync("held:sandbox"));
        Assert.Equal(2, await EntriesOfAsync(day));
        var again = await SendAsync(day, csv);
        Assert.All(again.Said!.Differences, difference => Assert.NotNull(difference.ClosedAt));
    }

    [Fact]
    public async Task A_better_statement_opens_what_it_changes_and_the_next_entry_moves_the_rest()
    {
        var (day, id) = (new DateOnly(2026, 3, 2), Guid.CreateVersion7());
        var held = await payments.BalanceAsync("held:sandbox");

        foreach (var (lines, more) in new[]
        {
            ($"payment,{id:N},a,700,CNY,{day:O}", 700L), ($"payment,{id:N},a,900,CNY,{day:O}", 900), ("", 0),
            ($"payment,{id:N},a,700,CNY,{day:O}", 700),
        })
        {
            var (_, said) = await SendAsync(day, lines);
            var difference = Assert.Single(said!.Differences);
            Assert.Equal((more, null), (difference.HeldFen, difference.ClosedAt));
            (await CloseAsync(said.Id, difference.Id)).EnsureSuccessStatusCode();
            Assert.Equal(held + more, await payments.BalanceAsync("held:sandbox"));
        }

        Assert.Equal(4, await EntriesOfAsync(day));
    }

    [Fact]
    public async Task A_line_stated_three_times_is_one_difference_of_two_sums()
    {
        var day = new DateOnly(2026, 3, 3);
        var line = $"payment,{Guid.CreateVersion7():N},a,700,CNY,{day:O}\n";

        var (_, said) = await SendAsync(day, line + line + line);

        Assert.Equal(
            [("duplicate-line", 1_400L), ("unknown-payment", 700L)],
            said!.Differences.Select(difference => (difference.Kind, difference.HeldFen)).Order());
    }

    [Fact]
    public async Task A_statement_of_a_provider_nobody_knows_is_refused_and_nothing_kept()
    {
        using var csv = new StringContent($"{Statement.Header}\n", Encoding.UTF8, "text/csv");

        var answer = await payments.As("admin").PostAsync(
            new Uri("/v1/reconciliations?provider=shell-bank&day=2026-03-04", UriKind.Relative), csv);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("\"unknown-provider\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(await ListAsync("provider=shell-bank"));
    }

    [Fact]
    public async Task Reconciliations_are_listed_by_provider_and_day_and_by_what_is_open()
    {
        var (first, second) = (new DateOnly(2026, 3, 5), new DateOnly(2026, 3, 6));
        await SendAsync(first, "");
        var (_, open) = await SendAsync(second, $"payment,{Guid.CreateVersion7():N},a,700,CNY,{second:O}", "alipay");
        await SendAsync(second, "", "wechat");

        var byDay = await ListAsync($"day={second:O}");
        var stillOpen = await ListAsync("open=true&provider=alipay");
        var page = await ListAsync($"day={second:O}&limit=1&after={open!.Id}");

        Assert.Equal(["alipay", "wechat"], byDay.Select(row => row.Provider).Order());
        Assert.Equal((open.Id, 1, 1), Assert.Single(stillOpen.ConvertAll(row => (row.Id, row.Differences, row.Open))));
        Assert.Equal("wechat", Assert.Single(page).Provider);
        Assert.Equal(HttpStatusCode.Forbidden, (await payments.As("operator").GetAsync(
            new Uri("/v1/reconciliations", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task A_day_that_moved_money_and_was_not_reconciled_is_warned_of_until_it_is()
    {
        await using var own = new PaymentsFixture();
        await own.InitializeAsync();
        var payment = await own.CapturedAsync(PaymentsFixture.Asked());
        var day = BusinessDay.Of(payment.CapturedAt!.Value);
        var job = own.Services.GetServices<IHostedService>().OfType<WarnOfMissingReconciliationsJob>().Single();
        await using var scope = own.Services.CreateAsyncScope();

        await job.RunOnceAsync(scope.ServiceProvider, CancellationToken.None);
        var today = Gauge();
        own.Clock.Advance(TimeSpan.FromDays(1));
        await job.RunOnceAsync(scope.ServiceProvider, CancellationToken.None);
        var tomorrow = Gauge();
        await own.Save(new Reconciliation { Id = Guid.CreateVersion7(), Provider = "sandbox", Day = day });
        await job.RunOnceAsync(scope.ServiceProvider, CancellationToken.None);

        Assert.Equal((0, 1, 0), (today, tomorrow, Gauge()));

        int Gauge()
        {
            var seen = 0;
            using var listener = new MeterListener();
            listener.InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "jingdezhen.reconciliations.missing"
                    && instrument.Meter.Scope == own.Services.GetRequiredService<IMeterFactory>())
                {
                    self.EnableMeasurementEvents(instrument);
                }
            };
            listener.SetMeasurementEventCallback<int>((_, days, tags, _) =>
                seen += tags[0].Value is "sandbox" ? days : 100);
            listener.Start();
            listener.RecordObservableInstruments();
            return seen;
        }
    }

    private async Task<(HttpStatusCode Status, ReconciliationResponse? Said)> SendAsync(
        DateOnly day, string lines, string provider = "sandbox")
    {
        using var csv = new StringContent($"{Statement.Header}\n{lines}", Encoding.UTF8, "text/csv");
        var answer = await payments.As("admin").PostAsync(
            new Uri($"/v1/reconciliations?provider={provider}&day={day:O}", UriKind.Relative), csv);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<ReconciliationResponse>());
    }

    private Task<HttpResponseMessage> CloseAsync(Guid reconciliation, Guid difference) =>
        payments.As("admin").PostAsJsonAsync(
            new Uri($"/v1/reconciliations/{reconciliation}/differences/{difference}/close", UriKind.Relative),
            new CloseDifferenceRequest("Told to the provider."));

    private async Task<List<ReconciliationSummaryResponse>> ListAsync(string query) =>
        (await payments.As("admin").GetFromJsonAsync<List<ReconciliationSummaryResponse>>(
            new Uri($"/v1/reconciliations?{query}", UriKind.Relative)))!;

    private Task<int> EntriesOfAsync(DateOnly day) => payments.Read(db =>
        db.Set<LedgerEntry>().CountAsync(entry => entry.Key.StartsWith($"reconciliation:sandbox:{day:yyyy-MM-dd}:")));
}

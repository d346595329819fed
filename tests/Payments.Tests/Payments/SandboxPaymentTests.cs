using System.Net;
using System.Net.Http.Json;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Payments.Payments;
using Jingdezhen.Tourism.Payments.Providers;
using Jingdezhen.Tourism.Payments.Sandbox;
using Jingdezhen.Tourism.Payments.Settlement;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Jingdezhen.Tourism.Payments.Tests.Payments;

public sealed class SandboxPaymentTests(PaymentsFixture payments) : IClassFixture<PaymentsFixture>
{
    [Fact]
    public async Task A_payer_sees_what_the_app_needs_pays_and_the_asker_hears_of_it()
    {
        var payer = Guid.CreateVersion7();
        var asked = PaymentsFixture.Asked(account: payer);
        await payments.PendingAsync(asked);
        var seen = await payments.As("tourist", payer).GetFromJsonAsync<PaymentResponse>(
            new Uri($"/v1/payments/by-key/{asked.Key}?wait=5", UriKind.Relative));

        await payments.SayAsync(seen!.PayWith!.Value.GetProperty("approve").GetString()!["/sandbox/".Length..]);

        var captured = await payments.Published<PaymentCaptured>(message => message.Key == asked.Key);
        Assert.Equal(
            (asked.AmountFen, asked.SubjectId, false), (captured.AmountFen, captured.SubjectId, captured.Late));
        Assert.Equal(1, await payments.EntriesAsync($"capture:{seen.Id}"));
    }

    [Fact]
    public async Task A_payment_is_nobody_elses_to_know()
    {
        var payment = await payments.PendingAsync(PaymentsFixture.Asked(account: Guid.CreateVersion7()));

        var answer = await payments.As("tourist").GetAsync(new Uri($"/v1/payments/{payment.Id}", UriKind.Relative));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Asked_five_times_with_one_key_it_is_one_payment()
    {
        var asked = PaymentsFixture.Asked();

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => payments.Deliver(asked)));

        Assert.Equal(1, await payments.Read(db => db.Payments.CountAsync(payment => payment.Key == asked.Key)));
    }

    [Fact]
    public async Task The_same_notice_sixteen_times_at_once_and_out_of_order_has_one_effect()
    {
        var asked = PaymentsFixture.Asked();
        var payment = await payments.PendingAsync(asked);
        var door = payments.Services.GetRequiredService<GroupCommit<ProviderNotice, Refusal?>>();
        var done = new ProviderAnswer(
            Outcome.Done, "sandbox-1", asked.AmountFen, "CNY", TimeProvider.System.GetUtcNow());
        ProviderAnswer[] stale = [new(Outcome.Pending), new(Outcome.Closed), new(Outcome.Failed)];

        await Task.WhenAll(Enumerable.Range(0, 16).SelectMany(copy => new[]
        {
            door.AddAsync(new("sandbox", "payment", payment.Id, "notice-1", done), CancellationToken.None),
            door.AddAsync(
                new("sandbox", "payment", payment.Id, $"stale-{copy}", stale[copy % 3]), CancellationToken.None),
        }));

        await payments.StateAsync(asked.Key, PaymentState.Captured);
        await payments.Published<PaymentCaptured>(message => message.Key == asked.Key);
        Assert.Equal(1, await payments.EntriesAsync($"capture:{payment.Id}"));
        Assert.Single(payments.PublishedSoFar<PaymentCaptured>(), message => message.Key == asked.Key);
        Assert.Equal(1, await payments.Read(db =>
            db.Set<ProviderEvent>().CountAsync(row => row.SubjectId == payment.Id && row.EventId == "notice-1")));
    }

    [Fact]
    public async Task Copies_of_a_notice_that_travel_for_real_have_one_effect_too()
    {
        var asked = PaymentsFixture.Asked();
        var payment = await payments.PendingAsync(asked);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(turn =>
            payments.SayAsync($"payments/{payment.Id}/approve?copies=4&delay={turn * 0.2:0.0}")));

        await payments.StateAsync(asked.Key, PaymentState.Captured);
        await Eventually.Equal(0, () => payments.Read(db =>
            db.Set<SandboxNotice>().CountAsync(notice => notice.ChargeId == payment.Id)));
        Assert.Equal(1, await payments.EntriesAsync($"capture:{payment.Id}"));
        await payments.Published<PaymentCaptured>(message => message.Key == asked.Key);
        Assert.Single(payments.PublishedSoFar<PaymentCaptured>(), message => message.Key == asked.Key);
    }

    [Fact]
    public async Task A_declined_payment_fails_and_says_so_once()
    {
        var asked = PaymentsFixture.Asked();
        var payment = await payments.PendingAsync(asked);

        await payments.SayAsync($"payments/{payment.Id}/decline?copies=3");

        var failed = await payments.Published<PaymentFailed>(message => message.Key == asked.Key);
        Assert.Equal("declined", failed.Reason);
        Assert.Equal(0, await payments.EntriesAsync($"capture:{payment.Id}"));
    }

    [Fact]
    public async Task A_payment_nobody_makes_expires_and_money_that_comes_all_the_same_is_late()
    {
        var asked = PaymentsFixture.Asked(within: TimeSpan.FromSeconds(3));
        await payments.Deliver(asked);
        var payment = await payments.StateAsync(asked.Key, PaymentState.Expired);
        await payments.Published<PaymentFailed>(message => message.Key == asked.Key && message.Reason == "expired");

        await payments.SayAsync($"payments/{payment.Id}/approve?late=true");

        var captured = await payments.Published<PaymentCaptured>(message => message.Key == asked.Key);
        Assert.True(captured.Late);
    }

    [Fact]
    public async Task A_payer_who_cancels_closes_it_at_the_provider()
    {
        var payer = Guid.CreateVersion7();
        var asked = PaymentsFixture.Asked(account: payer);
        var payment = await payments.PendingAsync(asked);

        (await payments.As("tourist", payer).PostAsync(
            new Uri($"/v1/payments/{payment.Id}/cancel", UriKind.Relative), null))
            .EnsureSuccessStatusCode();

        await payments.StateAsync(asked.Key, PaymentState.Cancelled);
        Assert.Equal("closed", await payments.Read(db =>
            db.Set<SandboxCharge>().Where(charge => charge.Id == payment.Id).Select(charge => charge.State)
                .SingleAsync()));
    }

    [Fact]
    public async Task An_asker_who_wants_no_money_any_more_closes_it_once_however_often_that_is_said()
    {
        var asked = PaymentsFixture.Asked();
        var payment = await payments.PendingAsync(asked);

        await payments.Deliver(new CancelPayment(asked.Key), times: 3);
        await payments.Deliver(new CancelPayment(asked.Key));

        var failed = await payments.Published<PaymentFailed>(message => message.Key == asked.Key);
        Assert.Equal((payment.Id, "cancelled"), (failed.PaymentId, failed.Reason));
        Assert.Single(payments.PublishedSoFar<PaymentFailed>(), message => message.Key == asked.Key);
        Assert.Equal("closed", await payments.Read(db => db.Set<SandboxCharge>()
            .Where(charge => charge.Id == payment.Id).Select(charge => charge.State).SingleAsync()));
    }

    [Theory, InlineData("of nobody's payment"), InlineData("of money that is here"), InlineData("of an ended payment")]
    public async Task A_cancel_that_comes_for_nothing_changes_nothing(string of)
    {
        var asked = PaymentsFixture.Asked();
        if (of == "of money that is here") await payments.CapturedAsync(asked);
        if (of == "of an ended payment")
        {
            var payment = await payments.PendingAsync(asked);
            await payments.SayAsync($"payments/{payment.Id}/decline");
            await payments.Published<PaymentFailed>(message => message.Key == asked.Key);
        }

        var before = await payments.QuietBooksAsync();

        await payments.Deliver(new CancelPayment(asked.Key));

        Assert.Equal(before, await payments.BooksAsync());
        Assert.False(await payments.Read(db => db.Payments.AnyAsync(row => row.Key == asked.Key && row.CancelAsked)));
    }

    [Fact]
    public async Task An_authorised_payment_waits_for_the_askers_word()
    {
        var admin = payments.As("admin");
        admin.DefaultRequestHeaders.Add("Idempotency-Key", $"{Guid.CreateVersion7()}");
        var key = $"deposit:{Guid.CreateVersion7()}";
        var created = await admin.PostAsJsonAsync(new Uri("/v1/payments", UriKind.Relative), new AskForPaymentRequest(
            key, "stay", Guid.CreateVersion7(), null, 50_000, "CNY", "sandbox",
            TimeProvider.System.GetUtcNow().AddHours(1), CaptureLater: true));
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var payment = await payments.StateAsync(key, PaymentState.Pending);
        await payments.SayAsync($"payments/{payment.Id}/approve");
        await payments.StateAsync(key, PaymentState.Authorised);
        Assert.Equal(0, await payments.EntriesAsync($"capture:{payment.Id}"));

        (await admin.PostAsync(new Uri($"/v1/payments/{payment.Id}/capture", UriKind.Relative), null))
            .EnsureSuccessStatusCode();

        await payments.StateAsync(key, PaymentState.Captured);
    }

    [Theory]
    [InlineData("start", "error")]
    [InlineData("start", "lost")]
    public async Task An_unknown_outcome_is_asked_for_and_not_guessed(string operation, string behaviour)
    {
        await using var own = new OwnPayments();
        await own.Fixture.InitializeAsync();
        var asked = PaymentsFixture.Asked();
        await own.Fixture.BehaveAsync(operation, behaviour);
        await own.Fixture.BehaveAsync("query", "error");
        await own.Fixture.Deliver(asked);
        await Eventually.Holds(
            () => own.Fixture.Read(db => db.Payments.AsNoTracking().SingleAsync(row => row.Key == asked.Key)),
            payment => payment is { Attempts: 1, State: PaymentState.Requested });

        for (var turn = 0; turn < 2; turn++) await own.Fixture.HurryAsync();

        await Eventually.Holds(async () =>
        {
            await own.Fixture.HurryAsync();
            return await own.Fixture.Read(db => db.Payments.AsNoTracking().SingleAsync(row => row.Key == asked.Key));
        }, payment => payment.State == PaymentState.Pending);
        Assert.Equal(1, await own.Fixture.Read(db => db.Set<SandboxCharge>().CountAsync()));
    }

    [Theory]
    [InlineData(0, "CNY", "sandbox", "wrong-amount")]
    [InlineData(-5, "CNY", "sandbox", "wrong-amount")]
    [InlineData(5, "USD", "sandbox", "wrong-currency")]
    [InlineData(5, "CNY", "shells", "unknown-method")]
    public async Task What_cannot_be_paid_is_refused_precisely(
        long amountFen, string currency, string method, string reason)
    {
        var asked = PaymentsFixture.Asked(amountFen: amountFen, currency: currency, method: method);
        var before = await payments.QuietBooksAsync();

        await payments.Deliver(asked);

        var failed = await payments.Published<PaymentFailed>(message => message.Key == asked.Key);
        Assert.Equal(reason, failed.Reason);
        Assert.Equal(before, await payments.BooksAsync());
    }

    [Theory]
    [InlineData("amountFen=11999")]
    [InlineData("currency=USD")]
    public async Task A_notice_of_another_sum_than_was_asked_changes_nothing(string lie)
    {
        var asked = PaymentsFixture.Asked();
        var payment = await payments.PendingAsync(asked);
        var before = await payments.QuietBooksAsync();

        await payments.SayAsync($"payments/{payment.Id}/approve?{lie}");

        var kept = await Eventually.Holds(
            () => payments.Read(db => db.Set<ProviderEvent>().Where(row => row.SubjectId == payment.Id)
                .Select(row => row.RefusedBecause).FirstOrDefaultAsync()), refusal => refusal is not null);
        Assert.StartsWith("wrong-", kept, StringComparison.Ordinal);
        Assert.Equal(before, await payments.BooksAsync());
    }

    [Fact]
    public async Task A_notice_of_a_payment_nobody_knows_is_refused_and_kept()
    {
        var door = payments.Services.GetRequiredService<GroupCommit<ProviderNotice, Refusal?>>();
        var before = await payments.QuietBooksAsync();

        foreach (var kind in new[] { "payment", "refund", "payout" })
        {
            var refusal = await door.AddAsync(
                new("sandbox", kind, Guid.CreateVersion7(), $"stranger-{kind}", new(Outcome.Done, AmountFen: 1)),
                CancellationToken.None);

            Assert.Equal($"unknown-{kind}", refusal?.Code);
            Assert.True(await payments.Read(db => db.Set<ProviderEvent>().AnyAsync(row =>
                row.EventId == $"stranger-{kind}" && row.RefusedBecause == $"unknown-{kind}")));
        }

        Assert.Equal(before, await payments.BooksAsync());
    }

    private sealed class OwnPayments : IAsyncDisposable
    {
        public PaymentsFixture Fixture { get; } = new();

        public async ValueTask DisposeAsync() => await Fixture.DisposeAsync();
    }
}

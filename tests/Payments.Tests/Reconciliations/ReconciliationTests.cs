using System.Net;
using System.Net.Http.Json;
using System.Text;
using Jingdezhen.Tourism.Payments.Reconciliations;
using Jingdezhen.Tourism.Testing;

namespace Jingdezhen.Tourism.Payments.Tests.Reconciliations;

public sealed class ReconciliationTests(PaymentsFixture payments) : IClassFixture<PaymentsFixture>
{
    private static readonly DateOnly Day = new(2026, 5, 1);

    // As the bills beside this file name them, without hyphens.
    private const string Paid = "0197a0f2-4c5e-7d3a-8b1c-2d3e4f506172";
    private const string Refunded = "0197a0f2-4c5e-7d3a-8b1c-2d3e4f506173";

    private static readonly string[] TwelveKinds =
    [
        "unknown-payment", "missing-payment", "wrong-amount", "wrong-currency", "not-captured", "duplicate-line",
        "wrong-day",
        "wrong-reference", "unknown-refund", "missing-refund", "wrong-refund-amount", "refund-not-settled",
    ];

    [Fact]
    public void Twelve_planted_differences_are_found_among_a_thousand_right_lines_and_nothing_else()
    {
        var ours = Enumerable.Range(0, 1000)
            .Select(number => Ours(number % 5 == 0 ? "refund" : "payment", $"right-{number}")).ToList();
        var theirs = ours.ToList();
        theirs.Add(Ours("payment", "unknown"));
        ours.Add(Ours("payment", "missing"));
        Both(Ours("payment", "amount"), line => line with { AmountFen = 101 });
        Both(Ours("payment", "currency"), line => line with { Currency = "HKD" });
        Both(Ours("payment", "open") with { State = "pending" }, line => line with { State = "done" });
        theirs.Add(theirs[3]);
        Both(Ours("payment", "day") with { Day = Day.AddDays(-1) }, line => line with { Day = Day });
        Both(Ours("payment", "reference"), line => line with { Reference = "another" });
        theirs.Add(Ours("refund", "unknown-refund"));
        ours.Add(Ours("refund", "missing-refund"));
        Both(Ours("refund", "refund-amount"), line => line with { AmountFen = 99 });
        Both(Ours("refund", "refund-open") with { State = "requested" }, line => line with { State = "done" });

        var differences = Statement.Compare(theirs, ours, Day);

        Assert.Equal(TwelveKinds.Order(), differences.Select(difference => difference.Kind).Order());
        Assert.Equal(
            100 - 100 + 1 + 100 + 100 - 100 + 100 + 1 - 100, differences.Sum(difference => difference.HeldFen));

        void Both(Movement own, Func<Movement, Movement> stated)
        {
            ours.Add(own);
            theirs.Add(stated(own));
        }
    }

    [Fact]
    public async Task Each_of_twelve_planted_differences_is_closed_and_then_we_hold_what_the_provider_says()
    {
        var books = new PlantedBooks(payments);
        await books.PlantAsync();
        var admin = payments.As("admin");

        var found = await ReconcileAsync(admin, books.Csv);
        foreach (var difference in found.Differences)
        {
            var closed = await CloseAsync(admin, found.Id, difference.Id);
            Assert.Equal(difference.HeldFen != 0, closed.EntryId is not null);
        }

        Assert.Equal(TwelveKinds.Order(), found.Differences.Select(difference => difference.Kind).Order());
        Assert.Equal(
            ["wrong-currency", "wrong-day", "wrong-reference"],
            found.Differences.Where(difference => difference.HeldFen == 0).Select(difference => difference.Kind)
                .Order());
        Assert.Equal(books.HeldByTheProvider, await payments.BalanceAsync($"held:{PlantedBooks.Provider}"));
        var kept = await admin.GetFromJsonAsync<ReconciliationResponse>(
            new Uri($"/v1/reconciliations/{found.Id}", UriKind.Relative));
        Assert.All(kept!.Differences, difference => Assert.NotNull(difference.ClosedAt));
    }

    [Fact]
    public async Task A_statement_is_compared_with_the_books_and_its_difference_closed_by_an_entry()
    {
        var (right, missing) = (PaymentsFixture.Asked(amountFen: 700), PaymentsFixture.Asked(amountFen: 900));
        var (stated, forgotten) = (await payments.CapturedAsync(right), await payments.CapturedAsync(missing));
        var day = DateOnly.FromDateTime(stated.CapturedAt!.Value.ToOffset(TimeSpan.FromHours(8)).DateTime);
        var held = await payments.BalanceAsync("held:sandbox");
        var admin = payments.As("admin");
        using var csv = new StringContent(
            $"{Statement.Header}\npayment,{stated.Id},sandbox-{stated.Id:N},700,CNY,{day:yyyy-MM-dd}\n", Encoding.UTF8,
            "text/csv");

        var answer =
            await admin.PostAsync(
                new Uri($"/v1/reconciliations?provider=sandbox&day={day:yyyy-MM-dd}", UriKind.Relative), csv);

        var reconciliation = (await answer.Content.ReadFromJsonAsync<ReconciliationResponse>())!;
        var difference = Assert.Single(reconciliation.Differences);
        Assert.Equal(
            ("missing-payment", $"{forgotten.Id}", -900), (difference.Kind, difference.SubjectId, difference.HeldFen));
        var close = new Uri(
            $"/v1/reconciliations/{reconciliation.Id}/differences/{difference.Id}/close", UriKind.Relative);
        var closed =
            await admin.PostAsJsonAsync(close, new CloseDifferenceRequest("The provider lost it; claimed by letter."));
        Assert.NotNull((await closed.Content.ReadFromJsonAsync<DifferenceResponse>())!.EntryId);
        Assert.Equal(held - 900, await payments.BalanceAsync("held:sandbox"));
        Assert.Equal(
            HttpStatusCode.Conflict, (await admin.PostAsJsonAsync(close, new CloseDifferenceRequest("Again.")))
                .StatusCode);
    }

    [Fact]
    public void A_bill_of_wechat_pay_is_read_as_it_comes()
    {
        var read = Statement.Read("\uFEFF" + Bill("wechat"));

        Assert.Equal(
            [
                new("payment", Paid, "4200001", 8_800, "CNY", "done", Day),
                new("refund", Refunded, "5030001", 2_050, "CNY", "done", Day),
            ],
            read.Value!);
    }

    [Fact]
    public async Task A_bill_of_alipay_is_read_in_its_own_encoding()
    {
        var gbk = CodePagesEncodingProvider.Instance.GetEncoding("gbk")!;
        using var csv = new ByteArrayContent(gbk.GetBytes(Bill("alipay")));
        csv.Headers.ContentType = new("text/csv") { CharSet = "gbk" };

        var answer = await payments.As("admin").PostAsync(
            new Uri("/v1/reconciliations?provider=alipay&day=2026-05-01", UriKind.Relative), csv);

        var found = await answer.Content.ReadFromJsonAsync<ReconciliationResponse>();
        Assert.Equal(
            [("unknown-payment", Paid, 12_345L), ("unknown-refund", Refunded, -4_500L)],
            found!.Differences.Select(difference => (difference.Kind, difference.SubjectId, difference.HeldFen))
                .Order());
    }

    [Theory, InlineData("nothing of a header"),
        InlineData("type,id,reference,amount_fen,currency,day\npayment,1,2,3.5,CNY,2026-05-01")]
    public async Task An_unreadable_statement_names_its_line(string text)
    {
        using var csv = new StringContent(text, Encoding.UTF8, "text/csv");

        var answer = await payments.As("admin").PostAsync(
            new Uri("/v1/reconciliations?provider=sandbox&day=2026-05-01", UriKind.Relative), csv);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("Line ", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static async Task<ReconciliationResponse> ReconcileAsync(HttpClient admin, string statement)
    {
        using var csv = new StringContent(statement, Encoding.UTF8, "text/csv");
        var answer = await admin.PostAsync(
            new Uri($"/v1/reconciliations?provider={PlantedBooks.Provider}&day={Day:yyyy-MM-dd}", UriKind.Relative),
            csv);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<ReconciliationResponse>())!;
    }

    private static async Task<DifferenceResponse> CloseAsync(HttpClient admin, Guid reconciliation, Guid difference)
    {
        var answer = await admin.PostAsJsonAsync(
            new Uri($"/v1/reconciliations/{reconciliation}/differences/{difference}/close", UriKind.Relative),
            new CloseDifferenceRequest("Told to the provider."));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<DifferenceResponse>())!;
    }

    private static string Bill(string provider) => File.ReadAllText(
        Path.Combine(Repository.Root, "tests/Payments.Tests/Reconciliations", $"{provider}-bill.csv"));

    private static Movement Ours(string of, string id) => new(of, id, $"ref-{id}", 100, "CNY", "done", Day);
}

using System.Net;
using Jingdezhen.Tourism.Complaints.Cases;
using Jingdezhen.Tourism.Contracts.Complaints.V1;
using Jingdezhen.Tourism.Testing;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Jingdezhen.Tourism.Complaints.Tests.Cases;

public sealed class OperatorTests(ComplaintsFixture complaints) : IClassFixture<ComplaintsFixture>
{
    [Fact]
    public async Task A_tourist_sees_their_own_cases_and_a_merchant_those_against_it_without_internal_notes()
    {
        var merchant = await complaints.Merchant();
        var (account, filed) = await complaints.Filed(merchant);
        await ComplaintsFixture.Do(complaints.As("operator"), filed.Id, "notes", new { because = "商家有前科" });
        var path = $"/v1/cases/{filed.Id}";

        Assert.Equal(HttpStatusCode.OK, (await complaints.As("tourist", account).GetAsync(path)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await complaints.As("tourist").GetAsync(path)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await complaints.As("merchant", merchant: merchant).GetAsync(path))
            .StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await complaints.As("merchant", merchant: Guid.CreateVersion7())
            .GetAsync(path)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await complaints.As("merchant", merchant: merchant)
            .GetAsync(path + "/file")).StatusCode);
        foreach (var outsider in (HttpClient[])[complaints.As("tourist", account),
            complaints.As("merchant", merchant: merchant)])
        {
            Assert.DoesNotContain((await outsider.Get<HistoryResponse>(path + "/history")).Lines, line =>
                line.What == "note");
        }

        Assert.Contains((await complaints.As("admin").Get<HistoryResponse>(path + "/history")).Lines, line =>
            line.Text == "商家有前科");
    }

    [Fact]
    public async Task An_admin_reads_everything_and_changes_nothing()
    {
        var (_, filed) = await complaints.Filed();
        var admin = complaints.As("admin");

        foreach (var step in (string[])["acknowledge", "claim", "notes", "decline", "withdraw", "answer", "finding",
            "pause"])
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await admin.PostAsync($"/v1/cases/{filed.Id}/{step}")).StatusCode);
        }

        Assert.Equal("submitted", (await admin.Get<CaseResponse>($"/v1/cases/{filed.Id}")).State);
    }

    [Fact]
    public async Task No_route_but_those_of_the_fund_and_of_ties_lets_an_admin_change_anything()
    {
        var (_, filed) = await complaints.Filed();
        var admin = complaints.As("admin");
        var changing = complaints.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<HttpMethodMetadata>() is { } allowed
                && !allowed.HttpMethods.Contains("GET"))
            .Where(route => route.RoutePattern.RawText is { } path
                && !path.StartsWith("/v1/fund", StringComparison.Ordinal)
                && !path.StartsWith("/v1/cases/operator-ties", StringComparison.Ordinal)
                && !path.Contains("failed-messages", StringComparison.Ordinal)
                && path.StartsWith("/v1/", StringComparison.Ordinal)).ToList();
        var open = new List<string>();
        foreach (var route in changing)
        {
            var path = System.Text.RegularExpressions.Regex.Replace(
                route.RoutePattern.RawText!, @"\{[^}]*\}", match => match.Value == "{number}"
                    ? filed.Number : $"{filed.Id}");
            using var request = new HttpRequestMessage(
                new(route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0]),
                new Uri(path + "?name=x", UriKind.Relative));
            request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());
            request.Headers.Add("Case-Phone", "13900000000");
            request.Content = System.Net.Http.Json.JsonContent.Create(new { score = 5 });
            if (route.Metadata.GetMetadata<IAcceptsMetadata>() is { } body)
            {
                request.Content.Headers.ContentType = new(body.ContentTypes[0]);
            }

            var answer = await admin.SendAsync(request);
            if (answer.StatusCode is not (HttpStatusCode.Forbidden or HttpStatusCode.NotFound))
            {
                open.Add($"{request.Method} {path} answered {answer.StatusCode}");
            }
        }

        Assert.True(changing.Count > 30);
        Assert.Empty(open);
    }

    [Fact]
    public async Task An_operator_handles_neither_a_case_of_their_own_nor_one_of_a_merchant_they_are_tied_to()
    {
        var merchant = await complaints.Merchant();
        var (account, filed) = await complaints.Filed(merchant);
        var cousin = Guid.CreateVersion7();
        (await complaints.As("admin").PutAsync(new Uri("/v1/cases/operator-ties", UriKind.Relative),
            System.Net.Http.Json.JsonContent.Create(
            new { operatorId = cousin, merchantId = merchant, because = "亲属" }))).EnsureSuccessStatusCode();

        var own = await complaints.As("operator", account).PostAsync($"/v1/cases/{filed.Id}/acknowledge");
        var tied = await complaints.As("operator", cousin).PostAsync($"/v1/cases/{filed.Id}/acknowledge");

        Assert.Equal(("own-case", HttpStatusCode.Forbidden), (await own.Code(), own.StatusCode));
        Assert.Equal(("tied-to-merchant", HttpStatusCode.Forbidden), (await tied.Code(), tied.StatusCode));
        foreach (var person in (Guid[])[account, cousin])
        {
            var close = complaints.As("operator", person);
            foreach (var path in (string[])[$"/v1/cases/{filed.Id}", $"/v1/cases/{filed.Id}/file",
                $"/v1/cases/{filed.Id}/history", $"/v1/evidence/{filed.Id}", $"/v1/compensations/of-case/{filed.Id}"])
            {
                Assert.Equal(HttpStatusCode.NotFound, (await close.GetAsync(path)).StatusCode);
            }

            Assert.Equal(HttpStatusCode.Forbidden, (await close.PostAsync(
                $"/v1/evidence/{filed.Id}?name=photo.jpg", new byte[] { 0xFF, 0xD8, 0xFF, 0xE0 })).StatusCode);
            var found = await close.Get<List<CaseLineResponse>>(
                $"/v1/cases/search?text={Uri.EscapeDataString(filed.Number)}");
            var queued = await close.Get<List<CaseLineResponse>>("/v1/cases/queue/unassigned?limit=100");
            Assert.DoesNotContain(filed.Id, found.Concat(queued).Select(line => line.Id));
        }

        Assert.Equal(HttpStatusCode.OK, (await complaints.As("operator").GetAsync($"/v1/cases/{filed.Id}/file"))
            .StatusCode);
    }

    [Fact]
    public async Task An_operator_who_belongs_to_a_merchant_finds_no_case_against_it_in_any_list()
    {
        var merchant = await complaints.Merchant();
        var (_, filed) = await complaints.Filed(merchant);
        var search = $"/v1/cases/search?text={Uri.EscapeDataString(filed.Number)}";

        var belongs = await complaints.As("operator", merchant: merchant).Get<List<CaseLineResponse>>(search);
        var stranger = await complaints.As("operator").Get<List<CaseLineResponse>>(search);

        Assert.Empty(belongs);
        Assert.Equal(filed.Id, Assert.Single(stranger).Id);
    }

    [Fact]
    public async Task Without_the_guard_an_operator_handles_their_own_case()
    {
        var office = await ComplaintsFixture.With(("Guards:Ties", "false"));
        var (account, filed) = await office.Filed();

        var own = await office.As("operator", account).PostAsync($"/v1/cases/{filed.Id}/acknowledge");

        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
        await office.DisposeAsync();
    }

    [Fact]
    public async Task Queues_show_what_is_mine_unassigned_due_soon_and_breached()
    {
        var me = Guid.CreateVersion7();
        var @operator = complaints.As("operator", me);
        var (_, mine) = await complaints.Filed();
        var (_, free) = await complaints.Filed();
        await @operator.PostAsync($"/v1/cases/{mine.Id}/claim");
        await complaints.Sweep(complaints.Now.AddMinutes(4));

        Assert.Equal([mine.Id], await QueueAsync("mine"));
        Assert.Contains(free.Id, await QueueAsync("unassigned"));
        Assert.DoesNotContain(mine.Id, await QueueAsync("unassigned"));
        Assert.Contains(mine.Id, await QueueAsync("due-soon"));
        Assert.Contains(free.Id, await QueueAsync("breached"));
        await complaints.Published<ClockBreached>(message => message.CaseId == free.Id
            && message is { Clock: "register", Escalation: 1, AssigneeId: null });
        await complaints.Published<ClockBreached>(message => message.CaseId == mine.Id
            && message.AssigneeId == me);

        async Task<List<Guid>> QueueAsync(string name) =>
            (await @operator.Get<List<CaseLineResponse>>($"/v1/cases/queue/{name}?limit=100"))
                .ConvertAll(line => line.Id);
    }

    [Fact]
    public async Task A_queues_pages_follow_each_other_without_a_gap_or_a_repetition()
    {
        var @operator = complaints.As("operator");
        for (var turn = 0; turn < 5; turn++)
        {
            var (_, filed) = await complaints.Filed();

            // What stands still has no due time, and comes last.
            if (turn < 3) await ComplaintsFixture.Do(@operator, filed.Id, "pause", new { because = "等照片" });
        }

        var whole = await @operator.Get<List<CaseLineResponse>>("/v1/cases/queue/unassigned?limit=100");
        var paged = new List<Guid>();
        for (CaseLineResponse? last = null; ; )
        {
            var due = last?.NextDueAt is { } at ? $"&afterDue={Uri.EscapeDataString($"{at:O}")}" : "";
            var from = last is null ? "" : $"{due}&after={last.Id}";
            var page = await @operator.Get<List<CaseLineResponse>>($"/v1/cases/queue/unassigned?limit=2{from}");
            if (page.Count == 0) break;
            paged.AddRange(page.Select(line => line.Id));
            last = page[^1];
        }

        Assert.True(whole.Count(line => line.NextDueAt is null) >= 3);
        Assert.Equal(whole.ConvertAll(line => line.Id), paged);
    }

    [Fact]
    public async Task A_claimed_case_is_handed_over_and_not_taken()
    {
        var (_, filed) = await complaints.Filed();
        var (first, second) = (complaints.As("operator"), Guid.CreateVersion7());
        await ComplaintsFixture.Do(first, filed.Id, "claim");

        var taken = await complaints.As("operator", second).PostAsync($"/v1/cases/{filed.Id}/claim");
        await ComplaintsFixture.Do(first, filed.Id, "hand-over", new { operatorId = second, text = "换班" });

        Assert.Equal("claimed-already", await taken.Code());
        Assert.Equal(second, (await first.Get<StaffCaseResponse>($"/v1/cases/{filed.Id}/file")).AssigneeId);
    }

    [Fact]
    public async Task A_colleagues_case_is_not_taken_in_bulk_either()
    {
        var (_, theirs) = await complaints.Filed();
        var (_, free) = await complaints.Filed();
        await ComplaintsFixture.Do(complaints.As("operator"), theirs.Id, "claim");

        var answer = await (await complaints.As("operator").PostAsync(
            "/v1/cases/bulk", new { action = "claim", caseIds = new[] { theirs.Id, free.Id } })).Body<BulkResponse>();

        Assert.Equal((1, 1), (answer.Done, answer.Refused));
        Assert.Equal("claimed-already", answer.Lines.Single(line => line.CaseId == theirs.Id).Code);
    }

    [Theory, InlineData("decline", "declined"), InlineData("transfer", "transferred")]
    public async Task Many_cases_are_declined_or_transferred_with_one_reason(string action, string state)
    {
        var @operator = complaints.As("operator");
        var ids = new[] { (await complaints.Filed()).Case.Id, (await complaints.Filed()).Case.Id };
        foreach (var id in ids) await ComplaintsFixture.Do(@operator, id, "acknowledge");

        var silent = await @operator.PostAsync("/v1/cases/bulk", new { action, caseIds = ids });
        var done = await (await @operator.PostAsync(
            "/v1/cases/bulk", new { action, caseIds = ids, text = "不属于旅游投诉", to = "市场监管局" }))
            .Body<BulkResponse>();

        Assert.Equal(HttpStatusCode.BadRequest, silent.StatusCode);
        Assert.Equal(2, done.Done);
        foreach (var id in ids)
        {
            Assert.Equal(state, (await complaints.As("admin").Get<CaseResponse>($"/v1/cases/{id}")).State);
        }
    }

    [Fact]
    public async Task A_merchant_answers_with_an_offer_and_the_claimant_reads_it_in_a_letter()
    {
        var merchant = await complaints.Merchant();
        var (account, filed) = await complaints.Filed(merchant);
        var @operator = complaints.As("operator");
        foreach (var step in (string[])["acknowledge", "accept", "ask-merchant"]) await ComplaintsFixture.Do(@operator,
            filed.Id, step);

        var stranger = await complaints.As("merchant", merchant: Guid.CreateVersion7())
            .PostAsync($"/v1/cases/{filed.Id}/answer", new { answer = "accept" });
        var answered = await ComplaintsFixture.Do(
            complaints.As("merchant", merchant: merchant), filed.Id, "answer",
                new { answer = "offer", offerFen = 5_000 });
        await ComplaintsFixture.Do(@operator, filed.Id, "letters", new
        {
            letter = "offer", language = "zh", values = new { number = filed.Number, amount = "50" },
        });

        Assert.Equal(HttpStatusCode.NotFound, stranger.StatusCode);
        Assert.Equal(("investigating", "offer", 5_000), (answered.State, answered.MerchantAnswer, answered.OfferFen));
        var seen = await complaints.As("tourist", account).Get<HistoryResponse>($"/v1/cases/{filed.Id}/history");
        Assert.Contains(seen.Lines, line => line.Text?.Contains("商家就投诉", StringComparison.Ordinal) == true);
        Assert.DoesNotContain(
            (await complaints.As("merchant", merchant: merchant).Get<HistoryResponse>($"/v1/cases/{filed.Id}/history"))
                .Lines,
            line => line.What == "letter");
    }

    [Fact]
    public async Task Four_cases_about_one_matter_are_handled_as_one_and_each_claimant_is_paid_alone()
    {
        var merchant = await complaints.Merchant();
        var @operator = complaints.As("operator");
        var ids = new List<Guid>();
        for (var turn = 0; turn < 4; turn++) ids.Add((await complaints.Filed(merchant)).Case.Id);

        var few = await @operator.PostAsync("/v1/cases/joint", new { caseIds = ids.Take(3), matter = "停电" });
        var joint = await (await @operator.PostAsync("/v1/cases/joint", new { caseIds = ids, matter = "停电" }))
            .Body<JointCaseResponse>();
        var done = new List<int>();
        foreach (var action in (string[])["claim", "acknowledge", "accept"])
        {
            done.Add((await (await @operator.PostAsync("/v1/cases/bulk", new { action, jointId = joint.Id }))
                .Body<BulkResponse>()).Done);
        }

        foreach (var id in ids)
        {
            await ComplaintsFixture.Find(@operator, id);
            await ComplaintsFixture.Do(@operator, id, "ask-merchant");
            await ComplaintsFixture.Do(complaints.As("merchant", merchant: merchant), id, "answer",
                new { answer = "contest" });
        }

        Assert.Equal("too-few-for-joint", await few.Code());
        Assert.Equal([4, 4, 4], done);
        foreach (var id in ids) Assert.Equal("approved", (await complaints.Compensation(id)).State);
        await Eventually.Equal(4, () => Task.FromResult(
            complaints.PublishedSoFar<CompensationApproved>().Count(message => ids.Contains(message.CaseId))));
    }

    [Fact]
    public async Task A_bulk_action_tells_for_every_case_why_it_was_not_done()
    {
        var (_, fresh) = await complaints.Filed();
        var (_, known) = await complaints.Filed();
        var @operator = complaints.As("operator");
        await ComplaintsFixture.Do(@operator, known.Id, "acknowledge");

        var answer = await (await @operator.PostAsync(
            "/v1/cases/bulk", new { action = "acknowledge", caseIds = new[] { fresh.Id, known.Id } }))
                .Body<BulkResponse>();

        Assert.Equal((1, 1), (answer.Done, answer.Refused));
        Assert.Equal("step-not-allowed", answer.Lines.Single(line => line.CaseId == known.Id).Code);
    }

    [Fact]
    public async Task A_duplicate_does_not_count_and_says_so_when_it_closes()
    {
        var (_, filed) = await complaints.Filed();
        var @operator = complaints.As("operator");
        await ComplaintsFixture.Do(@operator, filed.Id, "acknowledge");

        await ComplaintsFixture.Do(@operator, filed.Id, "decline", new { because = "重复投诉", duplicate = true });

        await complaints.Published<CaseClosed>(message => message.CaseId == filed.Id
            && message.Outcome == "declined-duplicate");
    }

    [Fact]
    public async Task A_clock_rings_once_however_many_replicas_sweep()
    {
        var (_, filed) = await complaints.Filed();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => complaints.Sweep(complaints.Now.AddHours(30))));

        await complaints.Published<ClockBreached>(message => message.CaseId == filed.Id && message.Clock == "accept");
        var history = await complaints.As("admin").Get<HistoryResponse>($"/v1/cases/{filed.Id}/history");
        Assert.Equal(1, history.Lines.Count(line => line.Detail.StartsWith("accept fast", StringComparison.Ordinal)
            && line.What == "clock-breached"));
        Assert.True(history.Intact);
    }
}

using System.Net;
using Jingdezhen.Tourism.Complaints.Fund;
using Jingdezhen.Tourism.LedgerVerify;

namespace Jingdezhen.Tourism.Complaints.Tests.Fund;

public sealed class FundTests(ComplaintsFixture complaints) : IClassFixture<ComplaintsFixture>
{
    [Fact]
    public async Task A_stranger_recomputes_the_fund_from_its_proof_and_a_changed_entry_is_noticed()
    {
        var merchant = await complaints.Merchant(ComplaintsFixture.ClosedVenue);
        var account = Guid.CreateVersion7();
        var filed = await ComplaintsFixture.File(complaints.As("tourist", account), ComplaintsFixture.Complaint(
            await complaints.Booking(account, merchant, closed: true)));
        await complaints.PaidOut(filed.Id);

        var proof = (await complaints.Anonymous().GetStringAsync(new Uri("/v1/fund/proof", UriKind.Relative)))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.StartsWith("VALID", Proof.Verify(proof, []), StringComparison.Ordinal);
        var forged = proof.Select(line => line.Replace("\"fen\":20000", "\"fen\":19999", StringComparison.Ordinal));
        Assert.Throws<ProofException>(() => Proof.Verify(forged, []));
    }

    [Fact]
    public async Task Contributions_are_imported_once_for_their_keys_and_a_mistake_is_put_right_by_another_entry()
    {
        var admin = complaints.As("admin");
        var before = (await admin.Get<FundResponse>("/v1/fund")).BalanceFen;
        var import = new { contributions = new[] { new { key = "2026-01", amountFen = 500, memo = "市财政拨款" } } };

        await admin.PostAsync("/v1/fund/contributions", import);
        var again = await (await admin.PostAsync("/v1/fund/contributions", import))
            .Body<ImportedContributionsResponse>();
        var entries = await complaints.Anonymous().Get<List<FundEntryResponse>>("/v1/fund/entries?limit=100");
        var entry = entries.Single(row => row.Key == "contribution:2026-01");
        var grown = (await admin.Get<FundResponse>("/v1/fund")).BalanceFen;
        var corrected = await admin.PostAsync($"/v1/fund/entries/{entry.Id}/correct", new { memo = "重复录入" });
        var after = await admin.Get<FundResponse>("/v1/fund");

        Assert.Equal((0, 1), (again.Posted, again.Known));
        Assert.Equal(before + 500, grown);
        Assert.Equal(HttpStatusCode.Created, corrected.StatusCode);
        Assert.Equal((before, true), (after.BalanceFen, after.Balanced));
    }

    [Theory, InlineData("tourist"), InlineData("operator"), InlineData("merchant")]
    public async Task Only_an_admin_brings_money_in(string role)
    {
        var refused = await complaints.As(role).PostAsync("/v1/fund/contributions",
            new { contributions = Array.Empty<object>() });

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }
}

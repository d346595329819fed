using CsCheck;
using Jingdezhen.Tourism.Contracts.Complaints.V1;
using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Homestays.Income;

namespace Jingdezhen.Tourism.Homestays.Tests.Income;

public sealed class IncomeTests(HomestaysFixture homestays) : IClassFixture<HomestaysFixture>
{
    [Fact]
    public void Every_fen_of_every_sum_goes_to_somebody() => Gen.Select(
        Gen.Long[0, 1_000_000_000], Gen.Int[0, 10_000], Gen.Int[0, 10_000]).Where(t => t.Item2 + t.Item3 <= 10_000)
            .Sample(t =>
        {
            var split = Split.Of(t.Item1, t.Item2, t.Item3);
            return split.HostFen + split.PlatformFen + split.VillageFen == t.Item1
                && split is { HostFen: >= 0, PlatformFen: >= 0, VillageFen: >= 0 }
                && Math.Abs(split.PlatformFen - (t.Item1 * (decimal)t.Item2 / 10_000)) < 1
                && Math.Abs(split.VillageFen - (t.Item1 * (decimal)t.Item3 / 10_000)) < 1;
        });

    [Fact]
    public void The_largest_remainders_get_the_fen_left_over() =>
        Assert.Equal(new Split(HostFen: 90, PlatformFen: 8, VillageFen: 3), Split.Of(101, 800, 250));

    [Fact]
    public async Task A_household_is_paid_what_its_stays_earned_less_recourse_and_less_what_it_took_itself()
    {
        var house = await homestays.Host(rooms: 2, but: house =>
            house with { Prices = new(33_333), Village = "Yaoli" });
        using var admin = homestays.As("admin");
        using var host = homestays.As("host", merchant: house.Merchant);
        Assert.Equal("201", await admin.PostAsync("/v1/admin/homestays/agreements", new
        {
            village = "Yaoli", from = homestays.Today, platformBasisPoints = 700, villageBasisPoints = 333,
        }).Code());
        var paid = await Lived(house, house.Rooms[0].Id, onSite: false);
        var onSite = await Lived(house, house.Rooms[1].Id, onSite: true);

        // 33,333 split 8,967 : 700 : 333 is 29,889.7 : 2,333.3 : 1,110.0, so the fen left over is the host's.
        var told = await homestays.Published<StayCheckedOut>(said => said.StayId == paid);
        Assert.Equal((29_890, 2_333, 1_110), (told.HostShareFen, told.PlatformFeeFen, told.VillageFundFen));
        var debt = Guid.CreateVersion7();
        await homestays.Deliver(new RecourseDeducted(debt, house.Merchant, Guid.CreateVersion7(), 6_000), times: 2);
        await homestays.Deliver(new RecourseDeducted(debt, house.Merchant, Guid.CreateVersion7(), 6_000));

        await admin.PostAsync("/v1/admin/homestays/payouts/run?includeToday=true");
        await admin.PostAsync("/v1/admin/homestays/payouts/run?includeToday=true");
        var asked = await homestays.Published<RequestPayout>(said => said.PayeeId == house.Merchant);

        // Both host shares, less the 33,333 that the host has in hand, less the debt.
        Assert.Equal((29_890 * 2) - 33_333 - 6_000, asked.AmountFen);
        Assert.Single(homestays.PublishedSoFar<RequestPayout>(), said => said.PayeeId == house.Merchant);
        await homestays.Deliver(new PayoutFailed(asked.Key, asked.Purpose, asked.SubjectId, asked.PayeeId,
            asked.AmountFen, "account closed"));
        Assert.Equal("202", await admin.PostAsync($"/v1/admin/homestays/payouts/{asked.SubjectId}/retry").Code());
        var again = await homestays.Published<RequestPayout>(said => said.SubjectId == asked.SubjectId
            && said.Key != asked.Key);
        await homestays.Deliver(Settled(again), times: 2);
        await homestays.Deliver(Settled(again));

        var news = await homestays.Published<HostPaid>(said => said.MerchantId == house.Merchant);
        Assert.Equal((26_447, 6_000, 20_447), (news.GrossFen, news.RecourseFen, news.PaidFen));
        Assert.Single(homestays.PublishedSoFar<HostPaid>(), said => said.MerchantId == house.Merchant);
        var statement = await host.GetAsync($"/v1/host/income?year={homestays.Today.Year}").Body();
        long Of(string name) => statement.GetProperty(name).GetInt64();
        Assert.Equal(66_666, Of("guestPaidFen"));
        Assert.Equal(Of("guestPaidFen"), Of("hostShareFen") + Of("platformFeeFen") + Of("villageFundFen"));
        Assert.Equal((59_780 - 6_000, 20_447, 0), (Of("netIncomeFen"), Of("paidOutFen"), Of("waitingFen")));

        var village = await homestays.Anonymous().GetAsync($"/v1/villages/Yaoli/income?year={homestays.Today.Year}")
            .Body();
        Assert.Equal(59_780 + 2_220, village.GetProperty("reachesResidentsFen").GetInt64());
        Assert.Equal(93.00m, village.GetProperty("reachesResidentsPercent").GetDecimal());
        Assert.NotEqual(paid, onSite);
    }

    [Fact]
    public async Task Debts_larger_than_a_payout_are_carried_on()
    {
        var house = await homestays.Host();
        await Lived(house, house.Room.Id, onSite: false);
        await homestays.Deliver(new RecourseDeducted(Guid.CreateVersion7(), house.Merchant, Guid.CreateVersion7(),
            1_000_000));

        await homestays.As("admin").PostAsync("/v1/admin/homestays/payouts/run?includeToday=true");

        var news = await homestays.Published<HostPaid>(said => said.MerchantId == house.Merchant);
        Assert.Equal((27_000, 27_000, 0), (news.GrossFen, news.RecourseFen, news.PaidFen));
        Assert.DoesNotContain(homestays.PublishedSoFar<RequestPayout>(), said => said.PayeeId == house.Merchant);
    }

    [Fact]
    public async Task What_was_agreed_and_earned_cannot_be_changed_by_the_service()
    {
        foreach (var table in new[] { "agreements", "income_entries", "recourses", "payout_entries",
            "payout_recourses" })
        {
            await using var connection = new Npgsql.NpgsqlConnection(homestays.RuntimeConnection);
            await connection.OpenAsync();
            await using var command = new Npgsql.NpgsqlCommand($"DELETE FROM {table}", connection);
            var fault = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => command.ExecuteNonQueryAsync());
            Assert.Equal(Npgsql.PostgresErrorCodes.InsufficientPrivilege, fault.SqlState);
        }
    }

    [Fact]
    public async Task Only_an_admin_agrees_and_only_for_days_to_come()
    {
        var body = new { from = homestays.Today.AddDays(-1), platformBasisPoints = 700, villageBasisPoints = 300 };

        Assert.Equal("400 invalid", await homestays.As("admin").PostAsync("/v1/admin/homestays/agreements", body)
            .Code());
        Assert.Equal("403 forbidden", await homestays.As("operator").PostAsync("/v1/admin/homestays/agreements", body)
            .Code());
        Assert.Equal("404 not-found", await homestays.As("host", merchant: Guid.CreateVersion7())
            .GetAsync("/v1/host/income?year=2026").Code());
    }

    private static PayoutSettled Settled(RequestPayout asked) => new(
        Guid.CreateVersion7(), asked.Key, asked.Purpose, asked.SubjectId, asked.PayeeId, asked.AmountFen, "CNY",
        TimeProvider.System.GetUtcNow());

    private async Task<Guid> Lived(House house, Guid room, bool onSite)
    {
        using var host = homestays.As("host", merchant: house.Merchant);
        var stay = await homestays.As("tourist").PostAsync(
            "/v1/stays", new { roomId = room, arrival = homestays.Today, departure = homestays.Today.AddDays(1),
                adults = 1 }).Body();
        var (id, price) = (stay.GetProperty("id").GetGuid(), stay.GetProperty("priceFen").GetInt64());
        if (onSite) Assert.Equal("200", await host.PostAsync($"/v1/host/stays/{id}/receipt", new { paidFen = price })
            .Code());
        else await homestays.Deliver(new ConfirmStay(id, null, price, "payment"));
        Assert.Equal("200", await host.PostAsync($"/v1/host/stays/{id}/check-in").Code());
        Assert.Equal("200", await host.PostAsync($"/v1/host/stays/{id}/check-out").Code());
        await homestays.Published<StayCheckedOut>(said => said.StayId == id);
        return id;
    }
}

using Jingdezhen.Tourism.Complaints.Warnings;

namespace Jingdezhen.Tourism.Complaints.Tests.Warnings;

public sealed class WarningTests(ComplaintsFixture complaints) : IClassFixture<ComplaintsFixture>
{
    [Theory]
    [InlineData(0, 2, null), InlineData(0, 3, "yellow"), InlineData(2, 3, null), InlineData(2, 4, "yellow")]
    public async Task Three_complaints_and_twice_as_many_as_before_are_a_yellow_warning(
        int before, int now, string? level)
    {
        var merchant = await complaints.Merchant();
        await FileAsync(merchant, before, "price");
        await complaints.Sql(
            $"UPDATE cases SET filed_at = filed_at - interval '100 days' WHERE merchant_id = '{merchant}'");
        await FileAsync(merchant, now, "price");

        var warnings = await OfAsync(merchant);

        Assert.Equal(level is null ? 0 : 2, warnings.Count);
        Assert.All(warnings, warning => Assert.Equal((now, before, 0, level),
            (warning.Complaints, warning.Before, warning.Repeated, warning.Level)));
    }

    [Fact]
    public async Task Five_that_came_after_one_was_decided_are_a_red_warning()
    {
        var merchant = await complaints.Merchant();
        await FileAsync(merchant, 1, "lodging");
        await complaints.Sql(
            "UPDATE cases SET filed_at = filed_at - interval '2 hours', decided_at = filed_at - interval '1 hour' "
            + $"WHERE merchant_id = '{merchant}'");
        await FileAsync(merchant, 5, "lodging");

        var warnings = await OfAsync(merchant);

        Assert.Equal(
            ["lodging", null], warnings.Select(warning => warning.Category).OrderByDescending(name => name));
        Assert.All(warnings, warning => Assert.Equal((6, 5, "red"),
            (warning.Complaints, warning.Repeated, warning.Level)));
    }

    [Fact]
    public async Task Complaints_of_many_merchants_or_of_many_categories_add_up()
    {
        var (one, other) = (await complaints.Merchant(), await complaints.Merchant());
        await FileAsync(one, 1, "transport");
        await FileAsync(one, 1, "safety");
        await FileAsync(one, 1, "forced-shopping");
        await FileAsync(other, 2, "transport");

        var all = await AllAsync();

        Assert.Equal(3, all.Single(warning => warning.MerchantId == one).Complaints);
        Assert.DoesNotContain(all, warning => warning.MerchantId == other);
        Assert.Equal(3, all.Single(warning => warning is { MerchantId: null, Category: "transport" }).Complaints);
    }

    private async Task FileAsync(Guid merchant, int times, string category)
    {
        for (var turn = 0; turn < times; turn++)
        {
            await ComplaintsFixture.File(complaints.As("tourist"), ComplaintsFixture.Complaint(
                merchant: merchant, category: category));
        }
    }

    private async Task<List<WarningResponse>> OfAsync(Guid merchant) =>
        (await AllAsync()).FindAll(warning => warning.MerchantId == merchant);

    private Task<List<WarningResponse>> AllAsync() =>
        complaints.As("admin").Get<List<WarningResponse>>("/v1/cases/warnings?limit=100");
}

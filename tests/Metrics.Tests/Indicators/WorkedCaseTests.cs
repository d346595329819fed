using Jingdezhen.Tourism.Contracts.Complaints.V1;
using Jingdezhen.Tourism.Metrics.Storage;
using Jingdezhen.Tourism.Testing;

namespace Jingdezhen.Tourism.Metrics.Tests.Indicators;

/// <summary>The worked cases 6 to 8 of the definitions, each in a year of its own, through real messages.</summary>
public sealed class WorkedCaseTests(ServiceFixture<MetricsDb> metrics) : IClassFixture<ServiceFixture<MetricsDb>>
{
    [Fact]
    public async Task A_chain_of_two_homestays_is_one_trip_of_four_days_and_a_ticket_alone_one_of_one_day()
    {
        var may = new DateOnly(2026, 5, 1);

        await metrics.Deliver(Given.CheckedOut("B-and-A", may.AddDays(2), nights: 1), times: 2,
            occurredAt: Given.Noon(may.AddDays(3)));
        await metrics.Deliver(Given.Redeemed(guest: "B"), times: 2, occurredAt: Given.Noon(may.AddDays(1)));
        await metrics.Deliver(Given.CheckedOut("B-and-A", may, nights: 2), times: 2,
            occurredAt: Given.Noon(may.AddDays(2)));

        var length = await metrics.Indicator("stay-length", may, may.AddMonths(1));
        var overnight = await metrics.Indicator("overnight-rate", may, may.AddMonths(1));
        Assert.Equal((5, 2, 2.5, 1.0),
            (length.Numerator!.Value, length.Denominator!.Value, length.Value!.Value, length.Coverage!.Value));
        Assert.Equal((1, 2), (overnight.Numerator!.Value, overnight.Denominator!.Value));
    }

    [Fact]
    public async Task A_visit_on_a_day_of_the_stay_is_no_trip_of_its_own()
    {
        var day = new DateOnly(2025, 5, 1);

        await metrics.Deliver(Given.Redeemed(guest: "C"), occurredAt: Given.Noon(day.AddDays(1)));
        await metrics.Deliver(Given.CheckedOut("C", day, nights: 1), occurredAt: Given.Noon(day.AddDays(1)));

        var length = await metrics.Indicator("stay-length", day, day.AddMonths(1));
        Assert.Equal((2, 1), (length.Numerator!.Value, length.Denominator!.Value));
    }

    [Fact]
    public async Task Six_complaints_of_which_one_is_withdrawn_and_one_a_duplicate_are_four_and_the_drop_is_told_twice()
    {
        var year = new DateOnly(2024, 1, 1);
        var before = year.AddYears(-1);
        for (var filed = 0; filed < 10; filed++) await metrics.Deliver(Given.Filed(),
            occurredAt: Given.Noon(before.AddDays(filed)));
        for (var filed = 0; filed < 4; filed++) await metrics.Deliver(Given.Filed(),
            occurredAt: Given.Noon(year.AddDays(filed)));
        await metrics.Deliver(Given.Redeemed(visitors: 20_000), occurredAt: Given.Noon(before));
        await metrics.Deliver(Given.Redeemed(visitors: 25_000), occurredAt: Given.Noon(year));

        foreach (var outcome in (string[])["withdrawn", "declined-duplicate"])
        {
            var filed = Given.Filed();
            await metrics.Deliver(filed.Closed("agreed", Given.Noon(year), version: 1),
                occurredAt: Given.Noon(year.AddDays(8)));
            await metrics.Deliver(filed.Closed(outcome, Given.Noon(year), version: 2),
                occurredAt: Given.Noon(year.AddDays(7)));
            await metrics.Deliver(filed, times: 3, occurredAt: Given.Noon(year.AddDays(6)));
        }

        var count = await metrics.Indicator("complaints", year, year.AddYears(1));
        var rate = await metrics.Indicator("complaint-rate", year, year.AddYears(1));
        var withdrawn = await metrics.Indicator("complaints-withdrawn", year, year.AddYears(1));
        Assert.Equal((4.0, 10.0, -0.6, 1.0),
            (count.Value!.Value, count.LastYear!.Value!.Value, count.LastYear.Change!.Value, withdrawn.Value!.Value));
        Assert.Equal((1.6, 5.0), (rate.Value!.Value, rate.LastYear!.Value!.Value));
        Assert.Equal(-0.68, rate.LastYear.Change!.Value, precision: 12);
    }

    [Fact]
    public async Task Three_of_four_answers_are_satisfied_and_four_of_five_surveys_are_answered()
    {
        var day = new DateOnly(2026, 3, 1);
        int?[] scores = [5, 4, 3, 5, null];
        foreach (var score in scores)
        {
            var survey = Guid.CreateVersion7();
            if (score is { } given)
            {
                await metrics.Deliver(
                    new SurveyAnswered(survey, "case", Guid.CreateVersion7(), Given.Merchant, null, null, null, given,
                        Given.Noon(day)),
                    times: 2, occurredAt: Given.Noon(day.AddMonths(2)));
            }

            await metrics.Deliver(
                new SurveyOpened(survey, "case", Guid.CreateVersion7(), Given.Merchant, null, null, null),
                occurredAt: Given.Noon(day));
        }

        var satisfaction = await metrics.Indicator("satisfaction", day, day.AddDays(1));

        Assert.Equal((3, 4, 0.8),
            (satisfaction.Numerator!.Value, satisfaction.Denominator!.Value, satisfaction.Coverage!.Value));
        Assert.Equal((0.3006, 0.9544),
            (Math.Round(satisfaction.Interval!.Low, 4), Math.Round(satisfaction.Interval.High, 4)));
    }

    [Fact]
    public async Task A_case_and_an_experience_are_asked_apart()
    {
        var day = new DateOnly(2014, 3, 1);
        foreach (var (about, kind, score) in ((string, string?, int)[])
            [("case", null, 5), ("case", null, 2), ("case", "vr", 1), ("experience", "vr", 5)])
        {
            var survey = Guid.CreateVersion7();
            await metrics.Deliver(
                new SurveyOpened(survey, about, Guid.CreateVersion7(), Given.Merchant, null, kind, null),
                occurredAt: Given.Noon(day));
            await metrics.Deliver(
                new SurveyAnswered(survey, about, Guid.CreateVersion7(), Given.Merchant, null, kind, null, score,
                    Given.Noon(day)),
                occurredAt: Given.Noon(day));
        }

        var satisfaction = await metrics.Detail("satisfaction", day, day.AddDays(1), "&by=about");
        var vr = await metrics.Indicator("vr-satisfaction", day, day.AddDays(1));

        Assert.Equal(
            ["case 1/3", "experience 1/1"],
            satisfaction.Parts.Select(part => $"{part.Key} {part.Numerator}/{part.Denominator}"));
        Assert.Equal((1, 1), (vr.Numerator!.Value, vr.Denominator!.Value));
    }

    [Fact]
    public async Task A_recourse_counts_with_the_county_and_category_of_its_case_though_it_names_neither()
    {
        var day = new DateOnly(2013, 3, 1);
        var of = Guid.CreateVersion7();
        await metrics.Deliver(
            new RecourseSettled(Guid.CreateVersion7(), of, Given.Merchant, "repaid", 20_000),
            occurredAt: Given.Noon(day.AddDays(2)));
        await metrics.Deliver(
            new CompensationPaid(
                Guid.CreateVersion7(), of, Given.Merchant, "Zhushan", "price", 50_000, Given.Noon(day),
                Given.Noon(day)),
            times: 2, occurredAt: Given.Noon(day));

        var recovered = await metrics.Detail("recovered", day, day.AddDays(9), "&by=category");
        var rate = await metrics.Detail("recovery-rate", day, day.AddDays(9), "&by=category");

        Assert.Equal(["price 20000"], recovered.Parts.Select(part => $"{part.Key} {part.Value}"));
        Assert.Equal(["price 0.4"], rate.Parts.Select(part => $"{part.Key} {part.Value}"));
    }

    [Fact]
    public async Task A_breached_clock_counts_at_once_by_its_kind_and_by_the_channel_of_its_open_case()
    {
        var day = new DateOnly(2012, 3, 1);
        var filed = Given.Filed();
        foreach (var kind in (string[])["fast", "legal"])
        {
            await metrics.Deliver(
                new ClockBreached(filed.CaseId, "accept", kind, Given.Noon(day), "rule", 1), times: 2,
                occurredAt: Given.Noon(day.AddDays(1)));
        }

        await metrics.Deliver(filed, occurredAt: Given.Noon(day));
        var byKind = await metrics.Detail("clock-breaches", day, day.AddDays(9), "&by=kind");
        var byChannel = await metrics.Detail("clock-breaches", day, day.AddDays(9), "&by=channel");
        await metrics.Deliver(filed.Closed("agreed", Given.Noon(day)), occurredAt: Given.Noon(day.AddDays(3)));
        var ratio = await metrics.Detail("clocks-breached", day, day.AddDays(9), "&by=channel");

        Assert.Equal(["fast 1", "legal 1"], byKind.Parts.Select(part => $"{part.Key} {part.Value}"));
        Assert.Equal(["app 2"], byChannel.Parts.Select(part => $"{part.Key} {part.Value}"));
        Assert.Equal(["app 1/3"], ratio.Parts.Select(part => $"{part.Key} {part.Numerator}/{part.Denominator}"));
    }

    [Fact]
    public async Task Time_to_pay_runs_from_approval_to_settlement_and_percentiles_are_the_nearest_rank()
    {
        var day = new DateOnly(2026, 2, 1);
        foreach (var seconds in (int[])[10, 20, 30, 40, 1000])
        {
            await metrics.Deliver(
                new CompensationPaid(
                    Guid.CreateVersion7(), Guid.CreateVersion7(), Given.Merchant, "Zhushan", "price", 50_000,
                    ApprovedAt: Given.Noon(day), SettledAt: Given.Noon(day).AddSeconds(seconds + 0.9)),
                times: 2, occurredAt: Given.Noon(day.AddDays(2)));
        }

        var median = await metrics.Indicator("time-to-pay-median", day, day.AddDays(1));
        var p95 = await metrics.Indicator("time-to-pay-p95", day, day.AddDays(1));

        Assert.Equal((30.0, 1000.0, 5), (median.Value!.Value, p95.Value!.Value, median.N));
    }

    [Fact]
    public async Task A_guest_who_buys_on_two_days_is_one_head_in_a_period_that_holds_both()
    {
        var day = new DateOnly(2026, 1, 10);
        await metrics.Deliver(Given.Sale("app", 1, fen: 5_000, guest: "D"), occurredAt: Given.Noon(day.AddDays(5)));
        await metrics.Deliver(Given.Sale("app", 1, fen: 3_000, guest: "D"), occurredAt: Given.Noon(day));
        await metrics.Deliver(Given.Sale("app", 1, fen: 2_000, guest: "E"), occurredAt: Given.Noon(day));

        var both = await metrics.Indicator("spend-per-head", day, day.AddDays(10));
        var later = await metrics.Indicator("spend-per-head", day.AddDays(1), day.AddDays(10));

        Assert.Equal((10_000, 2), (both.Numerator!.Value, both.Denominator!.Value));
        Assert.Equal((5_000, 1), (later.Numerator!.Value, later.Denominator!.Value));
    }

    [Fact]
    public async Task A_stay_that_moved_counts_with_its_new_nights_and_price()
    {
        var day = new DateOnly(2021, 3, 1);
        var stay = Given.Stay("M", day.AddDays(10), nights: 4, fen: 120_000);
        await metrics.Deliver(stay.Moved(day.AddDays(12), nights: 2, fen: 60_000),
            occurredAt: Given.Noon(day.AddDays(1)));
        await metrics.Deliver(stay, times: 2, occurredAt: Given.Noon(day));

        var spent = await metrics.Indicator("spend-per-head", day, day.AddDays(1));
        var nights = await metrics.Indicator("homestay-occupancy", day.AddDays(12), day.AddDays(20));

        Assert.Equal((60_000, 1), (spent.Numerator!.Value, spent.Denominator!.Value));
        Assert.Equal(2, nights.Numerator);
    }

    [Theory, InlineData("host", 20_000), InlineData("supplier", 25_000)]
    public async Task Only_a_hosts_recourse_lessens_what_households_earn(string kind, long left)
    {
        var day = new DateOnly(kind == "host" ? 2018 : 2017, 3, 1);
        await metrics.Deliver(Given.CheckedOut("R", day, 1), occurredAt: Given.Noon(day.AddDays(1)));
        await metrics.Deliver(
            new RecourseSettled(Guid.CreateVersion7(), Guid.CreateVersion7(), Given.Merchant, "deducted", 5_000, kind),
            occurredAt: Given.Noon(day.AddDays(2)));

        Assert.Equal(left, (await metrics.Indicator("household-income", day, day.AddDays(9))).Numerator);
    }

    [Fact]
    public async Task Income_is_divided_by_households_that_were_active_at_any_moment_of_the_period()
    {
        var day = new DateOnly(2022, 1, 1);
        Guid[] households = [Guid.CreateVersion7(), Guid.CreateVersion7()];
        await metrics.Deliver(Listing(households[0], active: true, 1), occurredAt: Given.Noon(day));
        await metrics.Deliver(Listing(households[0], active: false, 2), occurredAt: Given.Noon(day.AddDays(30)));
        await metrics.Deliver(Listing(households[1], active: true, 1), occurredAt: Given.Noon(day.AddDays(60)));
        await metrics.Deliver(Given.CheckedOut("F", day.AddDays(20), 2, household: households[0]),
            occurredAt: Given.Noon(day.AddDays(22)));

        var first = await metrics.Indicator("household-income", day, day.AddDays(50));
        var all = await metrics.Indicator("household-income", day, day.AddDays(90));
        var between = await metrics.Indicator("household-income", day.AddDays(40), day.AddDays(50));

        Assert.Equal((25_000, 1), (first.Numerator!.Value, first.Denominator!.Value));
        Assert.Equal((25_000, 2), (all.Numerator!.Value, all.Denominator!.Value));
        Assert.Equal((0, 0), (between.Numerator!.Value, between.Denominator!.Value));

        static Contracts.Homestays.V1.ListingChanged Listing(Guid household, bool active, long version) => new(
            household, Given.Merchant, household, "民宿", "Homestay", "Sanbao", "Zhushan", ResidentRun: true, active,
            Demonstration: false, Latitude: 29.3, Longitude: 117.2, Rooms: 3, version);
    }

    [Fact]
    public async Task What_homes_earn_is_told_by_village_and_county_less_the_recourse_there_unless_they_are_few()
    {
        var day = new DateOnly(2011, 1, 1);
        for (var home = 0; home < 12; home++)
        {
            var (household, village) = (Guid.CreateVersion7(), home < 6 ? "三宝村" : home < 11 ? "浮梁村" : "小村");
            var listing = new Contracts.Homestays.V1.ListingChanged(
                household, Given.Merchant, household, "民宿", "Homestay", village, home < 6 ? "Zhushan" : "Fuliang",
                ResidentRun: true, Active: true, Demonstration: false, Latitude: 29.3, Longitude: 117.2, Rooms: 3, 1);
            await metrics.Deliver(listing, times: 2, occurredAt: Given.Noon(day));
            await metrics.Deliver(
                Given.CheckedOut($"H{home}", day.AddDays(20), 2, household: household, village: village) with
                {
                    County = listing.County,
                },
                occurredAt: Given.Noon(day.AddDays(22)));
        }

        await metrics.Deliver(
            new RecourseSettled(
                Guid.CreateVersion7(), Guid.CreateVersion7(), Given.Merchant, "deducted", 30_000, "host", "Zhushan",
                "lodging", "三宝村"),
            times: 2, occurredAt: Given.Noon(day.AddDays(25)));

        var byVillage = await metrics.Detail("household-income", day, day.AddDays(90), "&by=village");
        var byCounty = await metrics.Detail("household-income", day, day.AddDays(90), "&by=county");

        Assert.Equal(
            ["三宝村 20000 of 6", "小村  of ", "浮梁村  of "],
            byVillage.Parts.Select(part => $"{part.Key} {part.Value} of {part.N}"));
        Assert.Equal(
            ["Fuliang 25000 of 6", "Zhushan 20000 of 6"],
            byCounty.Parts.Select(part => $"{part.Key} {part.Value} of {part.N}"));
    }

    [Fact]
    public async Task A_complaint_repeats_only_what_was_decided_before_it_of_the_same_merchant_and_category()
    {
        var day = new DateOnly(2010, 3, 1);
        var again = day.AddDays(30);
        var first = Given.Filed();
        CaseFiled[] later =
        [
            Given.Filed(), Given.Filed() with { Category = "quality" },
            Given.Filed() with { MerchantId = Guid.CreateVersion7() }, Given.Filed() with { MerchantId = null },
        ];
        foreach (var one in later) await metrics.Deliver(one, times: 2, occurredAt: Given.Noon(again));
        await metrics.Deliver(Given.Filed(), occurredAt: Given.Noon(day.AddDays(5)));
        await metrics.Deliver(Given.Filed(), occurredAt: Given.Noon(day.AddDays(10 + 181)));
        await metrics.Deliver(first, times: 2, occurredAt: Given.Noon(day));
        var before = await metrics.Indicator("complaints-repeated", day, day.AddYears(1));
        await metrics.Deliver(
            first.Closed("agreed", Given.Noon(day)) with { DecidedAt = Given.Noon(day.AddDays(10)) }, times: 2,
            occurredAt: Given.Noon(day.AddDays(10)));

        var repeated = await metrics.Indicator("complaints-repeated", day, day.AddYears(1));
        var byCategory = await metrics.Detail("complaints-repeated", day, day.AddYears(1), "&by=category");
        await metrics.Deliver(
            first.Closed("withdrawn", Given.Noon(day), version: 2), occurredAt: Given.Noon(day.AddDays(40)));
        var withdrawn = await metrics.Indicator("complaints-repeated", day, day.AddYears(1));

        Assert.Equal((0, 6), (before.Numerator, before.Denominator));
        Assert.Equal(
            (1, 6, 6.0 / 7), (repeated.Numerator!.Value, repeated.Denominator!.Value, repeated.Coverage!.Value));
        Assert.Equal(
            ["price 1/5", "quality 0/1"],
            byCategory.Parts.Select(part => $"{part.Key} {part.Numerator}/{part.Denominator}"));
        Assert.Equal((0, 5), (withdrawn.Numerator, withdrawn.Denominator));
    }

    [Fact]
    public async Task Who_was_expected_and_who_came_are_told_by_the_hour_of_the_slot()
    {
        var day = new DateOnly(2009, 6, 1);
        var starts = Given.Noon(day).AddHours(2);
        await metrics.Deliver(
            Given.Sale("app", visitors: 4, fen: 100, startsAt: starts), occurredAt: Given.Noon(day.AddDays(-3)));
        await metrics.Deliver(
            Given.Redeemed(visitors: 3, startsAt: starts), occurredAt: starts.AddMinutes(75));

        var missed = await metrics.Detail("no-show-rate", day, day.AddDays(1), "&by=hour");
        var visits = await metrics.Detail("visits", day, day.AddDays(1), "&by=hour");

        Assert.Equal(["14 1/4"], missed.Parts.Select(part => $"{part.Key} {part.Numerator}/{part.Denominator}"));
        Assert.Equal(["15 3"], visits.Parts.Select(part => $"{part.Key} {part.Value}"));
    }

    [Fact]
    public async Task An_audience_is_counted_by_performance_and_a_second_passage_is_no_second_visit()
    {
        var night = new DateOnly(2026, 10, 1);
        Guid[] shows = [Guid.CreateVersion7(), Guid.CreateVersion7()];
        foreach (var show in (Guid[])[shows[0], shows[0], shows[1]])
        {
            await metrics.Deliver(
                Given.Redeemed(visitors: 2, kind: "show", venue: "millennial-kiln-fire", availability: show,
                    startsAt: Given.Noon(night)),
                occurredAt: Given.Noon(night));
        }

        await metrics.Deliver(
            Given.Redeemed(kind: "show", availability: shows[1], startsAt: Given.Noon(night), reEntry: true),
            occurredAt: Given.Noon(night));

        var audience = await metrics.Indicator("show-audience", night, night.AddDays(7));
        Assert.Equal((6, 2), (audience.Numerator!.Value, audience.Denominator!.Value));
    }
}

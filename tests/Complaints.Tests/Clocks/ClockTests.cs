using Jingdezhen.Tourism.Complaints.Cases;
using Jingdezhen.Tourism.Complaints.Clocks;
using Jingdezhen.Tourism.Complaints.Tests.Cases;

namespace Jingdezhen.Tourism.Complaints.Tests.Clocks;

/// <summary>The published arrangements of 2025 and 2026, and clocks that run across them.</summary>
public sealed class ClockTests
{
    private static readonly WorkingCalendar Calendar = WorkingCalendar.Published;
    private static readonly Actor Operator = new("operator", Guid.CreateVersion7());

    [Theory]
    [InlineData("2025-01-26"), InlineData("2025-02-08"), InlineData("2025-04-27"), InlineData("2025-09-28"),
        InlineData("2025-10-11")]
    [InlineData("2026-01-04"), InlineData("2026-02-14"), InlineData("2026-02-28"), InlineData("2026-05-09"),
        InlineData("2026-09-20")]
    [InlineData("2026-10-10")]
    public void A_make_up_weekend_is_a_working_day(string day)
    {
        var date = DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture);

        Assert.Contains(date.DayOfWeek, (DayOfWeek[])[DayOfWeek.Saturday, DayOfWeek.Sunday]);
        Assert.True(Calendar.IsWorkingDay(date));
    }

    [Theory]
    [InlineData("2025-01-01", 1), InlineData("2025-01-28", 8), InlineData("2025-04-04", 3), InlineData("2025-05-01", 5)]
    [InlineData("2025-05-31", 3), InlineData("2025-10-01", 8), InlineData("2026-01-01", 3), InlineData("2026-02-15", 9)]
    [InlineData("2026-04-04", 3), InlineData("2026-05-01", 5), InlineData("2026-06-19", 3), InlineData("2026-09-25", 3)]
    [InlineData("2026-10-01", 7)]
    public void A_holiday_is_free_from_its_first_to_its_last_day(string first, int days)
    {
        var date = DateOnly.Parse(first, System.Globalization.CultureInfo.InvariantCulture);

        Assert.All(Enumerable.Range(0, days), day => Assert.False(Calendar.IsWorkingDay(date.AddDays(day))));
    }

    [Theory, InlineData(2025, 248), InlineData(2026, 248)]
    public void A_year_has_the_working_days_that_were_announced(int year, int working)
    {
        var days = Enumerable.Range(0, 365).Select(day => new DateOnly(year, 1, 1).AddDays(day));

        Assert.Equal(working, days.Count(Calendar.IsWorkingDay));
    }

    [Theory]
    [InlineData("2025-09-26T10:00", 5, "2025-10-10")]
    [InlineData("2025-01-24T10:00", 5, "2025-02-07")]
    [InlineData("2026-02-13T10:00", 5, "2026-02-27")]
    [InlineData("2026-09-18T23:59", 5, "2026-09-24")]
    [InlineData("2026-03-02T10:00", 5, "2026-03-09")]
    public void Five_working_days_end_at_midnight_of_the_fifth_beyond_holidays_and_on_make_up_days(
        string filed, int days, string lastDay)
    {
        var start = Shanghai(filed);

        Assert.Equal(Shanghai(lastDay + "T00:00").AddDays(1), Calendar.EndOfWorkingDay(start, days));
    }

    [Theory, InlineData("2025-09-25T10:00", 10, "2025-10-09"), InlineData("2026-03-02T10:00", 10, "2026-03-12")]
    public void Ten_days_that_end_on_a_holiday_end_on_the_working_day_after_it(string asked, int days,
        string lastDay) =>
        Assert.Equal(Shanghai(lastDay + "T00:00").AddDays(1), Calendar.EndOfDay(Shanghai(asked), days));

    [Fact]
    public void A_case_filed_before_the_National_Day_holiday_has_its_fast_time_next_day_and_its_legal_time_after_it()
    {
        var filed = CaseTests.Filed(Shanghai("2025-09-29T10:00"));

        var accept = filed.Clocks.Single(clock => clock.Clock == "accept");

        Assert.Equal(Shanghai("2025-09-30T10:00"), accept.FastDueAt);
        Assert.Equal(Shanghai("2025-10-13T00:00").AddDays(1), accept.LegalDueAt);
    }

    [Fact]
    public void A_clock_warns_once_and_is_breached_once()
    {
        var start = Shanghai("2026-03-02T10:00");
        var filed = CaseTests.Filed(start);

        var rung = Enumerable.Range(0, 24 * 60).SelectMany(minute => filed.Ring(start.AddMinutes(10 * minute)))
            .ToList();

        Assert.Equal(rung.Count, rung.Distinct().Count());
        Assert.Equal(
            ["accept fast False", "accept fast True", "accept legal False", "accept legal True", "register fast True",
                "whole fast False", "whole fast True"],
            rung.Select(alarm => $"{alarm.Clock} {alarm.Kind} {alarm.Breached}").Order(StringComparer.Ordinal));
        Assert.Equal(2, filed.Escalation);
    }

    [Fact]
    public void A_step_done_in_time_ends_its_clock_and_one_done_late_is_a_breach_without_any_sweep()
    {
        var start = Shanghai("2026-03-02T10:00");
        var filed = CaseTests.Filed(start);

        filed.Take(CaseStep.Acknowledge, Operator, start.AddMinutes(2));
        filed.Take(CaseStep.Accept, Operator, start.AddMinutes(63));

        Assert.Equal((2, 1), (filed.ClocksMet, filed.ClocksBreached));
        Assert.Equal("verify", Assert.Single(filed.NewAlarms).Clock);
    }

    [Fact]
    public void Clocks_stand_still_while_the_complainant_is_waited_for()
    {
        var start = Shanghai("2026-03-02T10:00");
        var filed = CaseTests.Filed(start);
        filed.Take(CaseStep.Acknowledge, Operator, start.AddMinutes(1));
        filed.Pause("等投诉人补充照片", Operator, start.AddMinutes(30));

        var silent = filed.Ring(start.AddHours(20));
        filed.Resume(Operator, start.AddHours(20));
        filed.Take(CaseStep.Accept, Operator, start.AddHours(20).AddMinutes(20));

        Assert.Empty(silent);
        Assert.Equal(0, filed.ClocksBreached);
        Assert.Contains(filed.NewTexts, text => text.Text == "等投诉人补充照片");
    }

    [Fact]
    public void A_reopened_case_has_clocks_again_and_the_first_step_on_it_ends_one()
    {
        var start = Shanghai("2026-03-02T10:00");
        var filed = CaseTests.Filed(start);
        foreach (var step in (CaseStep[])[CaseStep.Acknowledge, CaseStep.Accept, CaseStep.Agree, CaseStep.Close,
            CaseStep.Reopen])
        {
            filed.Take(step, Operator, start);
        }

        var running = Running();
        filed.Take(CaseStep.AskMerchant, Operator, start.AddHours(1));
        filed.Take(CaseStep.Agree, Operator, start.AddHours(2));

        Assert.Equal(["accept", "whole"], running);
        Assert.Equal(start.AddHours(24), filed.Clocks.Last(clock => clock.Clock == "accept").FastDueAt);
        Assert.Empty(Running());
        Assert.Equal(0, filed.ClocksBreached);

        List<string> Running() => [.. filed.Clocks.Where(clock => clock.Runs).Select(clock => clock.Clock)
            .Order(StringComparer.Ordinal)];
    }

    [Fact]
    public void Mediation_by_consent_has_five_working_days_and_by_law_sixty_days_from_acceptance()
    {
        var start = Shanghai("2026-09-28T10:00");
        var filed = CaseTests.Filed(start);
        foreach (var step in (CaseStep[])[CaseStep.Acknowledge, CaseStep.Accept, CaseStep.AskMerchant,
            CaseStep.MerchantAnswers])
        {
            filed.Take(step, Operator, start);
        }

        filed.Take(CaseStep.Mediate, Operator, start.AddDays(1), Case.LongerMediation);

        var mediate = filed.Clocks.Single(clock => clock.Clock == "mediate");
        Assert.Equal(Shanghai("2026-10-12T00:00").AddDays(1), mediate.FastDueAt);
        Assert.Equal(Shanghai("2026-11-27T00:00").AddDays(1), mediate.LegalDueAt);
    }

    private static DateTimeOffset Shanghai(string local) => new DateTimeOffset(
        DateTime.Parse(local, System.Globalization.CultureInfo.InvariantCulture), TimeSpan.FromHours(8))
            .ToUniversalTime();
}

using CsCheck;
using Jingdezhen.Tourism.Bookings.WaitingList;

namespace Jingdezhen.Tourism.Bookings.Tests.WaitingList;

/// <summary>The published rule, by itself.</summary>
public sealed class WaitingLineTests
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 1, 4, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Places_go_in_the_order_of_arrival_while_they_fit()
    {
        var line = Line(2, 1, 2);

        var offered = Run(line, free: 5);

        Assert.Equal([2, 1, 2], offered);
    }

    [Fact]
    public void A_party_of_four_is_never_offered_three()
    {
        var line = Line(4);

        Assert.Empty(Run(line, free: 3));
        Assert.Equal([4], Run(line, free: 4));
    }

    [Fact]
    public void A_party_of_four_lets_four_single_guests_go_ahead_and_no_fifth()
    {
        var line = Line(4, 1, 1, 1, 1, 1);

        var ahead = Run(line, free: 3).Concat(Run(line, free: 3)).ToList();

        Assert.Equal([1, 1, 1, 1], ahead);
        Assert.Equal([4, 1], line.Parties.Select(party => party.Visitors));
        Assert.Equal([4, 1], Run(line, free: 5));
    }

    [Fact]
    public void Places_are_kept_for_two_hours_and_then_given_on()
    {
        var line = Line(3, 3, 2, 2);
        Assert.Equal([2], Run(line, free: 2));

        var kept = Run(line, free: 2);
        var stillKept = Run(line, free: 2, at: Noon.AddHours(2).AddSeconds(-1));
        var givenOn = Run(line, free: 2, at: Noon.AddHours(2));

        Assert.Equal((0, 0, 1), (kept.Count, stillKept.Count, givenOn.Count));
        Assert.Equal([(3, 2), (3, 2)], line.Parties.Select(party => (party.Visitors, party.Passed)));
    }

    [Fact]
    public void In_the_last_hours_nothing_is_kept()
    {
        var line = Line(4, 1, 1, 1, 1, 1, 1);

        Assert.Equal([1, 1, 1, 1, 1, 1], Run(line, free: 1, times: 6, bounded: false));
    }

    [Fact]
    public void Whatever_comes_nobody_is_skipped_against_the_rule_and_nothing_stands_idle_for_long() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[1, 6], Gen.Int[1, 90]).Array[1, 60].Sample(acts =>
        {
            var (line, auditor, free, now) = (new WaitingLine(), new LineAuditor(), 0, Noon);
            foreach (var (act, number, minutes) in acts)
            {
                now += TimeSpan.FromMinutes(minutes);
                if (act < 2)
                {
                    var party = new PartyInLine(Guid.CreateVersion7(), number);
                    line.Join(party);
                    auditor.Joined(party.Id, number);
                }
                else if (act == 2) free += number;
                else if (line.Parties.Count > 0)
                {
                    var leaving = line.Parties[number % line.Parties.Count].Id;
                    line.Remove(leaving);
                    auditor.Gone(leaving);
                }

                auditor.Counted(free, now, bounded: true);
                while (line.Next(free, now, bounded: true) is { } step)
                {
                    auditor.Stepped(WaitingLog.KindOf(step), step.Party.Id);
                    free -= line.Take(step, now);
                }

                auditor.Rested();
            }

            Assert.Empty(auditor.Faults);
        }, iter: 5_000);

    [Theory]
    [InlineData("skips the head")]
    [InlineData("overtakes without bound")]
    [InlineData("keeps for ever")]
    public void The_auditor_of_these_tests_notices_a_rule_that(string fault)
    {
        var auditor = new LineAuditor();
        var (four, one, other) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        auditor.Joined(four, 4);
        auditor.Joined(one, fault == "overtakes without bound" ? 3 : 1);
        auditor.Joined(other, 3);

        switch (fault)
        {
            case "skips the head":
                auditor.Counted(4, Noon, bounded: true);
                auditor.Stepped("offered", one);
                break;
            case "overtakes without bound":
                auditor.Counted(3, Noon, bounded: true);
                auditor.Stepped("offered", one);
                auditor.Counted(3, Noon, bounded: true);
                auditor.Stepped("offered", other);
                break;
            default:
                auditor.Counted(1, Noon, bounded: true);
                auditor.Rested();
                break;
        }

        Assert.NotEmpty(auditor.Faults);
    }

    private static WaitingLine Line(params int[] sizes)
    {
        var line = new WaitingLine();
        foreach (var size in sizes) line.Join(new(Guid.CreateVersion7(), size));
        return line;
    }

    /// <summary>The sizes of the parties that get an offer when so many places are free, so many times.</summary>
    private static List<int> Run(
        WaitingLine line, int free, DateTimeOffset? at = null, bool bounded = true, int times = 1)
    {
        var offered = new List<int>();
        for (var time = 0; time < times; time++)
        {
            var left = free;
            while (line.Next(left, at ?? Noon, bounded) is { } step)
            {
                if (step is AllotStep.Offer) offered.Add(step.Party.Visitors);
                left -= line.Take(step, at ?? Noon);
            }
        }

        return offered;
    }
}

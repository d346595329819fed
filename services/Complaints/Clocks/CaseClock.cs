namespace Jingdezhen.Tourism.Complaints.Clocks;

/// <summary>A clock of a case: two due times, each warned of and breached at most once, and stopped by its
/// step.</summary>
internal sealed class CaseClock
{
    /// <summary>A warning comes when this part of the time is left.</summary>
    private const double WarnAtRest = 0.25;

    public required Guid Id { get; init; }
    public required Guid CaseId { get; init; }
    public required string Clock { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? FastDueAt { get; private set; }
    public DateTimeOffset? LegalDueAt { get; private set; }
    public DateTimeOffset? FastWarnAt { get; private set; }
    public DateTimeOffset? LegalWarnAt { get; private set; }
    public DateTimeOffset? FastWarnedAt { get; private set; }
    public DateTimeOffset? LegalWarnedAt { get; private set; }
    public DateTimeOffset? FastBreachedAt { get; private set; }
    public DateTimeOffset? LegalBreachedAt { get; private set; }
    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>When something is due next; null while paused and after the end. What the sweep looks for.</summary>
    public DateTimeOffset? AlarmAt { get; private set; }

    public bool Runs => EndedAt is null;

    /// <param name="agreedDue">What people agreed on takes the place of the rule's fast time.</param>
    public static CaseClock Start(
        ClockRule rule, Guid caseId, DateTimeOffset now, DateTimeOffset? acceptedAt, bool complex, bool consent,
        DateTimeOffset? agreedDue = null)
    {
        var clock = new CaseClock { Id = Guid.CreateVersion7(), CaseId = caseId, Clock = rule.Clock, StartedAt = now };
        clock.FastDueAt = agreedDue ?? rule.Fast?.From(now, acceptedAt, complex, consent, WorkingCalendar.Published);
        clock.LegalDueAt = rule.Legal?.From(now, acceptedAt, complex, consent, WorkingCalendar.Published);
        clock.FastWarnAt = WarnBefore(now, clock.FastDueAt);
        clock.LegalWarnAt = WarnBefore(now, clock.LegalDueAt);
        clock.AlarmAt = clock.NextAlarm();
        return clock;
    }

    /// <summary>What has come due by <paramref name="now"/> and was not told yet; each is told once.</summary>
    /// <param name="once">False only in the control test that rings twice.</param>
    public IReadOnlyList<ClockAlarm> Ring(DateTimeOffset now, bool once = true)
    {
        if (!Runs) return [];

        var alarms = new List<ClockAlarm>();
        var rule = ClockRules.Of(Clock);
        if ((FastBreachedAt is null || !once) && FastDueAt <= now)
        {
            FastBreachedAt = now;
            alarms.Add(new(Clock, "fast", Breached: true, FastDueAt.Value, rule.Fast!.Cites));
        }
        else if (FastBreachedAt is null && FastWarnedAt is null && FastWarnAt <= now)
        {
            FastWarnedAt = now;
            alarms.Add(new(Clock, "fast", Breached: false, FastDueAt!.Value, rule.Fast!.Cites));
        }

        if (LegalBreachedAt is null && LegalDueAt <= now)
        {
            LegalBreachedAt = now;
            alarms.Add(new(Clock, "legal", Breached: true, LegalDueAt.Value, rule.Legal!.Cites));
        }
        else if (LegalBreachedAt is null && LegalWarnedAt is null && LegalWarnAt <= now)
        {
            LegalWarnedAt = now;
            alarms.Add(new(Clock, "legal", Breached: false, LegalDueAt!.Value, rule.Legal!.Cites));
        }

        AlarmAt = NextAlarm();
        return alarms;
    }

    public void End(DateTimeOffset now) => (EndedAt, AlarmAt) = (now, null);

    public void Pause() => AlarmAt = null;

    /// <summary>Time that stood still is added to what is left.</summary>
    public void Resume(TimeSpan paused)
    {
        FastDueAt += paused;
        LegalDueAt += paused;
        FastWarnAt += paused;
        LegalWarnAt += paused;
        AlarmAt = NextAlarm();
    }

    private DateTimeOffset? NextAlarm()
    {
        DateTimeOffset?[] ahead =
        [
            FastBreachedAt is null && FastWarnedAt is null ? FastWarnAt : null, FastBreachedAt is null ? FastDueAt
                : null,
            LegalBreachedAt is null && LegalWarnedAt is null ? LegalWarnAt : null, LegalBreachedAt is null ? LegalDueAt
                : null,
        ];
        return ahead.Min();
    }

    private static DateTimeOffset? WarnBefore(DateTimeOffset start, DateTimeOffset? due) =>
        due - (due - start) * WarnAtRest;
}

/// <param name="Kind">fast or legal.</param>
/// <param name="Cites">The rule that set the due time.</param>
internal sealed record ClockAlarm(string Clock, string Kind, bool Breached, DateTimeOffset DueAt, string Cites);

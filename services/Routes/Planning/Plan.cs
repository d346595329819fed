namespace Jingdezhen.Tourism.Routes.Planning;

/// <summary>How one gets to a stop or to the day's end.</summary>
internal sealed record PlanLeg(
    TravelMode Mode, int FromPoint, int ToPoint, int DepartMinute, int ArriveMinute, int Meters, long CostFen)
{
    public int WalkMeters => Mode == TravelMode.Walk ? Meters : 0;
}

internal enum StopKind
{
    Visit,

    /// <summary>A meal or rest on its own, at the day's start or end point.</summary>
    Break,
}

/// <summary>One factor of a stop's score, for the visitor to read.</summary>
internal sealed record ScoreReason(string Code, double Factor, string? Detail = null);

/// <summary>A place that could stand in for a stop, keeping the rest of the day as it is.</summary>
internal sealed record Alternative(int Place, int StartMinute, int LeaveMinute, int Score);

/// <summary>
/// One line of the timeline: arrive, wait until the door opens, visit, a meal or rest right after it, leave.
/// </summary>
internal sealed record PlanStop
{
    public required StopKind Kind { get; init; }

    /// <summary>Index of the place; −1 for a break of its own.</summary>
    public required int Place { get; init; }
    public required PlanLeg Leg { get; init; }
    public required int ArriveMinute { get; init; }
    public required int StartMinute { get; init; }
    public required int EndMinute { get; init; }

    /// <summary>Name of the break taken here (after the visit, or during it where meals are served); null
    /// without.</summary>
    public string? Break { get; init; }
    public int BreakStartMinute { get; init; }
    public int BreakEndMinute { get; init; }
    public string? AvailabilityId { get; init; }
    public long FareFen { get; init; }
    public int Score { get; init; }
    public ScoreReason[] Reasons { get; init; } = [];
    public Alternative[] Alternatives { get; init; } = [];

    public int WaitMinutes => StartMinute - ArriveMinute;
    public int LeaveMinute => Math.Max(EndMinute, BreakEndMinute);
}

internal sealed record DayPlan(int Day, PlanStop[] Stops, PlanLeg Home, int WalkMeters);

/// <summary>Why a place is not in the plan. The codes are stable; see <see cref="OmissionReasons"/>.</summary>
internal sealed record Omission(int Place, string Code, bool MustSee);

/// <summary>A break, county, theme or evening that could not be had.</summary>
internal sealed record UnmetWish(string Kind, string Name, string Code);

internal static class OmissionReasons
{
    public const string Avoided = "avoided";
    public const string ClosedAllDays = "closed-all-days";
    public const string OutsideYourHours = "outside-your-hours";
    public const string OutOfReach = "out-of-reach";
    public const string SoldOut = "sold-out";
    public const string NotAccessible = "not-accessible";
    public const string Budget = "budget";
    public const string WalkingLimit = "walking-limit";
    public const string LeaveBy = "stay-ends";
    public const string FixedStops = "fixed-stops";
    public const string OtherMustSees = "other-must-sees";
    public const string NoTime = "no-time";
    public const string LessInteresting = "less-interesting";
}

internal sealed record PlanCosts(long FaresFen, long TaxiFen, long EbikeFen)
{
    public long TotalFen => FaresFen + TaxiFen + EbikeFen;
}

/// <summary>The answer. What it claims, <c>PlanChecker</c> confirms from the problem alone.</summary>
internal sealed record Plan
{
    public required DayPlan[] Days { get; init; }
    public required PlanCosts Costs { get; init; }

    /// <summary>Sum of the stops' scores.</summary>
    public required int Score { get; init; }
    public required Omission[] LeftOut { get; init; }
    public required UnmetWish[] Unmet { get; init; }
    public long Iterations { get; init; }

    public IEnumerable<PlanStop> Stops => Days.SelectMany(day => day.Stops);
}

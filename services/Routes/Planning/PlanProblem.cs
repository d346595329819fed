namespace Jingdezhen.Tourism.Routes.Planning;

/// <summary>
/// Everything a plan is made from, as plain arrays: no database, no clock, no network. Times are minutes after the
/// day's local midnight (after midnight they go on past 1440), money is fen, distances are metres.
/// </summary>
internal sealed record PlanProblem
{
    public required PlanPlace[] Places { get; init; }
    public required PlanDay[] Days { get; init; }
    public required TravelTable Travel { get; init; }
    public Party Party { get; init; } = new();
    public PlanWishes Wishes { get; init; } = new();
    public PlanWeights Weights { get; init; } = new();
}

internal enum Shelter
{
    Indoor,
    Mixed,
    Outdoor,
}

/// <summary>A place as the planner sees it. Relations are indexes into <see cref="PlanProblem.Places"/>.</summary>
internal sealed record PlanPlace
{
    public required string Id { get; init; }
    public required string Category { get; init; }
    public required string County { get; init; }
    public string[] Themes { get; init; } = [];

    /// <summary>Length of a visit at normal pace.</summary>
    public required int VisitMinutes { get; init; }
    public Shelter Shelter { get; init; }

    /// <summary>Null: not known, which is no obstacle but costs a little.</summary>
    public bool? Wheelchair { get; init; }

    /// <summary>Worth visiting after dark.</summary>
    public bool Evening { get; init; }

    /// <summary>A meal can be had here.</summary>
    public bool ServesMeals { get; init; }

    /// <summary>Entrance for one adult; children and seniors pay the shares in <see cref="PlanWeights"/>.</summary>
    public long FareFen { get; init; }

    /// <summary>Places with the same group share one ticket, paid once for the whole plan; −1 without.</summary>
    public int TicketGroup { get; init; } = -1;

    /// <summary>The place this one lies inside; −1 without.</summary>
    public int PartOf { get; init; } = -1;

    /// <summary>The place whose entrance has to be paid to reach this one; −1 without.</summary>
    public int RequiresTicketOf { get; init; } = -1;

    /// <summary>General worth, 1 is ordinary.</summary>
    public double Quality { get; init; } = 1;

    /// <summary>Expected load over carrying capacity by day of the plan; empty when unknown.</summary>
    public double[] Crowding { get; init; } = [];

    /// <summary>By day of the plan, the times at which one may be inside; empty on a closed day.</summary>
    public required OpenWindow[][] Open { get; init; }
}

/// <summary>
/// One opening on one day. A visit starts at or after <paramref name="Opens"/> and at or before
/// <paramref name="LastAdmission"/>, and ends by <paramref name="Closes"/>. A ticketed slot carries the id of its
/// availability and how many places are left in it.
/// </summary>
internal sealed record OpenWindow(
    int Opens, int Closes, int LastAdmission, string? AvailabilityId = null, int? Left = null);

internal enum Weather
{
    Fair,
    Rain,
}

/// <summary>
/// One day of the visitor. <paramref name="StartPoint"/> and <paramref name="EndPoint"/> are points of the
/// <see cref="TravelTable"/> (a homestay, a station).
/// </summary>
internal sealed record PlanDay(
    DateOnly Date, int StartMinute, int EndMinute, int StartPoint, int EndPoint, Weather Weather = Weather.Fair);

internal sealed record Party(int Adults = 1, int Children = 0, int Seniors = 0, int Wheelchairs = 0)
{
    public int People => Adults + Children + Seniors;
}

internal enum Pace
{
    Relaxed,
    Normal,
    Fast,
}

internal enum Transport
{
    Walk,
    Ebike,
    Taxi,
    Mixed,
}

/// <summary>A stop that is settled (booked, or pinned by the visitor): this day, starting exactly then.</summary>
internal sealed record FixedStop(int Place, int Day, int StartMinute);

/// <summary>A meal or a rest: it begins between the two minutes and lasts so long.</summary>
internal sealed record BreakWish(string Name, int Earliest, int Latest, int Minutes);

internal sealed record PlanWishes
{
    public static readonly BreakWish Lunch = new("lunch", 11 * 60, 13 * 60, 50);
    public static readonly BreakWish Dinner = new("dinner", (17 * 60) + 15, 19 * 60, 60);
    public static readonly BreakWish Rest = new("rest", 14 * 60, 16 * 60, 30);

    /// <summary>Interest by theme, 0 none to 1 great; a theme that is not named counts as
    /// <see cref="OtherInterest"/>.</summary>
    public IReadOnlyDictionary<string, double> Interests { get; init; } = new Dictionary<string, double>();
    public double OtherInterest
    {
        get => Interests.Count == 0 ? Math.Max(field, OpenMind) : field;
        init;
    } = 0.15;

    /// <summary>Who names no interest at all is open to everything.</summary>
    private const double OpenMind = 0.5;
    public int[] MustSee { get; init; } = [];
    public int[] Avoid { get; init; } = [];
    public FixedStop[] Fixed { get; init; } = [];
    public long? BudgetFen { get; init; }
    public int? WalkLimitMeters { get; init; }
    public Pace Pace { get; init; } = Pace.Normal;
    public Transport Transport { get; init; } = Transport.Mixed;
    public BreakWish[] Breaks { get; init; } = [Lunch];

    /// <summary>"Exhibitions by day, performances by night": every evening that the days leave has a stop.</summary>
    public bool EveningProgramme { get; init; }

    /// <summary>Each of these themes and counties is to occur at least once.</summary>
    public string[] Themes { get; init; } = [];
    public string[] Counties { get; init; } = [];

    /// <summary>Ticketed places only in a slot that has room for the party.</summary>
    public bool BookableOnly { get; init; }

    /// <summary>The end of a 144-hour stay in local time; nothing is planned beyond.</summary>
    public DateTime? LeaveBy { get; init; }
}

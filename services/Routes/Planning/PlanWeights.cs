namespace Jingdezhen.Tourism.Routes.Planning;

/// <summary>
/// What reasons are worth in a stop's score. A stop earns 100 × interest × quality × the factors that apply; the
/// wishes at the end outweigh any number of ordinary stops, so they are met whenever they can be. Configuration.
/// </summary>
internal sealed record PlanWeights
{
    public double IndoorInRain { get; init; } = 1.2;
    public double MixedInRain { get; init; } = 0.85;
    public double OutdoorInRain { get; init; } = 0.35;

    /// <summary>A place that is lit and lively after dark, visited from <see cref="EveningFrom"/> on.</summary>
    public double AfterDark { get; init; } = 1.15;
    public int EveningFrom { get; init; } = 18 * 60;

    /// <summary>A night market by day.</summary>
    public double NightMarketByDay { get; init; } = 0.4;

    /// <summary>
    /// The last light of a day at Jingdezhen (29.3° N), from 17:35 in December to 19:37 in June: what is neither
    /// indoors nor meant for the evening is over by then, even if no gate is ever shut.
    /// </summary>
    public static int Dusk(DateOnly date) =>
        (18 * 60) + 36 + (int)(61 * Math.Sin(2 * Math.PI * (date.DayOfYear - 81) / 365));

    public double FamilyWithChildren { get; init; } = 1.4;
    public double HandsOnWithChildren { get; init; } = 1.2;
    public double WildWithChildren { get; init; } = 0.8;
    public double QuietForSeniors { get; init; } = 1.2;
    public double StrenuousForSeniors { get; init; } = 0.6;
    public double NightlifeForSeniors { get; init; } = 0.7;
    public double UnknownForWheelchair { get; init; } = 0.65;

    /// <summary>From this share of the carrying capacity on a place loses score, down to <see cref="FullFactor"/> at
    /// 1; beyond that in inverse proportion.</summary>
    public double CrowdedFrom { get; init; } = 0.6;
    public double FullFactor { get; init; } = 0.4;

    /// <summary>What the best, second best, third … stop of one category counts; the last value goes on for ever. The
    /// best counts in full, or small kilns would crowd out the great one.</summary>
    public double[] Variety { get; init; } = [1.0, 1.0, 0.7, 0.5, 0.35];

    public double VarietyAt(int rank) => Variety[Math.Min(rank, Variety.Length - 1)];

    /// <summary>A place inside another that is visited too: part of its charm has been counted there.</summary>
    public double InsideVisitedParent { get; init; } = 0.6;

    /// <summary>A place behind another's gate, on a day without that other: nobody pays for a whole park to hear twenty
    /// minutes of music in it, or comes back for them.</summary>
    public double OnlyThroughGate { get; init; } = 0.25;

    /// <summary>
    /// What a minute on the way costs the plan, in points; no stop's score shows it. Without it the planner drives an
    /// hour for what two places next door give.
    /// </summary>
    public double TravelMinute { get; init; } = 1.5;

    /// <summary>What a yuan of fare a person costs the plan, in points, besides the budget.</summary>
    public double FareYuan { get; init; } = 0.15;

    public double ChildFare { get; init; } = 0.5;
    public double SeniorFare { get; init; } = 0.5;

    /// <summary>
    /// What fills hours is worth more than what is seen in passing, though not in proportion: a visit of this length
    /// counts once, others by the root of their length, within the two bounds. Without it days fill up with trifles.
    /// </summary>
    public int OrdinaryVisitMinutes { get; init; } = 60;
    public double ShortestVisit { get; init; } = 0.5;
    public double LongestVisit { get; init; } = 1.7;

    public double Length(int visitMinutes) => Math.Round(
        Math.Clamp(Math.Sqrt((double)visitMinutes / OrdinaryVisitMinutes), ShortestVisit, LongestVisit), 2);

    /// <summary>Visit lengths by pace.</summary>
    public double RelaxedVisit { get; init; } = 1.2;
    public double FastVisit { get; init; } = 0.8;

    /// <summary>Minutes between the end of one stop and setting out for the next, by pace.</summary>
    public int RelaxedBuffer { get; init; } = 10;
    public int NormalBuffer { get; init; } = 5;
    public int FastBuffer { get; init; }

    /// <summary>With mixed transport one walks up to this many minutes before taking a ride.</summary>
    public int WalkUpToMinutes { get; init; } = 20;

    public int MustSeeWorth { get; init; } = 100_000;
    public int FixedWorth { get; init; } = 1_000_000;
    public int BreakWorth { get; init; } = 8_000;
    public int WishWorth { get; init; } = 6_000;
    public int EveningWorth { get; init; } = 3_000;
}

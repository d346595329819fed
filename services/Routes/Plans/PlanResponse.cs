namespace Jingdezhen.Tourism.Routes.Plans;

/// <summary>A plan for a visitor; times are Shanghai time.</summary>
/// <param name="BudgetMilliseconds">How long the planner was given; less than asked when many plan at once.</param>
/// <param name="Counties">The districts and counties it visits.</param>
/// <param name="Party">For whom it was made; an order is for them.</param>
public sealed record PlanResponse(
    Guid Id, IReadOnlyList<PlanDayResponse> Days, PlanCostsResponse Costs, int Score,
    IReadOnlyList<LeftOutResponse> LeftOut, IReadOnlyList<UnmetResponse> Unmet, PlanCertificate Certificate,
    double BudgetMilliseconds, long Iterations, ulong Seed, IReadOnlyList<string>? Counties = null,
    PartyWish? Party = null);

public sealed record PlanDayResponse(
    DateOnly Date, PlanPointResponse Start, PlanPointResponse End, IReadOnlyList<PlanStopResponse> Stops,
        PlanLegResponse Home,
    int WalkMeters);

public sealed record PlanPointResponse(string? PlaceId, string NameZh, string NameEn, double Lat, double Lon);

/// <param name="Mode">walk, ebike or taxi.</param>
public sealed record PlanLegResponse(string Mode, int Meters, DateTimeOffset Depart, DateTimeOffset Arrive,
    long CostFen);

/// <param name="Kind">visit or break.</param>
/// <param name="Break">A meal or rest after the visit, or within it where meals are served.</param>
/// <param name="AvailabilityId">The slot to book, where the place sells tickets by slot.</param>
/// <param name="Pinned">The visitor settled place and time; a new plan leaves it so.</param>
/// <param name="BookingId">What was booked for this stop.</param>
/// <param name="ProductId">The product of the slot, and</param>
/// <param name="OptionId">its option.</param>
public sealed record PlanStopResponse(
    string Kind, PlanPointResponse Place, PlanLegResponse Leg, DateTimeOffset Arrive, DateTimeOffset Start,
        DateTimeOffset End,
    DateTimeOffset Leave, PlanBreakResponse? Break, Guid? AvailabilityId, long FareFen, bool FareKnown, int Score,
    IReadOnlyList<ReasonResponse> Reasons, IReadOnlyList<AlternativeResponse> Alternatives, bool Pinned = false,
    Guid? BookingId = null, Guid? ProductId = null, Guid? OptionId = null);

public sealed record PlanBreakResponse(string Name, DateTimeOffset From, DateTimeOffset To);

public sealed record ReasonResponse(string Code, double Factor, string? Detail, string Zh, string En);

public sealed record AlternativeResponse(
    string PlaceId, string NameZh, string NameEn, DateTimeOffset Start, DateTimeOffset Leave, int Score);

public sealed record PlanCostsResponse(long FaresFen, long TaxiFen, long EbikeFen, long TotalFen, bool FaresComplete);

/// <param name="Code">The constraint that binds; its meaning is in Zh and En.</param>
public sealed record LeftOutResponse(string PlaceId, string NameZh, string NameEn, bool MustSee, string Code, string Zh,
    string En);

public sealed record UnmetResponse(string Kind, string Name, string Code, string Zh, string En);

/// <summary>What the independent checker says of the plan, from the problem alone.</summary>
/// <param name="Rules">How many statements were checked.</param>
/// <param name="Faults">What is wrong; empty for every plan that the planner made.</param>
public sealed record PlanCertificate(bool Valid, int Rules, IReadOnlyList<string> Faults);

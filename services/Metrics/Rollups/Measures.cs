namespace Jingdezhen.Tourism.Metrics.Rollups;

/// <summary>What is added up. Indicators are formulas over these names.</summary>
internal static class Measures
{
    // Of bookings that count, in the period of their confirmation.
    public const string Bookings = "bookings";
    public const string BookingsOnline = "bookings-online";
    public const string Visitors = "visitors";
    public const string VisitorsOnline = "visitors-online";
    public const string Revenue = "revenue";
    public const string RevenueOnline = "revenue-online";
    public const string NightRevenue = "revenue-night";
    public const string NightBookings = "bookings-night";
    public const string StudyGroups = "study-groups";
    public const string StudyRevenue = "study-revenue";
    public const string TeaBookings = "tea-bookings";
    public const string BookingsKeyed = "bookings-keyed";

    /// <summary>Visitors on counted bookings that name no slot, so that nobody can tell whether they came.</summary>
    public const string Unslotted = "visitors-unslotted";

    /// <summary>Histogram of whole days from confirmation to the slot.</summary>
    public const string LeadDays = "lead-days";

    /// <summary>Confirmed, whatever became of it: the whole of which the cancelled are a part.</summary>
    public const string Confirmed = "confirmed";

    public const string Cancelled = "cancelled";

    /// <summary>Visitors still expected on the day of their slot, and those of them who came.</summary>
    public const string Expected = "expected";
    public const string Arrived = "arrived";

    // The funnel, each step on its own day.
    public const string RouteViews = "route-views";
    public const string Plans = "plans";
    public const string Holds = "holds";
    public const string Redemptions = "redemptions";

    public const string Replans = "replans";
    public const string PlansAcrossCounties = "plans-across-counties";
    public const string PlansWithinTransit = "plans-within-transit";

    // Redeemed visitors, by the time of redemption.
    public const string Visits = "visits";
    public const string VisitsAged = "visits-aged";
    public const string VisitsYoung = "visits-young";
    public const string VisitsLocated = "visits-located";
    public const string VisitsInbound = "visits-inbound";
    public const string VisitsGreaterChina = "visits-greater-china";
    public const string VrVisits = "vr-visits";
    public const string ShowVisits = "show-visits";
    public const string Performances = "performances";
    public const string Capacity = "capacity";
    /// <summary>What venues may take on a day; of venues only, because few have such a figure.</summary>
    public const string CarryingCapacity = "carrying-capacity";

    // Guests, told apart by their keys.
    /// <summary>Days with a sale, one a guest; the bucket is the guest's day before that one.</summary>
    public const string Guests = "guests";
    /// <summary>Histogram of days: chains of nights, and visits without any.</summary>
    public const string TripDays = "trip-days";
    public const string TripsOvernight = "trips-overnight";
    public const string Outings = "outings";
    public const string OutingsKeyed = "outings-keyed";

    // Stays.
    public const string Stays = "stays";
    public const string StayRevenue = "stay-revenue";
    public const string StaysKeyed = "stays-keyed";
    public const string NightsSold = "nights-sold";
    public const string CheckedOut = "stays-checked-out";
    public const string CheckedOutNights = "nights-checked-out";
    public const string CheckedOutRevenue = "revenue-checked-out";
    public const string HostIncome = "host-income";
    public const string ResidentIncome = "resident-income";
    public const string HostRecourse = "host-recourse";

    // Supply: every change of it, so that what there is on a day is the sum of all changes up to it.
    public const string Listings = "listings";
    public const string Rooms = "rooms";
    public const string Households = "households";
    /// <summary>Households that begin to be active; the bucket is the day on which they had last ceased to
    /// be.</summary>
    public const string HouseholdStarts = "household-starts";
    public const string Businesses = "businesses";
    public const string Routes = "routes";
    public const string DayNightRoutes = "routes-day-night";
    public const string RoutesAcrossCounties = "routes-across-counties";
    public const string TeaRoutes = "routes-tea";

    // Complaints, in the period of their filing.
    public const string Complaints = "complaints";
    /// <summary>Those of them that name whom they are against, and so can repeat.</summary>
    public const string ComplaintsNamed = "complaints-named";
    /// <summary>Filed after an earlier one against the same merchant, of the same category, had been
    /// decided.</summary>
    public const string ComplaintsRepeated = "complaints-repeated";
    public const string ComplaintsWithdrawn = "complaints-withdrawn";
    public const string ComplaintsDuplicate = "complaints-duplicate";
    /// <summary>Histograms of whole seconds, on the day of the later moment.</summary>
    public const string SecondsToAccept = "seconds-to-accept";
    public const string SecondsToDecide = "seconds-to-decide";
    public const string SecondsToPay = "seconds-to-pay";
    public const string ClocksMet = "clocks-met";
    public const string ClocksBreached = "clocks-breached";
    /// <summary>Breaches as they happen, of open cases too; fast and legal clocks.</summary>
    public const string ClockBreaches = "clock-breaches";

    // The fund.
    public const string CompensationApproved = "compensation-approved";
    public const string CompensationPaid = "compensation-paid";
    public const string CompensationCases = "compensation-cases";
    public const string Recovered = "recovered";
    public const string Recoveries = "recoveries";
    public const string WrittenOff = "written-off";

    // Surveys, in the period of their opening.
    public const string SurveysOpened = "surveys-opened";
    public const string SurveysAnswered = "surveys-answered";
    public const string SurveysSatisfied = "surveys-satisfied";
    public const string VrAnswered = "vr-answered";
    public const string VrSatisfied = "vr-satisfied";

    // Money that moved, and how often.
    public const string Captured = "captured";
    public const string Captures = "captures";
    public const string Refunded = "refunded";
    public const string Refunds = "refunds";
    public const string PaidOut = "paid-out";
    public const string Payouts = "payouts";

    /// <summary>Facts that a generator made up; one of them in a period is enough to say so.</summary>
    public const string Simulated = "simulated";
}

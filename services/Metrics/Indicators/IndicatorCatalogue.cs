using static Jingdezhen.Tourism.Metrics.Indicators.Definition;
using static Jingdezhen.Tourism.Metrics.Rollups.Dimensions;
using M = Jingdezhen.Tourism.Metrics.Rollups.Measures;

namespace Jingdezhen.Tourism.Metrics.Indicators;

/// <summary>Every indicator, as README "How the figures count" defines it.</summary>
internal static class IndicatorCatalogue
{
    private static readonly string[] OfSales =
        [Channel, County, Venue, Kind, Product, Merchant, Source, Campaign, Hour];

    private static readonly string[] OfVisits =
        [Channel, County, Venue, Kind, Product, Merchant, Source, Campaign, Hour, Country, AgeBand];

    // A histogram has a cell a day of lead: by product or merchant there would be more of them than sales.
    private static readonly string[] OfLead = [Channel, County, Venue, Kind];

    private static readonly string[] OfPeopleByPlace =
        [Channel, County, Venue, Kind, Product, Merchant, Source, Campaign, Hour];
    private static readonly string[] OfStays = [County, Village, Merchant, Listing, Source, Campaign];
    private static readonly string[] OfCases = [County, Category, Merchant, Venue, Channel];
    private static readonly string[] OfMoney = [County, Category, Merchant];
    private static readonly string[] OfSurveys = [County, Merchant, Product, Kind, About];
    private static readonly string[] OfFunnel = [Source, Campaign];
    private static readonly string[] OfPlans = [Source, Campaign, Rollups.Dimensions.Route];
    private static readonly string[] OfSupply = [County, Village];
    private static readonly string[] Nothing = [];

    public static readonly IReadOnlyList<Indicator> All =
    [
        // Sales.
        new("bookings", new("订单数", "Bookings"), new("已确认且未全额退款的订单", "Confirmed and not refunded in full"),
            "bookings", "bookings in the period of their confirmation, less those refunded in full", Count(M.Bookings),
            OfSales),
        new("visitors-booked", new("预订人数", "Visitors booked"), new("计入订单的人数", "Visitors on counted bookings"),
            "people", "sum of paxCount of counted units", Count(M.Visitors), OfSales),
        new("revenue", new("门票及体验收入", "Revenue of bookings"),
            new("已收减已退，分销商按挂账价", "Captured − refunded, on-account price for resellers"),
            "fen", "captured − refunded of counted bookings", Sum(M.Revenue, M.Bookings), OfSales),
        new("online-share-bookings", new("线上预订占比（按订单）", "Online share by bookings"),
            new("已确认订单中经应用、网站、小程序或OTA的比例", "Counted bookings by app, web, mini-program or OTA"),
            "ratio", "counted bookings by online channel ÷ all counted bookings", Share(M.BookingsOnline, M.Bookings),
            OfSales),
        new("online-share-visitors", new("线上预订占比（按人数）", "Online share by visitors"),
            new("已确认订单的人数中经线上渠道的比例", "Visitors on counted bookings by online channel"),
            "ratio", "visitors on counted online bookings ÷ visitors on all", Share(M.VisitorsOnline, M.Visitors),
            OfSales),
        new("online-share-revenue", new("线上预订占比（按收入）", "Online share by revenue"),
            new("收入中经线上渠道的比例", "Revenue by online channel"),
            "ratio", "revenue of counted online bookings ÷ revenue of all",
            Per(M.RevenueOnline, M.Revenue, M.Bookings), OfSales),
        new("average-party", new("平均同行人数", "Average party"), new("每单人数", "Visitors a booking"),
            "people", "visitors ÷ bookings", Per(M.Visitors, M.Bookings), OfSales),
        new("lead-time-median", new("提前预订天数（中位数）", "Lead time, median"),
            new("确认到入场日", "From confirmation to the slot's day"),
            "days", "nearest-rank median of whole days", Percentile(M.LeadDays, 0.5, of: M.Bookings), OfLead),
        new("lead-time-p95", new("提前预订天数（95分位）", "Lead time, 95th"),
            new("确认到入场日", "From confirmation to the slot's day"),
            "days", "nearest-rank 95th percentile of whole days", Percentile(M.LeadDays, 0.95, of: M.Bookings),
            OfLead),
        new("cancellation-rate", new("取消率", "Cancellation rate"),
            new("在期内确认、之后取消的订单", "Bookings confirmed in the period and cancelled since"),
            "ratio", "cancelled ÷ confirmed", Share(M.Cancelled, M.Confirmed), OfSales),
        new("no-show-rate", new("未到场率", "No-show rate"),
            new("按场次日，未取消订单中未入场的人数", "By the slot's day, of visitors not cancelled"),
            "ratio", "1 − visitors arrived ÷ visitors expected",
            new([M.Arrived, M.Expected, M.Unslotted], sums => Divide(
                Math.Max(0, sums[M.Expected] - sums[M.Arrived]), sums[M.Expected], sums[M.Expected], isRate: true,
                Ratio(sums[M.Expected], sums[M.Expected] + sums[M.Unslotted]))),
            OfPeopleByPlace),
        new("night-revenue", new("夜间经济收入", "Night economy revenue"), new("夜间产品收入", "Revenue of night products"),
            "fen", "revenue of counted bookings of night products", Sum(M.NightRevenue, M.NightBookings), OfSales),
        new("study-groups", new("研学团数", "Study groups"), new("研学产品的订单", "Counted bookings of study tours"),
            "bookings", "counted bookings of kind study-tour", Count(M.StudyGroups), OfSales),
        new("study-revenue-share", new("研学收入占比", "Study tours' share of revenue"),
            new("研学收入占全部收入", "Of all revenue of bookings"),
            "ratio", "study tour revenue ÷ revenue", Per(M.StudyRevenue, M.Revenue, M.StudyGroups), OfSales),
        new("tea-bookings", new("采茶绘瓷订单", "Tea picking bookings"),
            new("采茶、绘瓷杯线路的订单", "Counted bookings of tea picking"),
            "bookings", "counted bookings of kind tea-picking", Count(M.TeaBookings), OfSales),

        // Visits.
        new("visits", new("入场人次", "Visits"), new("已核销人数，再次入场不计", "Redeemed visitors; a re-entry is not a second visit"),
            "people", "redeemed visitors by time of redemption", Count(M.Visits), OfVisits),
        new("youth-share", new("青年占比", "Share of the young"),
            new("18–35岁，仅就填写年龄者", "18 to 35, of those whose age band is known"),
            "ratio", "visitors of 18–35 ÷ visitors with an age band",
            ShareOfKnown(M.VisitsYoung, M.VisitsAged, M.Visits), OfPeopleByPlace, Personal: true),
        new("inbound-visitors", new("入境游客", "Inbound visitors"),
            new("居住国非中国；港澳台另列", "Residents of other countries; HK, MO, TW apart"),
            "people", "visitors whose country is not CN, HK, MO or TW",
            new([M.VisitsInbound, M.VisitsLocated, M.Visits], sums => new(
                sums[M.VisitsInbound], sums[M.VisitsInbound], null, sums[M.VisitsInbound],
                Ratio(sums[M.VisitsLocated], sums[M.Visits]), IsRate: false)), OfPeopleByPlace, Personal: true),
        new("greater-china-visitors", new("港澳台游客", "Visitors from HK, MO, TW"),
            new("港澳台居民", "Residents of Hong Kong, Macao, Taiwan"),
            "people", "visitors whose country is HK, MO or TW",
            new([M.VisitsGreaterChina, M.VisitsLocated, M.Visits], sums => new(
                sums[M.VisitsGreaterChina], sums[M.VisitsGreaterChina], null, sums[M.VisitsGreaterChina],
                Ratio(sums[M.VisitsLocated], sums[M.Visits]), IsRate: false)), OfPeopleByPlace, Personal: true),
        new("show-audience", new("每场观众", "Audience a performance"),
            new("有核销的场次的平均人数", "Of performances with at least one redemption"),
            "people", "redeemed visitors of shows ÷ performances", Per(M.ShowVisits, M.Performances), [Venue, Product]),
        new("vr-participants", new("VR制瓷参与人数", "VR participants"),
            new("VR体验入场人数", "Redeemed visitors of VR experiences"),
            "people", "redeemed visitors of kind vr", Count(M.VrVisits), OfPeopleByPlace),
        new("vr-satisfaction", new("VR制瓷满意度", "VR satisfaction"), new("评4、5分者", "Answered 4 or 5"),
            "ratio", "satisfied ÷ answered, surveys of kind vr", Share(M.VrSatisfied, M.VrAnswered), OfSurveys),
        new("occupancy", new("上座率", "Occupancy"), new("按场次日，入场人数占容量", "By the slot's day, arrivals of the capacity"),
            "ratio", "visitors arrived ÷ capacity of slots", Per(M.Arrived, M.Capacity, M.Arrived),
            [Venue, VenueHour, Product, Merchant]),

        new("places-offered", new("可售席位", "Places offered"), new("期内各场次容量", "Capacity of the slots of the period"),
            "people", "capacity of slots by their day", Count(M.Capacity), [Venue, VenueHour, Product, Merchant]),
        new("carrying-load", new("承载量负荷", "Load against carrying capacity"),
            new("入场人次占核定日承载量，仅就有此数的场所", "Visits of what a venue may take a day, where the figure is set"),
            "ratio", "visits of a venue ÷ its daily carrying capacity; ask by=venue or by=day,venue",
            Per(M.Visits, M.CarryingCapacity, M.Visits), [Venue]),

        // Guests and stays.
        new("stay-length", new("平均停留天数", "Length of stay"),
            new("连住链夜数加一，一日游为一天", "Nights + 1 of a chain; a day visit is 1"),
            "days", "sum of days ÷ trips",
            new([M.TripDays, M.OutingsKeyed, M.Outings], sums => Divide(
                sums.Total(M.TripDays), sums[M.TripDays], sums[M.TripDays], isRate: false,
                Ratio(sums[M.OutingsKeyed], sums[M.Outings]))), Nothing),
        new("overnight-rate", new("过夜率", "Overnight rate"), new("至少住一夜的行程", "Trips with at least one night"),
            "ratio", "chains with a night ÷ chains and day visits",
            new([M.TripsOvernight, M.TripDays, M.OutingsKeyed, M.Outings], sums => Divide(
                sums[M.TripsOvernight], sums[M.TripDays], sums[M.TripDays], isRate: true,
                Ratio(sums[M.OutingsKeyed], sums[M.Outings]))), Nothing),
        new("spend-per-head", new("人均消费", "Spend per head"),
            new("订单与住宿收入除以游客数", "Bookings and stays by distinct guests"),
            "fen", "revenue of counted bookings and stays ÷ distinct guests",
            new([M.Revenue, M.StayRevenue, M.Guests, M.BookingsKeyed, M.StaysKeyed, M.Bookings, M.Stays],
                sums => Divide(
                    sums[M.Revenue] + sums[M.StayRevenue], sums[M.Guests], sums[M.Guests], isRate: false,
                    Ratio(sums[M.BookingsKeyed] + sums[M.StaysKeyed], sums[M.Bookings] + sums[M.Stays]))), Nothing),
        new("homestays", new("居民经营民宿", "Homestays run by residents"),
            new("期末有效房源", "Active listings at the end of the period"),
            "listings", "active resident-run listings", Stand(M.Listings), OfSupply),
        new("homestay-occupancy", new("民宿入住率", "Homestay occupancy"),
            new("已售间夜除以可售间夜", "Room nights sold of those offered"),
            "ratio", "nights sold ÷ rooms × days",
            new([M.NightsSold, M.Rooms], sums => Divide(
                sums[M.NightsSold], sums.Days(M.Rooms), sums[M.NightsSold], isRate: false), Standing: true), OfSupply),
        new("homestay-price", new("民宿均价", "Price of a night"), new("已离店住宿每间夜价格", "Of stays that are over"),
            "fen", "price ÷ nights of stays checked out", Per(M.CheckedOutRevenue, M.CheckedOutNights, M.CheckedOut),
            OfStays),
        new("household-income", new("户均收入", "Income a household"),
            new("按离店日的房东所得减追偿，除以期内有有效房源的户数",
                "Host share by check-out less recourse, by households active in the period"),
            "fen", "(host share − recourse) ÷ households with an active listing",
            new([M.HostIncome, M.HostRecourse, M.Households, M.HouseholdStarts], sums =>
            {
                var households = sums.AtStart(M.Households) + sums[M.HouseholdStarts];
                return Divide(sums[M.HostIncome] - sums[M.HostRecourse], households, households, isRate: false);
            }, Standing: true), OfSupply, Confidential: true),
        new("village-revenue", new("村庄住宿收入", "Revenue of a village"), new("已离店住宿", "Stays that are over"),
            "fen", "price of stays checked out", Sum(M.CheckedOutRevenue, M.CheckedOut), OfStays),
        new("resident-share", new("居民所得占比", "Share that reaches residents"),
            new("居民房东所得与村集体基金", "Resident hosts' share and village fund"),
            "ratio", "(resident host share + village fund) ÷ price",
            Per(M.ResidentIncome, M.CheckedOutRevenue, M.CheckedOut), OfStays),

        // Supply.
        new("routes-on-offer", new("在架线路", "Routes on offer"), new("通过校验的线路", "Valid under the planner's checker"),
            "routes", "valid routes on offer at the end of the period", Stand(M.Routes), Nothing),
        new("day-night-routes", new("日展夜演线路", "Routes by day and night"),
            new("日展夜演主题", "Routes of the theme day-night"),
            "routes", "valid routes of the theme at the end of the period", Stand(M.DayNightRoutes), Nothing),
        new("routes-across-counties", new("跨区县线路", "Routes across counties"),
            new("经过两个以上区县", "Through more than one county"),
            "routes", "valid routes through more than one county at the end of the period",
            Stand(M.RoutesAcrossCounties), Nothing),
        new("tea-routes", new("茶主题线路", "Tea routes"),
            new("茶主题的线路", "Valid routes of the theme tea"),
            "routes", "valid routes of the theme at the end of the period", Stand(M.TeaRoutes), Nothing),
        new("businesses", new("旅游经营者", "Tourism businesses"), new("已入驻商户与房东", "Registered suppliers and hosts"),
            "merchants", "suppliers and hosts at the end of the period", Stand(M.Businesses), [County]),

        // Complaints.
        new("complaints", new("投诉量", "Complaints"),
            new("按提交日；重复与撤回不计", "By filing; duplicates and withdrawn do not count"),
            "cases", "cases filed − duplicates − withdrawn", Count(M.Complaints), OfCases),
        new("complaints-withdrawn", new("撤回投诉", "Complaints withdrawn"), new("另列，不计入投诉量", "Shown apart"),
            "cases", "cases filed and withdrawn", Count(M.ComplaintsWithdrawn), OfCases),
        new("complaints-repeated", new("重复投诉占比", "Repeated complaints"),
            new("同一商户同一类别此前已有办结投诉（180天内）",
                "An earlier one against the merchant, of the category, had been decided within 180 days"),
            "ratio", "complaints after a decided one of their merchant and category ÷ complaints that name a merchant",
            ShareOfKnown(M.ComplaintsRepeated, M.ComplaintsNamed, M.Complaints), [Category, Merchant]),
        new("complaint-rate", new("万人次投诉率", "Complaints per 10,000 visits"), new("投诉量除以入场人次", "Complaints by visits"),
            "per 10,000", "complaints ÷ visits × 10,000",
            Per(M.Complaints, M.Visits, M.Complaints, times: 10_000) with { Whole = (Category, M.Visits) },
            [County, Category, Merchant, Venue]),
        new("time-to-accept-median", new("受理时长（中位数）", "Time to accept, median"), new("提交到受理", "From filing"),
            "seconds", "nearest rank in whole seconds", Percentile(M.SecondsToAccept, 0.5),
            [County, Category, Merchant]),
        new("time-to-accept-p95", new("受理时长（95分位）", "Time to accept, 95th"), new("提交到受理", "From filing"),
            "seconds", "nearest rank in whole seconds", Percentile(M.SecondsToAccept, 0.95),
            [County, Category, Merchant]),
        new("time-to-decide-median", new("办结时长（中位数）", "Time to decide, median"), new("提交到决定", "From filing"),
            "seconds", "nearest rank in whole seconds", Percentile(M.SecondsToDecide, 0.5), OfCases),
        new("time-to-decide-p95", new("办结时长（95分位）", "Time to decide, 95th"), new("提交到决定", "From filing"),
            "seconds", "nearest rank in whole seconds", Percentile(M.SecondsToDecide, 0.95), OfCases),
        new("time-to-pay-median", new("赔付时长（中位数）", "Time to pay, median"),
            new("批准到到账", "From approval to PayoutSettled"),
            "seconds", "nearest rank in whole seconds", Percentile(M.SecondsToPay, 0.5), OfMoney),
        new("time-to-pay-p95", new("赔付时长（95分位）", "Time to pay, 95th"), new("批准到到账", "From approval to PayoutSettled"),
            "seconds", "nearest rank in whole seconds", Percentile(M.SecondsToPay, 0.95), OfMoney),
        new("clocks-breached", new("超时率", "Clocks breached"), new("超过快速时限的步骤", "Steps later than their fast clock"),
            "ratio", "steps late ÷ steps",
            new([M.ClocksBreached, M.ClocksMet], sums => Divide(
                sums[M.ClocksBreached], sums[M.ClocksBreached] + sums[M.ClocksMet],
                sums[M.ClocksBreached] + sums[M.ClocksMet], isRate: true)), OfCases),
        new("clock-breaches", new("超时次数", "Breaches of clocks"),
            new("发生时计数，含未结案件；by=kind 分快速与法定时限",
                "As they happen, of open cases too; by=kind tells fast clocks from legal ones"),
            "breaches", "clocks breached by the day of the breach", Count(M.ClockBreaches),
            [Rollups.Dimensions.Clock, Kind, .. OfCases]),
        new("satisfaction", new("满意度", "Satisfaction"), new("期内发出的问卷中评4、5分者", "Of surveys opened in the period"),
            "ratio", "answered 4 or 5 ÷ answered",
            ShareOfKnown(M.SurveysSatisfied, M.SurveysAnswered, M.SurveysOpened), OfSurveys),
        new("compensation-paid", new("先行赔付额", "Compensation paid"), new("基金已赔付", "Paid by the fund"),
            "fen", "payouts settled", Sum(M.CompensationPaid, M.CompensationCases), OfMoney),
        new("recovered", new("追偿收回", "Recovered"), new("商户偿还或扣回", "Repaid by or deducted from merchants"),
            "fen", "recourse repaid or deducted", Sum(M.Recovered, M.Recoveries), OfMoney),
        new("recovery-rate", new("追偿率", "Recovery rate"), new("收回额占赔付额", "Of what was paid"),
            "ratio", "recovered ÷ paid", Per(M.Recovered, M.CompensationPaid, M.CompensationCases), OfMoney),

        new("fund-movement", new("基金累计变动", "Movement of the fund"), new("累计收回减累计赔付", "All recovered less all paid"),
            "fen", "recovered − paid, up to the end of the period",
            new([M.Recovered, M.CompensationPaid, M.CompensationCases], sums => new(
                sums.AtEnd(M.Recovered) - sums.AtEnd(M.CompensationPaid),
                sums.AtEnd(M.Recovered) - sums.AtEnd(M.CompensationPaid),
                null, sums.AtEnd(M.CompensationCases), 1, IsRate: false), Standing: true), Nothing),

        // The funnel and plans.
        new("funnel-route-views", new("漏斗：浏览线路", "Funnel: routes viewed"), new("浏览次数", "Views"),
            "views", "route views", Count(M.RouteViews), OfFunnel),
        new("funnel-plans", new("漏斗：生成行程", "Funnel: plans made"), new("行程数", "Plans"),
            "plans", "plans made", Count(M.Plans), OfFunnel),
        new("funnel-holds", new("漏斗：占位", "Funnel: holds"), new("占位次数", "Holds"), "holds", "holds", Count(M.Holds),
            OfFunnel),
        new("funnel-paid", new("漏斗：成交", "Funnel: paid"), new("确认订单", "Confirmed bookings"),
            "bookings", "confirmed bookings, cancelled ones too", Count(M.Confirmed), OfFunnel),
        new("funnel-redeemed", new("漏斗：核销", "Funnel: redeemed"), new("核销票数", "Tickets redeemed"),
            "tickets", "tickets redeemed", Count(M.Redemptions), OfFunnel),
        new("conversion-view-to-plan", new("浏览到行程", "Views to plans"), new("转化率", "Conversion"),
            "ratio", "plans ÷ route views", Per(M.Plans, M.RouteViews), OfFunnel),
        new("conversion-hold-to-paid", new("占位到成交", "Holds to paid"), new("转化率", "Conversion"),
            "ratio", "confirmed ÷ holds", Per(M.Confirmed, M.Holds), OfFunnel),
        new("plans-across-counties", new("跨区县行程", "Plans across counties"),
            new("涉及两个以上区县", "With stops in more than one county"),
            "ratio", "plans across counties ÷ plans", Share(M.PlansAcrossCounties, M.Plans), OfPlans),
        new("plans-within-transit", new("144小时内行程", "Plans within 144 hours"), new("六天以内", "Of six days at most"),
            "ratio", "plans of at most 6 days ÷ plans", Share(M.PlansWithinTransit, M.Plans), OfPlans),
        new("replans", new("途中改线", "Plans changed on the way"), new("次数", "Times"), "plans", "re-plans",
            Count(M.Replans), [Cause]),
        new("top-routes", new("热门线路", "Top routes"), new("按浏览；用 by=route&top=10", "By views; ask by=route&top=10"),
            "views", "route views", Count(M.RouteViews), [Rollups.Dimensions.Route]),

        // Money that moved.
        new("captured", new("收款", "Captured"), new("实收", "Payments captured"), "fen", "payments captured",
            Sum(M.Captured, M.Captures), [Purpose, Method]),
        new("refunded", new("退款", "Refunded"), new("实退", "Refunds settled"), "fen", "refunds settled",
            Sum(M.Refunded, M.Refunds), [Purpose]),
        new("paid-out", new("付款", "Paid out"), new("实付", "Payouts settled"), "fen", "payouts settled",
            Sum(M.PaidOut, M.Payouts), [Purpose]),
    ];

    public static readonly IReadOnlyList<string> Measures =
        [.. All.SelectMany(indicator => indicator.Definition.Measures).Distinct()];

    /// <summary>Measures of which the past is asked, because what stands now is the sum of all changes.</summary>
    public static readonly IReadOnlyList<string> Standing =
        [M.Listings, M.Rooms, M.Households, M.Routes, M.DayNightRoutes, M.RoutesAcrossCounties, M.TeaRoutes,
            M.Businesses,
            M.Recovered, M.CompensationPaid, M.CompensationCases];

    public static Indicator? Find(string id) => All.FirstOrDefault(indicator => indicator.Id == id);
}

using static Jingdezhen.Tourism.Metrics.Indicators.Definition;
using static Jingdezhen.Tourism.Metrics.Rollups.Measures;

namespace Jingdezhen.Tourism.Metrics.Indicators;

/// <summary>Every indicator, as README "How the figures count" defines it.</summary>
internal static class IndicatorCatalogue
{
    public static readonly IReadOnlyList<Indicator> All =
    [
        new("online-share-bookings", new("线上预订占比（按订单）", "Online share by bookings"),
            new("已确认订单中经线上渠道（应用、网站、小程序、OTA）的比例", "Counted bookings by app, web, mini-program or OTA"),
            "ratio", "counted bookings by online channel ÷ all counted bookings", Share(BookingsOnline, Bookings)),
        new("online-share-visitors", new("线上预订占比（按人数）", "Online share by visitors"),
            new("已确认订单的人数中经线上渠道的比例", "Visitors on counted bookings by online channel"),
            "ratio", "visitors on counted online bookings ÷ visitors on all", Share(VisitorsOnline, Visitors)),
        new("online-share-revenue", new("线上预订占比（按收入）", "Online share by revenue"),
            new("收入（已收减已退，分销商按挂账价）中经线上渠道的比例", "Revenue (captured − refunded, on-account price) online"),
            "ratio", "revenue of counted online bookings ÷ revenue of all",
            new([RevenueOnline, Revenue, Bookings], sums =>
                Divide(sums[RevenueOnline], sums[Revenue], n: sums[Bookings], isRate: false))),
    ];

    public static Indicator? Find(string id) => All.FirstOrDefault(indicator => indicator.Id == id);
}

using Jingdezhen.Tourism.Benchmarks.Bookings;
using Jingdezhen.Tourism.Benchmarks.Complaints;
using Jingdezhen.Tourism.Benchmarks.Homestays;
using Jingdezhen.Tourism.Benchmarks.Lag;
using Jingdezhen.Tourism.Benchmarks.Metrics;
using Jingdezhen.Tourism.Benchmarks.Orders;
using Jingdezhen.Tourism.Benchmarks.Payments;
using Jingdezhen.Tourism.Benchmarks.Planner;
using Jingdezhen.Tourism.Benchmarks.Routes;

return args switch
{
    ["bookings", .. var rest] => await BookingsBenchmark.RunAsync(rest),
    ["complaints", .. var rest] => await ComplaintsBenchmark.RunAsync(rest),
    ["homestays", .. var rest] => await HomestaysBenchmark.RunAsync(rest),
    ["lag", .. var rest] => await LagBenchmark.RunAsync(rest),
    ["metrics", .. var rest] => await MetricsBenchmark.RunAsync(rest),
    ["orders", .. var rest] => await OrdersBenchmark.RunAsync(rest),
    ["payments", .. var rest] => await PaymentsBenchmark.RunAsync(rest),
    ["planner", .. var rest] => PlannerBenchmark.Run(rest),
    ["routes", .. var rest] => await RoutesBenchmark.RunAsync(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine(
        "usage: tests/Benchmarks/run bookings|complaints|homestays|lag|metrics|orders|payments|planner|routes ARGS");
    return 2;
}

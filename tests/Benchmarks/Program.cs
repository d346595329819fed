using Jingdezhen.Tourism.Benchmarks.Planner;
using Jingdezhen.Tourism.Benchmarks.Routes;

return args switch
{
    ["planner", .. var rest] => PlannerBenchmark.Run(rest),
    ["routes", .. var rest] => await RoutesBenchmark.RunAsync(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: tests/Benchmarks/run planner|routes ARGS");
    return 2;
}

using Jingdezhen.Tourism.Benchmarks.Planner;

return args switch
{
    ["planner", .. var rest] => PlannerBenchmark.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: tests/Benchmarks/run planner ARGS");
    return 2;
}

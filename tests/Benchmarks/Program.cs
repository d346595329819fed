using Jingdezhen.Tourism.Benchmarks.Payments;

return args is ["payments", ..] ? await PaymentsBenchmark.RunAsync(args[1..]) : Usage();

static int Usage()
{
    Console.WriteLine("usage: run bookings|planner|payments");
    return 2;
}

Console.WriteLine("usage: run bookings|planner");

namespace Jingdezhen.Tourism.Simulation;

/// <summary>What no service of ours saw: sales and visits counted elsewhere, and the year before.</summary>
public sealed partial class Year
{
    private const string Kiln = "ancient-kiln-expo";
    private static readonly (string Venue, string County)[] Gates =
        [(Kiln, "Changjiang"), ("taoxichuan", "Zhushan"), ("imperial-kiln-museum", "Zhushan")];

    /// <summary>The import files by name: kind and rows of CSV, a header first.</summary>
    public IReadOnlyDictionary<string, (string Kind, IReadOnlyList<string> Rows)> Files { get; private set; } =
        new Dictionary<string, (string, IReadOnlyList<string>)>();

    private IReadOnlyList<string> _counts = [];
    private IReadOnlyList<string> _agencies = [];

    /// <summary>
    /// Offline sales of each day, so many that the day's share of online bookings is what the drift says, and visitors
    /// that came through other gates.
    /// </summary>
    private void CountElsewhere()
    {
        List<string> counts = ["day,venue,county,channel,bookings,visitors,revenue_fen"];
        List<string> agencies = ["reference,day,venue,county,kind,visitors,price_fen,country"];
        var sold = Bookings.ToLookup(booking => DayOf(booking.At));
        for (var day = First; day < Last; day = day.AddDays(1))
        {
            var passed = (day.DayNumber - First.DayNumber) / 365.0;
            var share = OnlineAtTheBeginning + ((OnlineAtTheEnd - OnlineAtTheBeginning) * passed);
            var online = sold[day].Count(booking => booking.Channel != "counter");
            var missing = Math.Max(0, Number(online * (1 - share) / share) - (sold[day].Count() - online));
            var byAgency = Number(missing * 0.3);
            foreach (var (index, (venue, county)) in Gates.Index())
            {
                var counter = Part(missing - byAgency, index, Gates.Length);
                var phone = index == 0 ? Number(missing * 0.1) : 0;
                Count(day, venue, county, "counter", counter - Math.Min(counter, phone));
                Count(day, venue, county, "phone", Math.Min(counter, phone));
            }

            for (var one = 0; one < byAgency; one++)
            {
                var (visitors, fen) = (_random.Next(2, 12), 9_500L * _random.Next(2, 12));
                agencies.Add($"A{day:yyyyMMdd}-{one},{day:yyyy-MM-dd},{Kiln},Changjiang,kiln,{visitors},{fen},CN");
                Bookings.Add(new(
                    Midnight(day), 1, "agency", "kiln", Kiln, "Changjiang", false, null, null, null, visitors, fen,
                    null, null, 0, 0, 0));
            }
        }

        (_counts, _agencies) = (counts, agencies);

        void Count(DateOnly day, string venue, string county, string channel, int bookings)
        {
            if (bookings == 0) return;
            var (visitors, fen) = (bookings * 2, bookings * 17_000L);
            counts.Add($"{day:yyyy-MM-dd},{venue},{county},{channel},{bookings},{visitors},{fen}");
            Bookings.Add(new(
                Midnight(day), bookings, channel, null, venue, county, false, null, null, null, visitors, fen, null,
                null, 0, 0, 0));
        }

        static int Part(int number, int index, int of) => (number / of) + (index < number % of ? 1 : 0);
    }

    private void TellOfTheYearBefore()
    {
        List<string> visits = ["day,venue,county,visitors"];
        var mine = Visits.Where(visit => visit.Day >= First && visit.Day < Last)
            .ToLookup(visit => visit.Venue, visit => visit.People);
        foreach (var (venue, county) in Gates) Pass(venue, county, mine[venue].Sum() / 2, First, Last);

        var all = Visits.Where(visit => visit.Day >= First && visit.Day < Last)
            .ToLookup(visit => visit.Venue, visit => visit.People);
        var kiln = (int)Math.Round(all[Kiln].Sum() / (1 + KilnVisitsRose));
        var others = (int)Math.Round(all.Sum(venue => venue.Sum()) / (1 + VisitsRose)) - kiln;
        Pass(Kiln, "Changjiang", kiln, YearBefore, First);
        Pass("taoxichuan", "Zhushan", others / 2, YearBefore, First);
        Pass("imperial-kiln-museum", "Zhushan", others - (others / 2), YearBefore, First);

        var counted = Cases.Count(one => one.Counts);
        var before = (int)Math.Round(counted / (1 - ComplaintsFell));
        foreach (var (day, share) in Season.Spread(before, YearBefore, First))
        {
            for (var one = 0; one < share; one++) Complained(day, "agreed");
            if (share > 2) Complained(day, Pick("withdrawn", "declined-duplicate"));
        }

        Files = new Dictionary<string, (string, IReadOnlyList<string>)>
        {
            ["offline-counts.csv"] = ("offline-counts", _counts),
            ["agency-bookings.csv"] = ("agency-bookings", _agencies),
            ["offline-visits.csv"] = ("offline-visits", visits),
            ["complaints-year-before.csv"] = ("complaints",
            [
                "reference,day,category,county,venue,outcome",
                .. OldCases.Select(one =>
                    $"{one.Reference},{one.Day:yyyy-MM-dd},{one.Category},{one.County},{one.Venue},{one.Outcome}"),
            ]),
        };

        void Pass(string venue, string county, int people, DateOnly from, DateOnly to)
        {
            foreach (var (day, share) in Season.Spread(people, from, to))
            {
                if (share == 0) continue;
                visits.Add($"{day:yyyy-MM-dd},{venue},{county},{share}");
                Visits.Add(new(day, venue, county, "counter", null, null, null, null, null, share, null));
            }
        }

        void Complained(DateOnly day, string outcome)
        {
            var (venue, county) = Pick(Gates);
            OldCases.Add(new($"C{OldCases.Count}", day, Pick(Categories), county, venue, outcome));
        }
    }
}

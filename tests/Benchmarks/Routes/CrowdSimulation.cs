using System.Globalization;
using System.Text.Json.Nodes;
using Jingdezhen.Tourism.Routes.Library;
using Jingdezhen.Tourism.Routes.Places;
using Jingdezhen.Tourism.Routes.Planning;
using Jingdezhen.Tourism.Routes.Planning.Tours;
using Jingdezhen.Tourism.Routes.Plans;

namespace Jingdezhen.Tourism.Benchmarks.Routes;

/// <summary>
/// One day of visitors who plan one after the other and hold what they plan: once with the load of the places lowering
/// their scores as it grows, once without. What counts is the fullest hour of the fullest places, and what it costs.
/// </summary>
internal static class CrowdSimulation
{
    private const int Parties = 1500;
    private const int Scale = 4; // each simulated party stands for so many people
    private const int Iterations = 1500;

    public static int Run()
    {
        Console.WriteLine($"{Parties} parties of {Scale}, one day, {Iterations} iterations a plan, personas in turn:");
        Console.WriteLine(
            "steering   peak load   places over capacity   p90 of peak loads   mean score (without the crowd's "
                + "factor)");
        foreach (var steered in new[] { false, true })
        {
            var (peaks, score) = Day(steered);
            Array.Sort(peaks);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{(steered ? "with" : "without"),-9} {peaks[^1],10:F2} {peaks.Count(peak => peak > 1),22} "
                    + $"{RoutesBenchmark.At(peaks, 0.9),19:F2} {score,14:F1}"));
        }

        return 0;
    }

    private static (double[] Peaks, double Score) Day(bool steered)
    {
        var rows = JsonNode.Parse(RoutesBenchmark.Catalogue("places.json"))!.AsArray();
        var date = new DateOnly(2027, 4, 17);
        var places = rows.Select(row =>
        {
            var facts = PlaceReader.Read(row!.AsObject()).Facts!;
            return new CataloguePlace(facts, new(facts), 1);
        }).OrderBy(place => place.Id, StringComparer.Ordinal).ToArray();
        var travel = TravelTable.FromCoordinates([.. places.Select(place => (place.Facts.Lat, place.Facts.Lon))],
            new TravelRules());
        var present = new int[places.Length, 24];
        var total = 0.0;
        var home = Array.FindIndex(places, place => place.Id == "renmin-square");
        for (var party = 0; party < Parties; party++)
        {
            var persona = Persona.All[party % Persona.All.Count];
            var crowding = places.Select((place, at) => Peak(present, at) / (double)place.CarryingCapacity).ToArray();
            var problem = Problem(places, travel, date, home, persona, steered ? crowding : null);
            var plan = global::Jingdezhen.Tourism.Routes.Planning.Planner.Make(problem,
                TourBudget.OfIterations(Iterations), (ulong)party);
            var plain = problem with { Places = [.. problem.Places.Select(place => place with { Crowding = [] })] };
            foreach (var stop in plan.Stops.Where(stop => stop.Place >= 0))
            {
                total += PlaceScores.Of(plain, stop.Place, 0,
                    stop.StartMinute >= problem.Weights.EveningFrom) / Parties;
                for (var hour = stop.StartMinute / 60; hour <= Math.Min(23, (stop.EndMinute - 1) / 60);
                    hour++) present[stop.Place, hour] += Scale;
            }
        }

        return ([.. places.Select((place, at) => Peak(present, at) / (double)place.CarryingCapacity)], total);
    }

    private static int Peak(int[,] present, int place) => Enumerable.Range(0, 24).Max(hour => present[place, hour]);

    private static PlanProblem Problem(
        CataloguePlace[] places, TravelTable travel, DateOnly date, int home, Persona persona,
            double[]? crowding) => new()
    {
        Places = [.. places.Select((place, at) => new PlanPlace
        {
            Id = place.Id, Category = place.Facts.Category, County = place.Facts.District,
                Themes = [.. place.Facts.Themes],
            VisitMinutes = place.Facts.VisitMinutes, Evening = place.Facts.Evening,
                FareFen = place.Facts.TicketFen ?? 0,
            Wheelchair = place.Facts.Wheelchair, ServesMeals = place.Facts.Themes.Contains("food"),
            Crowding = crowding is null ? [] : [crowding[at]],
            Open = [place.Facts.Category == TripReader.Hub ? []
                : [.. place.Hours.On(date, false).Select(window => new OpenWindow(window.From, window.To, window.To))]],
        })],
        Days = [new(date, 9 * 60, 21 * 60, home, home)],
        Travel = travel,
        Party = new(persona.Party.Adults, persona.Party.Children, persona.Party.Seniors, persona.Party.Wheelchairs),
        Wishes = new() { Interests = persona.Interests.ToDictionary(each => each.Theme, each => each.Interest),
            Transport = (Transport)persona.Transport },
    };
}

using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using System.Xml.Schema;
using CsCheck;
using Jingdezhen.Tourism.Routes.Itineraries;
using Jingdezhen.Tourism.Routes.Places;
using Jingdezhen.Tourism.Routes.Plans;
using NetTopologySuite.Features;
using NetTopologySuite.Geometries;

namespace Jingdezhen.Tourism.Routes.Tests.Itineraries;

public sealed class ExportsTests
{
    // Names that break careless writers: markup, quotes, folding, line breaks, control characters, astral letters.
    private static readonly string[] Nasty =
        ["陶溪川 & <b>\"夜\"</b>", "a,b;c\\n\r\nd", new('窑', 90), "𠮷野\u0001", "];--", "BEGIN:VEVENT"];

    private static readonly Gen<string> Name = Gen.OneOf(
        Gen.String[1, 60], Gen.Int[0, Nasty.Length - 1].Select(each => Nasty[each]))
        .Where(name => !name.Any(char.IsSurrogate) || char.IsSurrogatePair(name, 0)).Select(name => name.Trim())
            .Where(name => name.Length > 0);

    private static readonly Gen<PlanPointResponse> Point =
        from id in Gen.Int[0, 100_000]
        from name in Name
        from lat in Gen.Double[28.7, 30]
        from lon in Gen.Double[116.9, 117.8]
        select new PlanPointResponse($"place-{id}", name, name, Math.Round(lat, 5), Math.Round(lon, 5));

    private static readonly Gen<PlanResponse> Plan =
        from points in Point.Array[1, 12]
        from lengths in Gen.Int[5, 90].Array[12]
        from days in Gen.Int[1, 4]
        select Made([.. points.DistinctBy(point => point.PlaceId)], lengths, days);

    private static readonly XmlSchemaSet Schema = Schemas();

    [Fact]
    public void A_calendar_is_read_back_by_its_parser_with_the_same_stops_and_times() => Plan.Sample(plan =>
    {
        var calendar = Ical.Net.Calendar.Load(Exports.ICalendar(Guid.CreateVersion7(), 3, "行程;1,2", plan))!;

        Assert.Equal(
            Exports.Visits(plan).Select(stop => (Id(stop.Place), stop.Start.UtcDateTime, stop.End.UtcDateTime)),
            calendar.Events.Select(entry => (entry.Uid!.Split('-', 2)[1].Split('@')[0], entry.DtStart!.AsUtc,
                entry.DtEnd!.AsUtc)));
    }, iter: 200);

    [Fact]
    public void Gpx_obeys_the_schema_and_has_the_same_stops_and_times() => Plan.Sample(plan =>
    {
        var document = XDocument.Parse(Exports.Gpx("a <b> & \u0002 name", plan));
        document.Validate(Schema, (_, fault) => throw fault.Exception);

        Assert.Equal(
            Exports.Visits(plan).Select(stop => (Id(stop.Place), Math.Round(stop.Place.Lat, 5),
                stop.Start.UtcDateTime)),
            document.Descendants(document.Root!.Name.Namespace + "rtept").Select(point => (
                point.Element(point.Name.Namespace + "src")!.Value,
                Math.Round(double.Parse(point.Attribute("lat")!.Value, CultureInfo.InvariantCulture), 5),
                DateTime.Parse(point.Element(point.Name.Namespace + "time")!.Value, CultureInfo.InvariantCulture,
                    DateTimeStyles.RoundtripKind))));
    }, iter: 200);

    [Fact]
    public void GeoJson_is_read_by_NetTopologySuite_with_the_same_stops_times_and_a_line_a_day() => Plan.Sample(plan =>
    {
        var text = JsonSerializer.Serialize(Exports.GeoJson(plan), GeoJsonResult.Json);
        var features = JsonSerializer.Deserialize<FeatureCollection>(text, GeoJsonResult.Json)!;

        Assert.Equal(plan.Days.Count, features.Count(feature => feature.Geometry is LineString));
        Assert.Equal(
            Exports.Visits(plan).Select(stop => (Id(stop.Place), stop.Place.Lon, stop.Start)),
            features.Where(feature => feature.Geometry is NetTopologySuite.Geometries.Point).Select(feature => (
                (string)feature.Attributes["id"], ((NetTopologySuite.Geometries.Point)feature.Geometry).X,
                DateTimeOffset.Parse((string)feature.Attributes["start"], CultureInfo.InvariantCulture))));
    }, iter: 200);

    [Fact]
    public void The_drawing_is_well_formed_and_numbers_every_stop() => Plan.Sample(plan =>
    {
        var drawing = XDocument.Parse(string.Concat(
            MapPicture.Draw("图 & <map>", plan).Where(System.Xml.XmlConvert.IsXmlChar)));

        var circles = drawing.Descendants(drawing.Root!.Name.Namespace + "circle").Count();
        Assert.Equal(2 * Exports.Visits(plan).Count(), circles);
    }, iter: 100);

    private static string Id(PlanPointResponse point) => point.PlaceId!;

    private static PlanResponse Made(PlanPointResponse[] points, int[] lengths, int days)
    {
        var home = new PlanPointResponse("home", "家", "Home", 29.3, 117.2);
        var made = Enumerable.Range(0, days).Select(day =>
        {
            var date = new DateOnly(2027, 4, 10).AddDays(day);
            var (time, stops) = (Geo.At(date, 9 * 60), new List<PlanStopResponse>());
            foreach (var (index, point) in points.Index().Where(each => each.Index % days == day))
            {
                var arrive = time.AddMinutes(7);
                var leg = new PlanLegResponse("walk", 500, time, arrive, 0);
                stops.Add(new("visit", point, leg, arrive, arrive, arrive.AddMinutes(lengths[index]),
                    arrive.AddMinutes(lengths[index]), null, null, 0, true, 10, [], []));
                time = arrive.AddMinutes(lengths[index]);
            }

            return new PlanDayResponse(date, home, home, stops, new("walk", 300, time, time.AddMinutes(5), 0), 1000);
        }).ToArray();
        return new(Guid.CreateVersion7(), made, new(0, 0, 0, 0, true), 10, [], [], new(true, 1, []), 50, 1, 1);
    }

    private static XmlSchemaSet Schemas()
    {
        var schemas = new XmlSchemaSet();
        using var stream = typeof(ExportsTests).Assembly.GetManifestResourceStream("gpx.xsd")!;
        using var reader = System.Xml.XmlReader.Create(stream);
        schemas.Add("http://www.topografix.com/GPX/1/1", reader);
        return schemas;
    }
}

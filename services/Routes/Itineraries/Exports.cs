using System.Globalization;
using System.Text;
using System.Xml;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using Ical.Net.Serialization;
using Jingdezhen.Tourism.Routes.Plans;
using NetTopologySuite.Features;
using NetTopologySuite.Geometries;

namespace Jingdezhen.Tourism.Routes.Itineraries;

/// <summary>An itinerary in other people's formats: iCalendar (RFC 5545), GPX 1.1, GeoJSON (RFC 7946).</summary>
internal static class Exports
{
    public static string ICalendar(Guid id, int version, string name, PlanResponse plan)
    {
        var calendar = new Ical.Net.Calendar { ProductId = "-//Jingdezhen.Tourism//Routes//ZH" };
        calendar.AddProperty("X-WR-CALNAME", Printable(name));
        calendar.AddProperty("X-WR-TIMEZONE", "Asia/Shanghai");
        foreach (var stop in Visits(plan))
        {
            // In UTC, which every calendar understands without a time zone's rules; the id survives a new version.
            calendar.Events.Add(new CalendarEvent
            {
                Uid = $"{id:N}-{stop.Place.PlaceId}@jingdezhen-tourism",
                Sequence = version,
                DtStamp = Utc(stop.Start),
                DtStart = Utc(stop.Start),
                DtEnd = Utc(stop.End),
                Summary = Printable($"{stop.Place.NameZh} {stop.Place.NameEn}"),
                Location = Printable(stop.Place.NameZh),
                GeographicLocation = new GeographicLocation(stop.Place.Lat, stop.Place.Lon),
                Description =
                    $"{ModeZh(stop.Leg.Mode)} "
                        + $"{stop.Leg.Depart.ToOffset(TimeSpan.FromHours(8)):HH:mm}–"
                        + $"{stop.Leg.Arrive.ToOffset(TimeSpan.FromHours(8)):HH:mm}",
            });
        }

        return new CalendarSerializer().SerializeToString(calendar) ?? "";
    }

    /// <summary>A route a day, a point a stop with the time at which the visit starts.</summary>
    public static string Gpx(string name, PlanResponse plan)
    {
        var text = new StringBuilder();
        using (var xml = XmlWriter.Create(text, new XmlWriterSettings { Indent = true, OmitXmlDeclaration = true }))
        {
            const string Gpx = "http://www.topografix.com/GPX/1/1";
            xml.WriteStartElement("gpx", Gpx);
            xml.WriteAttributeString("version", "1.1");
            xml.WriteAttributeString("creator", "Jingdezhen.Tourism");
            xml.WriteStartElement("metadata", Gpx);
            xml.WriteElementString("name", Gpx, Clean(name));
            xml.WriteEndElement();
            foreach (var day in plan.Days)
            {
                xml.WriteStartElement("rte", Gpx);
                xml.WriteElementString("name", Gpx, day.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
                foreach (var stop in day.Stops.Where(stop => stop.Kind == "visit"))
                {
                    xml.WriteStartElement("rtept", Gpx);
                    xml.WriteAttributeString("lat", stop.Place.Lat.ToString("F6", CultureInfo.InvariantCulture));
                    xml.WriteAttributeString("lon", stop.Place.Lon.ToString("F6", CultureInfo.InvariantCulture));
                    xml.WriteElementString("time", Gpx,
                        stop.Start.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
                    xml.WriteElementString("name", Gpx, Clean(stop.Place.NameZh));
                    xml.WriteElementString("desc", Gpx, Clean(stop.Place.NameEn));
                    xml.WriteElementString("src", Gpx, stop.Place.PlaceId);
                    xml.WriteEndElement();
                }

                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        return """<?xml version="1.0" encoding="UTF-8"?>""" + "\n" + text;
    }

    public static FeatureCollection GeoJson(PlanResponse plan)
    {
        var features = new FeatureCollection();
        foreach (var (index, day) in plan.Days.Index())
        {
            Coordinate[] line = [Of(day.Start), .. day.Stops.Select(stop => Of(stop.Place)), Of(day.End)];
            features.Add(new Feature(new LineString(line), new AttributesTable
            {
                { "day", index + 1 }, { "date", day.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) },
                    { "walkMeters", day.WalkMeters },
            }));
            foreach (var stop in day.Stops.Where(stop => stop.Kind == "visit"))
            {
                features.Add(new Feature(new Point(Of(stop.Place)), new AttributesTable
                {
                    { "day", index + 1 }, { "id", stop.Place.PlaceId }, { "nameZh", stop.Place.NameZh },
                        { "nameEn", stop.Place.NameEn },
                    { "start", stop.Start.ToString("O", CultureInfo.InvariantCulture) },
                        { "end", stop.End.ToString("O", CultureInfo.InvariantCulture) },
                    { "mode", stop.Leg.Mode },
                }));
            }
        }

        return features;
    }

    public static IEnumerable<PlanStopResponse> Visits(PlanResponse plan) =>
        plan.Days.SelectMany(day => day.Stops).Where(stop => stop.Kind == "visit");

    public static string ModeZh(string mode) => mode switch { "walk" => "步行", "ebike" => "电动车", _ => "出租车" };

    private static CalDateTime Utc(DateTimeOffset time) => new(time.UtcDateTime, "UTC");

    private static Coordinate Of(PlanPointResponse point) => new(point.Lon, point.Lat);

    // RFC 5545 has no control characters in a text; a line break in a name is a blank.
    private static string Printable(string text) =>
        string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter)).Trim();

    // XML 1.0 cannot carry most control characters, not even escaped.
    private static string Clean(string text) => string.Concat(text.Where(XmlConvert.IsXmlChar));
}

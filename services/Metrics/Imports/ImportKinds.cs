using System.Security.Cryptography;
using System.Text;
using Jingdezhen.Tourism.Metrics.Facts;
using Jingdezhen.Tourism.Metrics.Rollups;

namespace Jingdezhen.Tourism.Metrics.Imports;

/// <summary>How a row of each kind of file becomes a fact. The row's key becomes the fact's id, so a row counts
/// once.</summary>
internal static class ImportKinds
{
    public const string OfflineCounts = "offline-counts";
    public const string OfflineVisits = "offline-visits";
    public const string AgencyBookings = "agency-bookings";
    public const string Complaints = "complaints";

    /// <summary>Messages as services would have sent them, one a line; only of a simulation.</summary>
    public const string Events = "events";

    public static readonly IReadOnlyList<string> All =
        [OfflineCounts, OfflineVisits, AgencyBookings, Complaints, Events];

    /// <summary>A day's sales of one venue at one offline channel: day, venue, county, channel, bookings, visitors,
    /// revenue_fen.</summary>
    public static BookingFact OfflineCount(ImportRow row, bool simulated)
    {
        var (day, venue, channel) =
            (row.Day("day"), row.Text("venue", required: true), row.OneOf("channel", "counter", "phone", "agency"));
        var id = IdOf(OfflineCounts, $"{day:O}|{venue}|{channel}");
        return new()
        {
            MessageId = id, SubjectId = id, Event = BookingFact.Counted, WasConfirmed = true, Simulated = simulated,
            OccurredAt = Noon(day), VenueId = venue, County = row.Text("county"), Channel = channel,
            Bookings = row.People("bookings"), Visitors = row.People("visitors"), PriceFen = row.Fen("revenue_fen"),
        };
    }

    /// <summary>A day's visitors of one venue that no gate of ours saw: day, venue, county, visitors.</summary>
    public static VisitFact OfflineVisit(ImportRow row, bool simulated)
    {
        var (day, venue) = (row.Day("day"), row.Text("venue", required: true));
        var id = IdOf(OfflineVisits, $"{day:O}|{venue}");
        return new()
        {
            MessageId = id, SubjectId = id, Simulated = simulated, OccurredAt = Noon(day), VenueId = venue,
            County = row.Text("county"), Channel = "counter", Visitors = row.People("visitors"),
        };
    }

    /// <summary>A booking of a travel agency: reference, day, venue, county, kind, visitors, price_fen,
    /// country.</summary>
    public static BookingFact AgencyBooking(ImportRow row, bool simulated)
    {
        var id = IdOf(AgencyBookings, row.Text("reference", required: true));
        return new()
        {
            MessageId = id, SubjectId = id, Event = BookingFact.Counted, WasConfirmed = true, Simulated = simulated,
            OccurredAt = Noon(row.Day("day")), VenueId = row.Text("venue"), County = row.Text("county"),
            ProductKind = row.Text("kind"), Channel = "agency", Country = row.Text("country"),
            Visitors = row.People("visitors"), PriceFen = row.Fen("price_fen"),
        };
    }

    /// <summary>A case of an earlier year: reference, day, category, county, venue, outcome.</summary>
    public static ComplaintFact Complaint(ImportRow row, bool simulated)
    {
        var id = IdOf(Complaints, row.Text("reference", required: true));
        return new()
        {
            MessageId = id, SubjectId = id, Event = ComplaintFact.Filed, Simulated = simulated,
            OccurredAt = Noon(row.Day("day")),
            Category = row.Text("category", required: true) ?? "", County = row.Text("county"),
            VenueId = row.Text("venue"),
            Outcome = row.OneOf("outcome", "agreed", "terminated", "declined", "declined-duplicate", "transferred",
                "withdrawn"),
        };
    }

    private static DateTimeOffset Noon(DateOnly day) =>
        day == DateOnly.MinValue ? default : Calendar.StartOf(day).AddHours(12);

    private static Guid IdOf(string kind, string? key) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}\n{key}")).AsSpan(0, 16));
}

using System.Text.Json;
using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Contracts.Complaints.V1;
using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Contracts.Identity.V1;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Contracts.Routes.V1;
using Jingdezhen.Tourism.Metrics.Facts;
using Jingdezhen.Tourism.Metrics.Rollups;

namespace Jingdezhen.Tourism.Metrics.Imports;

/// <summary>
/// How a line of a file of events becomes what its message would have become: <c>{"id", "at", "type", "message"}</c>.
/// A simulated year comes this way, past the other services, who must not take it for the truth.
/// </summary>
internal static class EventKinds
{
    private static readonly Dictionary<string, Func<JsonElement, Origin, object>> Readers = new()
    {
        [nameof(BookingHeld)] = Of<BookingHeld>(RecordBookingsConsumer.Read),
        [nameof(BookingExpired)] = Of<BookingExpired>(RecordBookingsConsumer.Read),
        [nameof(BookingConfirmed)] = Of<BookingConfirmed>(RecordBookingsConsumer.Read),
        [nameof(BookingChanged)] = Of<BookingChanged>(RecordBookingsConsumer.Read),
        [nameof(BookingUnitsCancelled)] = Of<BookingUnitsCancelled>(RecordBookingsConsumer.Read),
        [nameof(BookingCancelled)] = Of<BookingCancelled>(RecordBookingsConsumer.Read),
        [nameof(TicketRedeemed)] = Of<TicketRedeemed>(RecordVisitsConsumer.Read),
        [nameof(StayConfirmed)] = Of<StayConfirmed>(RecordStaysConsumer.Read),
        [nameof(StayChanged)] = Of<StayChanged>(RecordStaysConsumer.Read),
        [nameof(StayCancelled)] = Of<StayCancelled>(RecordStaysConsumer.Read),
        [nameof(StayCheckedOut)] = Of<StayCheckedOut>(RecordStaysConsumer.Read),
        [nameof(CaseFiled)] = Of<CaseFiled>(RecordComplaintsConsumer.Read),
        [nameof(CaseAccepted)] = Of<CaseAccepted>(RecordComplaintsConsumer.Read),
        [nameof(CaseClosed)] = Of<CaseClosed>(RecordComplaintsConsumer.Read),
        [nameof(ClockBreached)] = Of<ClockBreached>(RecordComplaintsConsumer.Read),
        [nameof(CompensationApproved)] = Of<CompensationApproved>(RecordCompensationConsumer.Read),
        [nameof(CompensationPaid)] = Of<CompensationPaid>(RecordCompensationConsumer.Read),
        [nameof(RecourseOpened)] = Of<RecourseOpened>(RecordCompensationConsumer.Read),
        [nameof(RecourseSettled)] = Of<RecourseSettled>(RecordCompensationConsumer.Read),
        [nameof(SurveyOpened)] = Of<SurveyOpened>(RecordSurveysConsumer.Read),
        [nameof(SurveyAnswered)] = Of<SurveyAnswered>(RecordSurveysConsumer.Read),
        [nameof(RouteViewed)] = Of<RouteViewed>(RecordPlansConsumer.Read),
        [nameof(ItineraryPlanned)] = Of<ItineraryPlanned>(RecordPlansConsumer.Read),
        [nameof(ItineraryReplanned)] = Of<ItineraryReplanned>(RecordPlansConsumer.Read),
        [nameof(PaymentCaptured)] = Of<PaymentCaptured>(RecordPaymentsConsumer.Read),
        [nameof(RefundSettled)] = Of<RefundSettled>(RecordPaymentsConsumer.Read),
        [nameof(PayoutSettled)] = Of<PayoutSettled>(RecordPaymentsConsumer.Read),
        [nameof(ListingChanged)] = Of<ListingChanged>(RecordSupplyConsumer.Read),
        [nameof(MerchantJoined)] = Of<MerchantJoined>(RecordSupplyConsumer.Read),
        [nameof(MerchantChanged)] = Of<MerchantChanged>(RecordSupplyConsumer.Read),
        [nameof(RouteChanged)] = Of<RouteChanged>(RecordSupplyConsumer.Read),
        [nameof(AvailabilityChanged)] =
            (message, origin) => new ToldAvailability(Message<AvailabilityChanged>(message), origin.OccurredAt),
    };

    /// <summary>The fact, or the availability, of a line; null and what is wrong with it where it is none.</summary>
    public static (object? Event, string? Fault) Read(string line)
    {
        try
        {
            using var parsed = JsonDocument.Parse(line);
            var root = parsed.RootElement;
            var type = root.GetProperty("type").GetString() ?? "";
            if (!Readers.TryGetValue(type, out var read)) return (null, "no such type");

            var at = FactBook.Whole(root.GetProperty("at").GetDateTimeOffset());
            if (at.Year is < 2000 or >= 2100) return (null, "at lies between 2000 and 2100");

            var origin = new Origin(root.GetProperty("id").GetGuid(), at, Simulated: true);
            return (read(root.GetProperty("message"), origin), null);
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or FormatException
            or InvalidOperationException)
        {
            return (null, fault.Message);
        }
    }

    private static Func<JsonElement, Origin, object> Of<TMessage>(Func<TMessage, Origin, IFact> read) =>
        (message, origin) => read(Message<TMessage>(message), origin);

    private static TMessage Message<TMessage>(JsonElement message) =>
        message.Deserialize<TMessage>(JsonSerializerOptions.Web) ?? throw new JsonException("The message is null.");
}

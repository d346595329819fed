using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using System.Text.Json;
using Jingdezhen.Tourism.Bookings.Availability;
using Jingdezhen.Tourism.Bookings.Bookings;
using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Http;
using Jingdezhen.Tourism.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Orders;

/// <param name="Lines">Tickets and nights; those of the itinerary come before them.</param>
/// <param name="ItineraryId">An itinerary of Routes: its stops with a slot become ticket lines for its party.</param>
/// <param name="Travellers">Who travels, where the itinerary's own party is not enough: documents, for one.</param>
/// <param name="PayBy">How to pay: the payment is then asked for as soon as everything is held.</param>
/// <param name="HoldMinutes">How long there is to pay, 1 to 30; 15 when absent.</param>
/// <param name="Channel">app, web or mini-program.</param>
/// <param name="CountryOfResidence">ISO 3166-1 alpha-2.</param>
/// <param name="Group">A study tour.</param>
public sealed record PlaceOrderRequest(
    [MaxLength(50)] IReadOnlyList<OrderLineRequest>? Lines = null,
    Guid? ItineraryId = null,
    [MaxLength(200)] IReadOnlyList<OrderTravellerRequest>? Travellers = null,
    [AllowedValues("sandbox", "wechat-jsapi", "wechat-native", "alipay-page", "alipay-app", null)] string? PayBy = null,
    [Range(1, 30)] int? HoldMinutes = null,
    [AllowedValues("app", "web", "mini-program", null)] string? Channel = null,
    [StringLength(64)] string? Source = null,
    [StringLength(64)] string? Campaign = null,
    [RegularExpression("[A-Z]{2}")] string? CountryOfResidence = null,
    OrderContactRequest? Contact = null,
    OrderGroupRequest? Group = null);

/// <summary>Tickets of one slot (availabilityId, unitItems), or the nights of one room (roomId, arrival,
/// departure).</summary>
/// <param name="Departure">The day after the last night.</param>
public sealed record OrderLineRequest(
    Guid? AvailabilityId = null,
    [MinLength(1), MaxLength(200)] IReadOnlyList<OrderUnitRequest>? UnitItems = null,
    Guid? RoomId = null, DateOnly? Arrival = null, DateOnly? Departure = null,
    [Range(1, 50)] int Adults = 1, [Range(0, 50)] int Children = 0);

/// <param name="AgeBand">0-13, 14-17, 18-35, 36-59 or 60+.</param>
/// <param name="GuardianConsent">A guardian agrees to the use of a child's document.</param>
public sealed record OrderUnitRequest(
    Guid UnitId,
    [AllowedValues("0-13", "14-17", "18-35", "36-59", "60+", null)] string? AgeBand = null,
    OrderDocumentRequest? Identity = null, bool GuardianConsent = false);

/// <param name="Type">ADULT, CHILD, SENIOR … as the units of products have it.</param>
public sealed record OrderTravellerRequest(
    [Required, StringLength(20)] string Type,
    [AllowedValues("0-13", "14-17", "18-35", "36-59", "60+", null)] string? AgeBand = null,
    OrderDocumentRequest? Identity = null, bool GuardianConsent = false);

/// <param name="Type">resident-id or passport.</param>
public sealed record OrderDocumentRequest(
    [AllowedValues("resident-id", "passport")] string Type, [StringLength(20, MinimumLength = 5)] string Number);

public sealed record OrderContactRequest(
    [StringLength(80)] string? FullName = null, [StringLength(254), EmailAddress] string? Email = null,
    [StringLength(20), Phone] string? Phone = null, [StringLength(10)] string? Language = null);

/// <param name="HeadCount">How many travel, leaders included; the names may follow later.</param>
public sealed record OrderGroupRequest(
    [Required, StringLength(120, MinimumLength = 1)] string School, [Range(2, 1000)] int HeadCount,
        OrderContactRequest Leader);

/// <summary>
/// A whole trip in one call. The tickets are held here and now, all of them or none, in the transaction that makes the
/// order; the nights are asked for in the same one. The answer is 202: the order goes on by itself.
/// </summary>
internal static class PlaceOrder
{
    private const int DefaultMinutes = 15;
    private const int LongestMinutes = 30;

    public static async Task<IResult> Handle(
        HttpContext http, PlaceOrderRequest request, Admission admission, PersonalDataVault vault, TripReader trips,
        OrderTimes times, CatalogueCache catalogues, BookingsDb db, CancellationToken cancellation)
    {
        var key = Idempotency.KeyOf(http.Request);
        if (key.IsRefused) return key.Refusal.AsProblem(StatusCodes.Status400BadRequest);
        if (Check(request) is { } invalid) return invalid;

        var tickets = new List<(Guid SlotId, List<HoldUnit> Units)>();
        if (request.ItineraryId is { } itinerary)
        {
            var read = await trips.ReadAsync(itinerary, request.Travellers, http, cancellation);
            if (read.IsRefused) return AsResult(read.Refusal);
            tickets.AddRange(read.Value);
        }

        tickets.AddRange((request.Lines ?? []).Where(line => line.AvailabilityId is not null)
            .Select(line => (line.AvailabilityId!.Value, Seal(line.UnitItems!, vault))));
        var slotIds = tickets.ConvertAll(ticket => ticket.SlotId);
        var slots = await db.Slots.AsNoTracking().Where(slot => slotIds.Contains(slot.Id))
            .ToDictionaryAsync(slot => slot.Id, cancellation);
        if (tickets.FindIndex(ticket => !slots.ContainsKey(ticket.SlotId)) is >= 0 and var unknown)
        {
            return new Refusal("unknown-availability", $"There is no availability {tickets[unknown].SlotId} to book.")
                .AsProblem(StatusCodes.Status404NotFound);
        }

        var catalogue = await catalogues.GetAsync(cancellation);
        var asked = tickets.ConvertAll(ticket => new AskedTickets(
            ticket.SlotId, slots[ticket.SlotId].LocalDate, ticket.Units,
            VisitorsOf(ticket.Units, catalogue.Options[slots[ticket.SlotId].OptionId].Option)));
        if (request.Group?.HeadCount is { } heads && asked.Find(line => line.Visitors > heads) is { } crowd)
        {
            return new Refusal("heads-mismatch", $"{crowd.Visitors} tickets for a group of {heads} heads.").AsProblem();
        }

        var entry = Entry(http.User, key.Value, HashOf(http.Request, request), request, asked, times, vault);
        return Answer(await admission.HoldAsync(entry));
    }

    private static ProblemHttpResult? Check(PlaceOrderRequest request)
    {
        var lines = request.Lines ?? [];
        if (lines.Count == 0 && request.ItineraryId is null) return Problems.Invalid(
            "lines", "Name lines or an itineraryId.");
        foreach (var line in lines)
        {
            var isTicket = line is { AvailabilityId: not null, UnitItems: not null, RoomId: null }
                && !line.UnitItems.Contains(null!);
            var isStay = line is { AvailabilityId: null, RoomId: not null, Arrival: not null, Departure: not null }
                && line.Departure > line.Arrival;
            if (!isTicket && !isStay)
            {
                return Problems.Invalid(
                    "lines", "Each line has availabilityId and unitItems, or roomId, arrival and departure.");
            }
        }

        if (request.Travellers?.Contains(null!) == true)
        {
            return Problems.Invalid("travellers", "A traveller is not null.");
        }

        if (request.Group is { } group
            && (string.IsNullOrWhiteSpace(group.Leader?.FullName) || string.IsNullOrWhiteSpace(group.Leader.Phone)))
        {
            return Problems.Invalid("group.leader", "A group names who leads it, with a phone number.");
        }

        var documents = lines.SelectMany(line => line.UnitItems ?? []).Select(unit => unit.Identity)
            .Concat((request.Travellers ?? []).Select(traveller => traveller.Identity));
        return documents.Any(
            document => document is not null && !IdentityDocuments.IsValid(document.Type, document.Number))
            ? Problems.Invalid(
                "identity.number", "The number is no resident ID with a correct check digit, and no passport number.")
            : null;
    }

    private static List<HoldUnit> Seal(IReadOnlyList<OrderUnitRequest> units, PersonalDataVault vault) =>
        [.. units.Select(
            unit => new HoldUnit(unit.UnitId, unit.AgeBand, Seal(unit.Identity, vault), unit.GuardianConsent))];

    public static IdentityDocument? Seal(OrderDocumentRequest? document, PersonalDataVault vault) =>
        document is null ? null : IdentityDocuments.Seal(document.Type, document.Number, vault);

    private sealed record AskedTickets(Guid SlotId, DateOnly Day, List<HoldUnit> Units, int Visitors);

    private static int VisitorsOf(List<HoldUnit> units, Option option) =>
        units.Sum(asked => option.Units.Find(unit => unit.Id == asked.UnitId)?.PaxCount ?? 0);

    /// <summary>Over what was asked, not over how it was spelled.</summary>
    private static byte[] HashOf(HttpRequest http, PlaceOrderRequest request) =>
        Idempotency.HashOf(http, JsonSerializer.SerializeToUtf8Bytes(request, JsonSerializerOptions.Web));

    private static HoldTogether Entry(
        ClaimsPrincipal user, string key, byte[] hash, PlaceOrderRequest request, List<AskedTickets> tickets,
        OrderTimes times, PersonalDataVault vault)
    {
        var (orderId, account, caller) = (Guid.CreateVersion7(), user.AccountId(), Idempotency.CallerOf(user));
        var contact = request.Contact is null ? null
            : JsonSerializer.Serialize(request.Contact, JsonSerializerOptions.Web);
        var payIn = TimeSpan.FromMinutes(request.HoldMinutes ?? DefaultMinutes);
        var holds = tickets.ConvertAll(ticket => new HoldRequest
        {
            Caller = caller,
            Key = key,
            RequestHash = hash,
            OrderId = orderId,
            SlotId = ticket.SlotId,
            Units = ticket.Units,
            HoldLength = payIn + times.Grace,
            Channel = request.Channel ?? Channels.App,
            Source = request.Source,
            Campaign = request.Campaign,
            CountryOfResidence = request.CountryOfResidence,
            AccountId = account,
            GuestKey = vault.GuestKey(request.Contact?.Phone ?? account.ToString()),
            Contact = contact,
            Answer = static (_, _) => "",
        });
        var nights = (request.Lines ?? []).Where(line => line.RoomId is not null)
            .Select(line => (Id: Guid.CreateVersion7(), Line: line)).ToList();
        return new(caller, key, hash, holds, (bookings, refused, now) =>
        {
            var order = new Order
            {
                Id = orderId,
                ResellerId = null,
                Channel = request.Channel ?? Channels.App,
                Source = request.Source,
                Campaign = request.Campaign,
                ItineraryId = request.ItineraryId,
                LongestUntil = now.AddMinutes(LongestMinutes),
                CreatedAt = now,
                School = request.Group?.School,
                HeadCount = request.Group?.HeadCount,
                Times = times,
                Lines = [
                    .. holds.Select((hold, position) => OrderLine.OfTickets(
                        orderId, position, hold.BookingId, hold.SlotId, tickets[position].Day,
                            tickets[position].Visitors)),
                    .. nights.Select((night, index) => OrderLine.OfNights(
                        orderId, holds.Count + index, night.Id, night.Line.RoomId!.Value, night.Line.Arrival!.Value,
                        night.Line.Departure!.Value, night.Line.Adults, night.Line.Children)),
                ],
            };
            order.BelongTo(account, request.Group is null
                ? null : JsonSerializer.Serialize(request.Group.Leader, JsonSerializerOptions.Web));
            order.Begin(
                now + payIn, request.PayBy, bookings.ToDictionary(booking => booking.Id, booking => booking.PriceFen),
                refused is var (index, why) ? (order.Lines[index], why) : null, now);
            var answer = JsonSerializer.Serialize(order.AsResponse(), JsonSerializerOptions.Web);
            return new(
                $"/v1/orders/{orderId}", answer, batch => OrderRows.AddTo(batch, order),
                order.Asks.ConvertAll(ask => OrderNews.Of(order, ask)));
        });
    }

    private static IResult Answer(HoldOutcome outcome) => outcome switch
    {
        HoldOutcome.Settled settled => Accepted(settled.Answer),
        HoldOutcome.Replayed replayed => Accepted(replayed.Answer),
        HoldOutcome.Refused refused => AsResult(refused.Refusal, refused.Status),
        _ => throw new InvalidOperationException(),
    };

    /// <summary>The stored answer as it is: first answer and replay are the same bytes.</summary>
    private static Accepted<JsonElement> Accepted(string answer)
    {
        var order = JsonSerializer.Deserialize<JsonElement>(answer);
        return TypedResults.Accepted($"/v1/orders/{order.GetProperty("id").GetString()}", order);
    }

    private static ProblemHttpResult AsResult(Refusal refusal, int? status = null) =>
        refusal.AsProblem(status ?? refusal.Code switch
    {
        "unknown-itinerary" => StatusCodes.Status404NotFound,
        "routes-silent" => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status409Conflict,
    });
}

using System.Net;
using System.Text.Json;
using Jingdezhen.Tourism.Bookings.Availability;
using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Security;
using Microsoft.EntityFrameworkCore;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Jingdezhen.Tourism.Bookings.Orders;

/// <summary>
/// Reads an itinerary of Routes, in its owner's name and only to read: each stop that has a slot and no
/// booking yet becomes tickets for the party.
/// </summary>
internal sealed class TripReader(
    IHttpClientFactory clients, BookingsDb db, CatalogueCache catalogues, PersonalDataVault vault)
{
    public const string Client = "Routes";

    private static readonly Refusal Unknown = new("unknown-itinerary", "There is no such itinerary.");
    private static readonly Refusal Silent = new("routes-silent", "The itinerary cannot be read at the moment.");
    private static readonly Refusal Nothing = new("nothing-to-book", "No stop of the itinerary has tickets to book.");

    private sealed record Itinerary(Wishes? Wishes, Plan Plan);

    private sealed record Wishes(Party? Party);

    private sealed record Party(int Adults = 1, int Children = 0, int Seniors = 0);

    private sealed record Plan(IReadOnlyList<Day> Days, Party? Party = null);

    private sealed record Day(IReadOnlyList<Stop> Stops);

    private sealed record Stop(Guid? AvailabilityId, Guid? BookingId);

    public async Task<Decision<List<(Guid SlotId, List<HoldUnit> Units)>>> ReadAsync(
        Guid id, IReadOnlyList<OrderTravellerRequest>? travellers, HttpContext http, CancellationToken cancellation)
    {
        var read = await FetchAsync(id, http, cancellation);
        if (read.IsRefused) return read.Refusal;

        var slots = read.Value.Plan.Days.SelectMany(day => day.Stops)
            .Where(stop => stop is { AvailabilityId: not null, BookingId: null })
            .Select(stop => stop.AvailabilityId!.Value).Distinct().ToList();
        var options = await db.Slots.Where(slot => slots.Contains(slot.Id))
            .ToDictionaryAsync(slot => slot.Id, slot => slot.OptionId, cancellation);
        if (options.Count == 0) return Nothing;

        var catalogue = await catalogues.GetAsync(cancellation);
        var party = travellers is { Count: > 0 } ? travellers : TravellersOf(
            read.Value.Wishes?.Party ?? read.Value.Plan.Party ?? new());
        return slots.Where(options.ContainsKey)
            .Select(slot => (slot, UnitsFor(party, catalogue.Options[options[slot]].Option))).ToList();
    }

    private async Task<Decision<Itinerary>> FetchAsync(Guid id, HttpContext http, CancellationToken cancellation)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/itineraries/{id}");
            request.Headers.TryAddWithoutValidation("Authorization", http.Request.Headers.Authorization.ToString());
            using var answer = await clients.CreateClient(Client).SendAsync(request, cancellation);
            if (answer.StatusCode == HttpStatusCode.NotFound) return Unknown;
            if (!answer.IsSuccessStatusCode) return Silent;

            return (await answer.Content.ReadFromJsonAsync<Itinerary>(JsonSerializerOptions.Web, cancellation))!;
        }
        catch (Exception fault) when (
            fault is HttpRequestException or TimeoutRejectedException or BrokenCircuitException)
        {
            return Silent;
        }
    }

    private static List<OrderTravellerRequest> TravellersOf(Party party) =>
    [
        .. Enumerable.Repeat(new OrderTravellerRequest("ADULT"), party.Adults),
        .. Enumerable.Repeat(new OrderTravellerRequest("CHILD"), party.Children),
        .. Enumerable.Repeat(new OrderTravellerRequest("SENIOR"), party.Seniors),
    ];

    /// <summary>The unit of each traveller's kind; whoever has none of their own goes as an adult.</summary>
    private List<HoldUnit> UnitsFor(IReadOnlyList<OrderTravellerRequest> party, Option option)
    {
        var adult = option.Units.Find(unit => unit.Type == "ADULT") ?? option.Units[0];
        return [.. party.Select(traveller => new HoldUnit(
            (option.Units.Find(unit => unit.Type == traveller.Type) ?? adult).Id, traveller.AgeBand,
            PlaceOrder.Seal(traveller.Identity, vault), traveller.GuardianConsent))];
    }
}

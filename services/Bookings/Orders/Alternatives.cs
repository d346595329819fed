using System.Globalization;
using System.Text.Json;
using Jingdezhen.Tourism.Bookings.Availability;
using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Bookings.Storage;
using Microsoft.EntityFrameworkCore;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Jingdezhen.Tourism.Bookings.Orders;

/// <summary>What there is near in time instead of a line that could not be had; as of now, and only a hint.</summary>
internal sealed class Alternatives(BookingsDb db, CatalogueCache catalogues, IHttpClientFactory clients)
{
    public const string Client = "Homestays";
    private const int Most = 5;
    private const int Days = 3;
    private static readonly int[] Shifts = [0, 1, -1];

    // A hint is worth a second and no more: the order's own answer waits for it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private sealed record Found(IReadOnlyList<Homestay> Items);

    private sealed record Homestay(Room Room, long TotalFen);

    private sealed record Room(Guid Id);

    public async Task<IReadOnlyList<OrderAlternativeResponse>> OfAsync(Order order, CancellationToken cancellation)
    {
        if (order.Lines.Find(line => line.Id == order.FailedLineId) is not { } line) return [];

        return line.Kind == OrderLine.Ticket
            ? await SlotsAsync(line, cancellation)
            : await NightsAsync(line, cancellation);
    }

    private async Task<IReadOnlyList<OrderAlternativeResponse>> SlotsAsync(
        OrderLine line, CancellationToken cancellation)
    {
        var wanted = await db.Slots.AsNoTracking().SingleAsync(slot => slot.Id == line.SlotId, cancellation);
        var (product, _) = (await catalogues.GetAsync(cancellation)).Options[wanted.OptionId];
        var slots = await db.SlotsAsync(
            [.. product.Options.Select(option => option.Id)], wanted.LocalDate.AddDays(-Days),
                wanted.LocalDate.AddDays(Days),
            limit: 500, cancellation);
        return [.. slots
            .Where(slot =>
                slot is { Closed: false, PastCutoff: false } && slot.Vacancies >= line.Persons
                && slot.Id != line.SlotId)
            .OrderBy(slot => (slot.StartsAt - wanted.StartsAt).Duration()).Take(Most)
            .Select(slot => new OrderAlternativeResponse(
                slot.Id, null, slot.LocalDate, null, slot.StartsAt, slot.Vacancies, null))];
    }

    /// <summary>Other rooms for the same nights, then a day later and earlier; nothing when Homestays is
    /// silent.</summary>
    private async Task<IReadOnlyList<OrderAlternativeResponse>> NightsAsync(
        OrderLine line, CancellationToken cancellation)
    {
        var found = new List<OrderAlternativeResponse>();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        foreach (var shift in Shifts)
        {
            if (found.Count >= Most) break;

            var (arrival, departure) = (line.Day.AddDays(shift), line.Departure!.Value.AddDays(shift));
            var nights = string.Create(
                CultureInfo.InvariantCulture, $"arrival={arrival:yyyy-MM-dd}&departure={departure:yyyy-MM-dd}");
            var party = $"adults={line.Persons}&children={line.Children}";
            var asked = $"/v1/homestays?{nights}&{party}&instantBook=true&limit={Most}";
            try
            {
                using var answer = await clients.CreateClient(Client)
                    .GetAsync(new Uri(asked, UriKind.Relative), patience.Token);
                if (!answer.IsSuccessStatusCode) continue;

                var page = await answer.Content.ReadFromJsonAsync<Found>(JsonSerializerOptions.Web, patience.Token);
                found.AddRange(page!.Items.Select(home => new OrderAlternativeResponse(
                    null, home.Room.Id, arrival, departure, null, null, home.TotalFen)));
            }
            catch (Exception fault) when (!cancellation.IsCancellationRequested && fault is HttpRequestException
                or TimeoutRejectedException or BrokenCircuitException or OperationCanceledException)
            {
                return found;
            }
        }

        return [.. found.Take(Most)];
    }
}

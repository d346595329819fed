using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Bookings.Availability;

/// <summary>A slot that may be booked. Times in UTC; vacancies are visitors, true at the moment of the
/// answer.</summary>
/// <param name="Status">AVAILABLE, LIMITED (under half left), SOLD_OUT or CLOSED.</param>
public sealed record AvailabilityResponse(
    Guid Id, Guid ProductId, Guid OptionId, DateOnly LocalDate, DateTimeOffset StartsAt, DateTimeOffset EndsAt,
    DateTimeOffset CutoffAt, string Status, int Capacity, int Vacancies);

internal static class FindAvailability
{
    private const int LongestDays = 31;

    /// <summary>The slots of a product over some days, the earliest first; a week from today when no days are
    /// given.</summary>
    public static async Task<Results<Ok<List<AvailabilityResponse>>, NotFound, ProblemHttpResult>> Handle(
        Guid productId, DateOnly? from, DateOnly? to, int? limit, BookingsDb db, CatalogueCache catalogues,
        TimeProvider clock, CancellationToken cancellation)
    {
        var first = from ?? BusinessTime.DayOf(clock.GetUtcNow());
        var last = to ?? first.AddDays(6);
        if (last < first) return Problems.Invalid("to", "Not before from.");
        if (last.DayNumber - first.DayNumber >= LongestDays)
        {
            return Problems.Invalid("to", $"At most {LongestDays} days at once.");
        }

        if (limit is < 1 or > 100) return Problems.Invalid("limit", "Between 1 and 100.");

        var catalogue = await catalogues.GetAsync(cancellation);
        if (!catalogue.Products.TryGetValue(productId, out var product)) return TypedResults.NotFound();

        var onSale = catalogue.IsOnSale(product);
        var slots = await db.SlotsAsync(
            [.. product.Options.Select(option => option.Id)], first, last, limit ?? 100, cancellation);
        return TypedResults.Ok(slots.ConvertAll(slot => new AvailabilityResponse(
            slot.Id, slot.ProductId, slot.OptionId, slot.LocalDate, slot.StartsAt, slot.EndsAt, slot.CutoffAt,
            SlotView.StatusOf(slot.Closed || slot.PastCutoff || !onSale, slot.Capacity, slot.Vacancies), slot.Capacity,
            slot.Vacancies)));
    }
}

using System.Globalization;
using System.Text.Json;
using Jingdezhen.Tourism.Testing;

namespace Jingdezhen.Tourism.EndToEnd.Tests;

/// <summary>A slot of a product as the app found it.</summary>
internal sealed record Offer(string Slot, string Adult)
{
    /// <summary>The first open slot of the coming week.</summary>
    public static async Task<Offer> FindAsync(HttpClient app, string text)
    {
        var found = await app.FetchAsync($"v1/products?text={Uri.EscapeDataString(text)}");
        var id = found[0].Text("id");
        var product = await app.FetchAsync($"v1/products/{id}");
        var adult = product.GetProperty("options")[0].GetProperty("units").EnumerateArray()
            .Single(unit => unit.Text("type") == "ADULT").Text("id");
        var today = TimeProvider.System.GetUtcNow();
        string Day(int ahead) => today.AddDays(ahead).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var slots = await app.FetchAsync($"v1/availability?productId={id}&from={Day(2)}&to={Day(8)}");
        return new(slots.EnumerateArray().First(slot => slot.Text("status") == "AVAILABLE").Text("id"), adult);
    }

    public Task<JsonElement> HoldAsync(HttpClient app, int visitors) => app.SubmitAsync("v1/bookings", new
    {
        availabilityId = Slot, source = "journey",
        unitItems = Enumerable.Range(0, visitors).Select(_ => new { unitId = Adult, ageBand = "18-35" }),
    });
}

/// <summary>How the demo's money moves.</summary>
internal static class Till
{
    /// <summary>Asks for the payment as the app does, and approves it at the sandbox's desk.</summary>
    public static async Task PayAsync(HttpClient app, JsonElement booking)
    {
        var asked = await app.SubmitAsync($"v1/bookings/{booking.Text("id")}/payments", new { method = "sandbox" });
        var payment = await Eventually.Holds(
            () => app.TryFetchAsync(asked.Text("payAt").TrimStart('/')),
            shown => shown?.GetProperty("payWith").ValueKind == JsonValueKind.Object);
        await app.SubmitAsync(payment!.Value.GetProperty("payWith").Text("approve").TrimStart('/'), new { });
    }
}

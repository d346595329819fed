using System.Net.Http.Json;
using Jingdezhen.Tourism.Bookings.Orders;
using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Tests.Orders;

/// <summary>The requests and the other services' answers that order tests begin with.</summary>
internal static class Trip
{
    public static object Tickets(Offer offer, int adults = 2) =>
        new { availabilityId = offer.Slot.Id, unitItems = BookingsFixture.Units(offer, adults) };

    public static object Nights(Guid room, int nights = 2, int from = 3) =>
        new { roomId = room, arrival = Day(from), departure = Day(from + nights), adults = 2 };

    public static DateOnly Day(int from) => DateOnly.FromDateTime(Given.Now.AddHours(8).Date).AddDays(from);

    public static Task<HttpResponseMessage> Post(
        HttpClient http, object[] lines, string? key = null, string? payBy = null) =>
        BookingsFixture.Post(
            http, "/v1/orders", new { lines, payBy, source = "test" }, key ?? Guid.CreateVersion7().ToString());

    public static async Task<OrderResponse> Place(HttpClient http, params object[] lines)
    {
        using var answer = await Post(http, lines);
        Assert.True((int)answer.StatusCode == 202, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<OrderResponse>())!;
    }

    public static async Task<OrderResponse> Show(HttpClient http, Guid order, int wait = 0) =>
        (await http.GetFromJsonAsync<OrderResponse>(new Uri($"/v1/orders/{order}?wait={wait}", UriKind.Relative)))!;

    public static async Task<OrderPaymentResponse> AskToPay(HttpClient http, Guid order)
    {
        using var answer = await BookingsFixture.Post(
            http, $"/v1/orders/{order}/payments", new { method = "sandbox" }, Guid.CreateVersion7().ToString());
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<OrderPaymentResponse>())!;
    }

    public static StayHeld Held(OrderResponse order, int stay = 0, long priceFen = 60_000)
    {
        var line = Stay(order, stay);
        return new(
            line.Id, order.Id, Guid.CreateVersion7(), line.RoomId!.Value, Guid.CreateVersion7(), line.Day,
                line.Departure!.Value,
            priceFen, "CNY", Given.Now.AddMinutes(35));
    }

    public static StayRefused Refused(OrderResponse order, int stay = 0, string code = "nights-taken") =>
        new(Stay(order, stay).Id, order.Id, Stay(order, stay).RoomId!.Value, code, "No.");

    public static StayConfirmed Confirmed(OrderResponse order, int stay = 0)
    {
        var line = Stay(order, stay);
        return new(
            line.Id, order.Id, null, Guid.CreateVersion7(), line.RoomId!.Value, Guid.CreateVersion7(),
                Guid.CreateVersion7(),
            null, "Fuliang", true, line.Day, line.Departure!.Value, 2, "app", null, null, null, null, line.PriceFen,
                "CNY",
            "payment");
    }

    public static StayReleased Released(OrderResponse order, int stay = 0) =>
        new(Stay(order, stay).Id, order.Id, Stay(order, stay).RoomId!.Value, "released");

    public static StayCancelled Cancelled(OrderResponse order, long refundFen, int stay = 0) => new(
        Stay(order, stay).Id, order.Id, Guid.CreateVersion7(), Stay(order, stay).RoomId!.Value, Guid.CreateVersion7(),
            Given.Now,
        "PARTIAL", refundFen, "cancelled");

    public static PaymentCaptured Captured(OrderResponse order, OrderPaymentResponse payment, long? fen = null) => new(
        Guid.CreateVersion7(), payment.Key, "order", order.Id, fen ?? payment.AmountFen, "CNY", payment.Method,
            Given.Now,
        Late: false);

    public static RefundSettled Settled(RequestRefund asked) => new(
        Guid.CreateVersion7(), asked.Key, Guid.CreateVersion7(), asked.PaymentKey, "order", asked.SubjectId,
            asked.AmountFen,
        "CNY", Given.Now);

    public static RefundFailed Failed(RequestRefund asked) =>
        new(asked.Key, asked.PaymentKey, "order", asked.SubjectId, asked.AmountFen, "account closed");

    /// <summary>Lets an order's time run out, and that of its refunds that wait: the deadlines move, the database's
    /// clock does not.</summary>
    public static Task<int> RunOut(BookingsFixture bookings, Guid order) => bookings.Read(
        db => db.Database.ExecuteSqlAsync(
            $"""
            WITH refunds AS (
                UPDATE order_refunds SET ask_again_at = now() - interval '1 second'
                WHERE order_id = {order} AND ask_again_at IS NOT NULL)
            UPDATE orders SET act_at = now() - interval '1 second' WHERE id = {order}
            """));

    private static OrderLineResponse Stay(OrderResponse order, int stay) =>
        order.Lines.Where(line => line.Kind == "stay").ElementAt(stay);
}

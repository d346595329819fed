using System.Collections.Concurrent;
using Jingdezhen.Tourism.Bookings.Bookings;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Testing;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Jingdezhen.Tourism.Bookings.Tests.Bookings;

/// <summary>Kill -9 between a capture and its confirmation.</summary>
public sealed class PayBookingCrashTests(BookingsFixture bookings) : IClassFixture<BookingsFixture>
{
    private const int Payers = 60;

    [Fact]
    public async Task Every_capture_confirms_its_booking_once_though_a_process_is_killed_midway()
    {
        var offer = await bookings.Sell(Given.Offer(capacity: Payers));
        using var tourist = bookings.As("tourist");
        var captures = new List<PaymentCaptured>();
        for (var payer = 0; payer < Payers; payer++)
        {
            var held = await BookingsFixture.Booked(BookingsFixture.Hold(tourist, offer));
            captures.Add(BookingsFixture.Captured(held.Id, await BookingsFixture.AskToPay(tourist, held.Id)));
        }

        var told = new ConcurrentDictionary<Guid, ConcurrentDictionary<Guid, int>>();
        var bus = bookings.Services.GetRequiredService<IBus>();
        var probe = bookings.Services.GetRequiredService<IBusControl>().ConnectReceiveEndpoint(
            "probe", endpoint => endpoint.Handler<BookingConfirmed>(context =>
            {
                told.GetOrAdd(context.Message.BookingId, _ => new())[context.MessageId!.Value] = 1;
                return Task.CompletedTask;
            }));
        await probe.Ready;
        await using var doomed = await ServiceProcess.StartAsync(typeof(BookingsDb), bookings.ProcessSettings);

        var publishing = Task.WhenAll(captures.SelectMany(captured => new[] { captured, captured })
            .Select(captured => bus.Publish(captured)));
        await Eventually.Holds(() => ConfirmedAsync(offer), confirmed => confirmed >= 5);
        doomed.Kill();
        await publishing;

        await Eventually.Equal(Payers, () => ConfirmedAsync(offer));
        await Eventually.Equal(Payers, () => Task.FromResult(told.Count));
        Assert.All(told.Values, messages => Assert.Single(messages));
        Assert.Equal((Payers, Payers), await bookings.Places(offer));
        Assert.Equal(0, await bookings.Read(db => db.BookingRefunds.CountAsync()));
    }

    private Task<int> ConfirmedAsync(Offer offer) => bookings.Read(db =>
        db.Bookings.CountAsync(b => b.SlotId == offer.Slot.Id && b.Status == BookingStatus.Confirmed));
}

using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Contracts.Complaints.V1;
using Jingdezhen.Tourism.Contracts.Homestays.V1;

namespace Jingdezhen.Tourism.Simulation;

/// <summary>Guests: what they book, when they come, where they sleep.</summary>
public sealed partial class Year
{
    private static readonly string[] OnlineChannels = ["app", "app", "web", "mini-program", "mini-program", "ota"];
    private static readonly string[] Foreign = ["JP", "KR", "FR", "US"];
    private static readonly string[] Near = ["HK", "MO", "TW"];
    private int _guests;

    /// <summary>What the bookings and stays of one party have in common.</summary>
    private sealed record Party(string? Guest, string? Country, string? Source, string? Campaign, bool Aged);

    private void Trip(DateOnly day)
    {
        // Some come back, and of some nobody knows who they were.
        var guest = Chance(0.15) && _guests > 0 ? $"g{_random.Next(_guests)}" : $"g{_guests++}";
        var party = new Party(Chance(0.9) ? guest : null, Country(), Source(), Campaign(), Chance(0.8));
        var nights = Chance(0.25) ? 0 : Pick(1, 2, 2, 3, 3, 4);
        if (nights > 0) Sleep(party with { Guest = guest }, day, nights);
        for (var date = day; date <= day.AddDays(Math.Min(nights, 2)); date = date.AddDays(1))
        {
            if (nights == 0 || Chance(0.6)) Book(party, date);
        }
    }

    private string? Country() => !Chance(0.75) ? null
        : _random.NextDouble() switch { < 0.015 => Pick(Foreign), < 0.045 => Pick(Near), _ => "CN" };

    private void Book(Party party, DateOnly slotDay)
    {
        var product = Pick(_products);
        var slot = SlotOf(product, slotDay, Pick(product.Hours));
        var day = Before(slotDay, _random.Next(0, 25));
        var isGroup = product.Kind == "study-tour";
        var visitors = isGroup ? _random.Next(20, 41) : _random.Next(1, 6);
        var channel = Chance(0.94) ? Pick(OnlineChannels) : "counter";
        var authority = channel switch { "counter" => "counter", "ota" => "on-account", _ => "payment" };
        var (id, at, fen) = (NewId(), At(day), product.Fen * visitors);
        var startsAt = StartOf(slot);

        // Of a group nobody asks the ages.
        var bands = Enumerable.Range(0, visitors).Select(_ => party.Aged && !isGroup ? Band() : null).ToList();
        var ages = bands.OfType<string>().CountBy(band => band).ToDictionary();
        Hold(at.AddMinutes(-5), id, visitors, fen);
        Tell(at, new BookingConfirmed(
            id, null, null, product.Id, product.Id, slot.Id, product.Merchant, product.Venue, product.County,
            product.Kind, product.Night, channel, party.Source, party.Campaign, party.Guest, party.Country, ages,
            visitors, visitors, fen, "CNY", authority, startsAt, startsAt.AddHours(1), at.AddMinutes(-5)));
        if (authority == "payment") Capture(at, "booking", id, fen);
        if (Chance(0.3))
        {
            var expired = NewId();
            Hold(at, expired, 2, product.Fen * 2);
            Tell(at.AddMinutes(15), new BookingExpired(
                expired, null, product.Id, slot.Id, product.Merchant, channel, party.Source, party.Campaign, 2,
                at.AddMinutes(15)));
        }

        var (takenOut, unitsRefund) = !isGroup && visitors > 1 && Chance(0.08) ? CancelOne() : (0, 0);
        var refund = Chance(0.09) ? Pick("FULL", "FULL", "PARTIAL", "NONE") : null;
        var left = fen - unitsRefund;
        var refundFen = refund switch { "FULL" => left, "PARTIAL" => left / 3, _ => 0L };
        if (refund is not null)
        {
            Tell(at.AddHours(1), new BookingCancelled(
                id, null, product.Id, slot.Id, product.Merchant, at, refund, refundFen, visitors - takenOut, "wish"));
            GiveBack(at.AddHours(1), "booking", id, refundFen);
        }

        Bookings.Add(new(
            at, 1, channel, product.Kind, product.Venue, product.County, product.Night, party.Source, party.Campaign,
            party.Guest, visitors, fen, slot, refund, refundFen, takenOut, unitsRefund));
        if (refund is null && Chance(0.95)) Enter();

        void Hold(DateTimeOffset when, Guid booking, int people, long price)
        {
            Holds.Add(new(DayOf(when), party.Source, party.Campaign));
            Tell(when, new BookingHeld(
                booking, null, product.Id, slot.Id, product.Merchant, product.Venue, channel, party.Source,
                party.Campaign, people, price, startsAt, when.AddMinutes(15)));
        }

        (int TakenOut, long RefundFen) CancelOne()
        {
            var full = Chance(0.7);
            var back = full ? product.Fen : product.Fen / 2;
            var gone = bands[^1] is { } band ? new Dictionary<string, int> { [band] = 1 } : [];
            Tell(at.AddMinutes(30), new BookingUnitsCancelled(
                id, product.Id, slot.Id, product.Merchant, at, full ? "FULL" : "PARTIAL", back, 1, 1, visitors - 1,
                gone));
            GiveBack(at.AddMinutes(30), "booking", id, back);
            return (full ? 1 : 0, back);
        }

        void Enter()
        {
            var people = isGroup ? visitors : 1;
            for (var one = 0; one + people <= visitors - takenOut; one += people)
            {
                Pass(bands[one], reEntry: false);
                if (Chance(0.05)) Pass(bands[one], reEntry: true);
            }

            if (product.Kind == "vr" && Chance(0.2)) Ask(slotDay, product);

            void Pass(string? band, bool reEntry)
            {
                if (!reEntry)
                {
                    Visits.Add(new(
                        slotDay, product.Venue, product.County, channel, party.Source, party.Campaign, party.Guest,
                        party.Country, band, people, slot));
                }

                Tell(startsAt.AddMinutes(reEntry ? 70 : 10), new TicketRedeemed(
                    id, NewId(), product.Id, slot.Id, product.Merchant, product.Venue, product.County, product.Kind,
                    channel, party.Source, party.Campaign, party.Guest, party.Country, band, people, reEntry,
                    startsAt));
            }
        }
    }

    private string Band() => _random.NextDouble() switch
    {
        < 0.85 => "18-35", < 0.93 => "36-59", < 0.96 => "60+", < 0.985 => "0-13", _ => "14-17",
    };

    /// <summary>One chain of nights, now and then in two houses, now and then moved or cancelled.</summary>
    private void Sleep(Party party, DateOnly arrival, int nights)
    {
        var first = nights > 1 && Chance(0.2) ? nights - 1 : nights;
        Stay(party, arrival, first);
        if (first < nights) Stay(party, arrival.AddDays(first), nights - first);
    }

    private void Stay(Party party, DateOnly arrival, int nights)
    {
        var listing = Pick(Listings);
        var (id, room) = (NewId(), NewId());
        var at = At(Before(arrival, _random.Next(0, 40)));
        var fen = 30_000L * nights;
        var (host, village) = (fen * 80 / 100, fen * 5 / 100);
        var refund = Chance(0.08) ? Pick("FULL", "PARTIAL", "NONE") : null;
        var refundFen = refund switch { "FULL" => fen, "PARTIAL" => fen / 2, _ => 0L };
        var moved = Chance(0.05);
        var (booked, bookedFen) = moved ? (nights + 1, fen + 30_000) : (nights, fen);
        Tell(at, new StayConfirmed(
            id, null, null, listing.Id, room, listing.Merchant, listing.Household, listing.Village, listing.County,
            ResidentRun: true, arrival, arrival.AddDays(booked), 2, "app", party.Source, party.Campaign,
            party.Guest, party.Country, bookedFen, "CNY", "payment"));
        Capture(at, "stay", id, bookedFen);
        if (moved)
        {
            Tell(at.AddHours(1), new StayChanged(
                id, null, listing.Id, room, listing.Merchant, arrival, arrival.AddDays(nights), fen, 30_000,
                Confirmed: true));
            GiveBack(at.AddHours(1), "stay", id, 30_000);
        }

        if (refund is not null)
        {
            Tell(at.AddHours(2), new StayCancelled(
                id, null, listing.Id, room, listing.Merchant, at, refund, refundFen, "wish"));
            GiveBack(at.AddHours(2), "stay", id, refundFen);
        }
        else
        {
            Tell(At(arrival.AddDays(nights), 8, 12), new StayCheckedOut(
                id, null, listing.Id, listing.Merchant, listing.Household, listing.Village, listing.County,
                ResidentRun: true, arrival, arrival.AddDays(nights), nights, 2, party.Guest, party.Country, fen, host,
                fen - host - village, village));
        }

        Stays.Add(new(
            at, party.Guest!, listing, party.Source, party.Campaign, arrival, nights, fen, host, village, refund,
            refundFen));
    }

    private void Ask(DateOnly day, Product? product)
    {
        var (survey, about, kind) = (NewId(), product is null ? "case" : "experience", product?.Kind);
        var opened = At(day, 21, 23);
        var glad = product is null ? 0.885 : 0.96;
        int? score = Chance(0.75) ? (Chance(glad) ? Pick(5, 5, 4) : Pick(3, 2, 1)) : null;
        Surveys.Add(new(day, score, product));
        Tell(opened, new SurveyOpened(survey, about, NewId(), product?.Merchant, product?.Id, kind, product?.County));
        if (score is not { } given) return;
        Tell(opened.AddDays(2), new SurveyAnswered(
            survey, about, NewId(), product?.Merchant, product?.Id, kind, product?.County, given, opened));
    }
}

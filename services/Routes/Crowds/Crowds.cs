using System.Collections.Frozen;
using Jingdezhen.Tourism.Routes.Places;
using Jingdezhen.Tourism.Routes.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;

namespace Jingdezhen.Tourism.Routes.Crowds;

/// <summary>What is booked and how full it is on one day, by venue.</summary>
internal sealed class CrowdedDay(DateOnly date, IEnumerable<Slot> slots, IEnumerable<HourOfVisits> hours)
{
    private const int HoursInDay = 24;

    private readonly FrozenDictionary<string, Slot[]> slots = slots.GroupBy(slot => slot.VenueId)
        .ToFrozenDictionary(venue => venue.Key, venue => venue.OrderBy(slot => slot.StartsAt).ToArray());

    private readonly FrozenDictionary<string, HourOfVisits[]> hours = hours.GroupBy(hour => hour.VenueId)
        .ToFrozenDictionary(venue => venue.Key, venue => venue.ToArray());

    public DateOnly Date => date;

    public IReadOnlyList<Slot> Slots(string venue) => slots.GetValueOrDefault(venue) ?? [];

    /// <summary>
    /// Expected load over carrying capacity at the day's fullest hour: who holds or bought a place in a slot (capacity
    /// less vacancies) is there for the length of a visit, and so is who was scanned at the gate; one person is not
    /// counted as both. Where slots or the day have a capacity of their own, their fill counts too.
    /// </summary>
    public double Load(CataloguePlace place)
    {
        var (booked, seen) = (new double[HoursInDay + 1], new double[HoursInDay + 1]);
        double taken = 0, offered = 0;
        foreach (var slot in Slots(place.Id))
        {
            var holders = Math.Max(0, slot.Capacity - slot.Vacancies);
            taken += holders;
            offered += slot.Capacity;

            // People of a slot come spread over it and stay for a visit.
            var from = Minute(slot.StartsAt);
            var length = Math.Max(60, Math.Min(Minute(slot.EndsAt), Window.Midnight) - from);
            var present = holders * Math.Min(1, place.Facts.VisitMinutes / (double)length);
            for (var hour = from / 60; hour <= Math.Min(HoursInDay - 1, (from + length - 1) / 60);
                hour++) booked[hour] += present;
        }

        foreach (var entered in hours.GetValueOrDefault(place.Id) ?? [])
        {
            var hour = Geo.InShanghai(entered.Hour).Hour;
            var stay = Math.Max(1, (int)Math.Ceiling(place.Facts.VisitMinutes / 60.0));
            for (var each = hour; each < Math.Min(HoursInDay, hour + stay); each++) seen[each] += entered.Visitors;
        }

        var peak = booked.Zip(seen, Math.Max).Max() / place.CarryingCapacity;
        var fill = offered > 0 ? taken / offered : 0;
        var day = place.Facts.DailyCapacity is { } daily ? taken / daily : 0;
        return Math.Max(peak, Math.Max(fill, day));
    }

    /// <summary>Minutes after this day's midnight.</summary>
    public int Minute(DateTimeOffset time) => (int)(Geo.InShanghai(time) - date.ToDateTime(TimeOnly.MinValue))
        .TotalMinutes;
}

/// <summary>Days of the copy in memory for two seconds: plans are many, and a slot's last place is settled by the
/// hold.</summary>
internal sealed class CrowdCache(IServiceScopeFactory scopes) : IDisposable
{
    private const int MostDays = 400;
    private const int MostSlots = 20_000;
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    private readonly MemoryCache days = new(new MemoryCacheOptions { SizeLimit = MostDays });

    /// <summary>Venues that sell tickets by slot at all; without one on a day they are sold out or closed
    /// then.</summary>
    public async ValueTask<IReadOnlySet<string>> TicketedVenuesAsync(CancellationToken cancellation)
    {
        if (days.TryGetValue("venues", out FrozenSet<string>? known)) return known!;
        await using var scope = scopes.CreateAsyncScope();
        var venues = await scope.ServiceProvider.GetRequiredService<RoutesDb>().Slots.Select(slot => slot.VenueId)
            .Distinct()
            .ToListAsync(cancellation);
        return Keep("venues", venues.ToFrozenSet());
    }

    public async ValueTask<CrowdedDay> OnAsync(DateOnly date, CancellationToken cancellation)
    {
        if (days.TryGetValue(date, out CrowdedDay? known)) return known!;

        var (from, to) = (Geo.At(date, 0).ToUniversalTime(), Geo.At(date, Window.Midnight).ToUniversalTime());
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RoutesDb>();
        var slots = await db.Slots.AsNoTracking().Where(slot => slot.StartsAt >= from && slot.StartsAt < to)
            .OrderBy(slot => slot.StartsAt).Take(MostSlots).ToListAsync(cancellation);
        var hours = await db.HoursOfVisits.AsNoTracking().Where(hour => hour.Hour >= from && hour.Hour < to)
            .ToListAsync(cancellation);
        return Keep(date, new CrowdedDay(date, slots, hours));
    }

    /// <summary>Reads anew at the next call, however fresh the copy.</summary>
    public void Expire() => days.Clear();

    public void Dispose() => days.Dispose();

    private T Keep<T>(object key, T value)
    {
        days.Set(key, value, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Fresh });
        return value;
    }
}

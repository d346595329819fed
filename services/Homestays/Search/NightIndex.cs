using System.Numerics;
using Jingdezhen.Tourism.Homestays.Calendars;

namespace Jingdezhen.Tourism.Homestays.Search;

/// <summary>What a search knows of a room and its house.</summary>
internal sealed record IndexedRoom(
    Guid RoomId, Guid ListingId, string NameZh, string NameEn, string County, string? Village, string? Photo,
    double Latitude,
    double Longitude, bool ResidentRun, bool InstantBook, bool Demonstration, string[] Amenities,
    string[] Accessibility,
    string RoomName, string RoomKind, int MaxAdults, int MaxChildren, int MinNights, int MaxNights, PricePlan Prices,
    double? Rating, int Reviews, bool ForSale, long Version, IReadOnlyList<NightTerms> Terms);

/// <summary>
/// The nights of all rooms in memory, a row a night: one bit a room says whether the night is taken, one number what it
/// costs. A stay of three nights is three rows of bits OR-ed together, so a search over twenty thousand rooms reads a
/// few kilobytes. One writer, any number of readers: a reader may see a row half written, which is harmless, because
/// every page is checked against the database before it is answered.
/// </summary>
internal sealed class NightIndex
{
    public const int Nights = 512;

    private readonly int _capacity, _words;
    private readonly ulong[] _taken, _forSale;
    private readonly int[] _price;
    private readonly IndexedRoom[] _rooms;
    private readonly Dictionary<DateOnly, NightTerms>?[] _terms;
    private readonly Dictionary<Guid, int> _places;
    private readonly Dictionary<string, ulong[]> _byWord = [];

    public NightIndex(DateOnly first, IReadOnlyList<IndexedRoom> rooms)
    {
        First = first;

        // A quarter more than there are: rooms that join later find a place without a rebuild.
        _capacity = ((rooms.Count * 5 / 4) + 64 + 63) / 64 * 64;
        _words = _capacity / 64;
        (_taken, _forSale) = (new ulong[Nights * _words], new ulong[_words]);
        _price = new int[Nights * _capacity];
        (_rooms, _terms) = (new IndexedRoom[_capacity], new Dictionary<DateOnly, NightTerms>?[_capacity]);
        _places = new(_capacity);
        foreach (var word in Listings.KnownWords.Amenities.Concat(Listings.KnownWords.Accessibility)) _byWord[word] = new ulong[_words];

        // Rooms of one house stand together: the cheapest of a house is then found in one pass.
        foreach (var room in rooms.OrderBy(room => room.ListingId)) Put(room);
    }

    public DateOnly First { get; }
    public int Count { get; private set; }

    public bool Knows(Guid roomId) => _places.ContainsKey(roomId);
    public IndexedRoom this[int place] => _rooms[place];
    public long VersionOf(Guid roomId) => _places.TryGetValue(roomId, out var place) ? _rooms[place].Version : -1;

    /// <summary>A room as it is now; false when there is no place left and a new index is due.</summary>
    public bool Put(IndexedRoom room)
    {
        if (!_places.TryGetValue(room.RoomId, out var place))
        {
            if (Count == _capacity) return false;
            place = Count;
        }

        _rooms[place] = room;
        _terms[place] = room.Terms.Count == 0 ? null : room.Terms.ToDictionary(terms => terms.Night);
        for (var night = 0; night < Nights; night++)
        {
            var day = First.AddDays(night);
            _price[(night * _capacity) + place] = (int)((_terms[place]?.GetValueOrDefault(day)?.PriceFen)
                ?? room.Prices.NightFen(day, HolidayCalendar.Published));
        }

        foreach (var (word, bits) in _byWord)
        {
            Set(bits, 0, place, room.Amenities.Contains(word) || room.Accessibility.Contains(word));
        }

        Set(_forSale, 0, place, room.ForSale);
        if (_places.TryAdd(room.RoomId, place)) Count++;
        return true;
    }

    /// <summary>What is taken of a room, all of it; what is not named is free.</summary>
    public void SetTaken(Guid roomId, IEnumerable<(DateOnly From, DateOnly To)> taken)
    {
        if (!_places.TryGetValue(roomId, out var place)) return;

        Span<ulong> nights = stackalloc ulong[Nights / 64];
        nights.Clear();
        foreach (var (from, to) in taken)
        {
            var (start, end) = (Math.Max(0, from.DayNumber - First.DayNumber),
                Math.Min(Nights, to.DayNumber - First.DayNumber));
            for (var night = start; night < end; night++) nights[night >> 6] |= 1UL << night;
        }

        for (var night = 0; night < Nights; night++) Set(_taken, night * _words, place,
            (nights[night >> 6] >> night & 1) != 0);
    }

    /// <summary>The best room of each house that fits, the best houses first; at most <paramref
    /// name="limit"/>.</summary>
    public List<Found> Find(SearchWish wish, int limit)
    {
        var start = wish.Arrival.DayNumber - First.DayNumber;
        if (start < 0 || start + wish.Nights > Nights) return [];

        var candidates = new ulong[_words];
        _forSale.CopyTo(candidates, 0);
        for (var night = start; night < start + wish.Nights; night++) AndNot(candidates,
            _taken.AsSpan(night * _words, _words));
        foreach (var word in wish.Words) And(candidates, _byWord[word]);

        var best = new PriorityQueue<Found, Found>(limit + 1, Found.WorstFirst);
        Found? ofHouse = null;
        for (var word = 0; word < candidates.Length; word++)
        {
            for (var bits = candidates[word]; bits != 0; bits &= bits - 1)
            {
                var place = (word << 6) + BitOperations.TrailingZeroCount(bits);
                if (Judge(place, start, wish) is not { } found) continue;
                if (ofHouse is not null && ofHouse.Room.ListingId == found.Room.ListingId)
                {
                    if (found.TotalFen < ofHouse.TotalFen) ofHouse = found;
                    continue;
                }

                Keep(ofHouse);
                ofHouse = found;
            }
        }

        Keep(ofHouse);
        var page = new List<Found>(best.Count);
        while (best.TryDequeue(out var found, out _)) page.Add(found);
        page.Reverse();

        // A room that joined after the index was made stands apart from its house.
        return [.. page.DistinctBy(found => found.Room.ListingId)];

        void Keep(Found? found)
        {
            if (found is null || (wish.After is { } after && found.CompareTo(after) <= 0)) return;
            if (best.Count < limit) best.Enqueue(found, found);
            else if (found.CompareTo(best.Peek()) < 0) best.EnqueueDequeue(found, found);
        }
    }

    public long[] NightlyFen(Found found, DateOnly arrival, int nights)
    {
        var (start, place) = (arrival.DayNumber - First.DayNumber, _places[found.Room.RoomId]);
        var percentOff = found.Room.Prices.DiscountPercent(nights);
        return [.. Enumerable.Range(start, nights).Select(night =>
            PricePlan.Discounted(_price[(night * _capacity) + place], percentOff))];
    }

    private Found? Judge(int place, int start, SearchWish wish)
    {
        var room = _rooms[place];
        if (wish.Adults > room.MaxAdults || wish.Adults + wish.Children > room.MaxAdults
            + room.MaxChildren) return null;
        if (wish.County is not null && wish.County != room.County) return null;
        if (wish.Village is not null && wish.Village != room.Village) return null;
        if (wish.ResidentRun is { } resident && resident != room.ResidentRun) return null;
        if (wish.InstantBook is { } instant && instant != room.InstantBook) return null;

        var terms = _terms[place];
        var onArrival = terms?.GetValueOrDefault(wish.Arrival);
        if (wish.Nights < (onArrival?.MinNights ?? room.MinNights)
            || wish.Nights > (onArrival?.MaxNights ?? room.MaxNights)) return null;
        if (onArrival?.ClosedToArrival == true
            || terms?.GetValueOrDefault(wish.Departure)?.ClosedToDeparture == true) return null;

        var percentOff = room.Prices.DiscountPercent(wish.Nights);
        long total = 0;
        for (var night = start; night < start + wish.Nights; night++)
        {
            total += percentOff == 0 ? _price[(night * _capacity) + place]
                : PricePlan.Discounted(_price[(night * _capacity) + place], percentOff);
        }

        if (total < wish.LeastFen || total > wish.MostFen) return null;

        var meters = double.MaxValue;
        foreach (var point in wish.Near) meters = Math.Min(meters, point.MetersTo(room.Latitude, room.Longitude));
        if (wish.Near.Count > 0 && meters > wish.WithinMeters) return null;

        var rank = wish.Sort switch
        {
            SearchSort.Distance => meters,
            SearchSort.Rating => -(room.Rating ?? 0),
            _ => total,
        };
        return new(room, total, wish.Near.Count == 0 ? null : meters, rank);
    }

    private static void Set(ulong[] bits, int offset, int place, bool value)
    {
        ref var word = ref bits[offset + (place >> 6)];
        word = value ? word | (1UL << place) : word & ~(1UL << place);
    }

    private static void AndNot(Span<ulong> target, ReadOnlySpan<ulong> taken)
    {
        for (var i = 0; i < target.Length; i++) target[i] &= ~taken[i];
    }

    private static void And(Span<ulong> target, ReadOnlySpan<ulong> wanted)
    {
        for (var i = 0; i < target.Length; i++) target[i] &= wanted[i];
    }
}

internal enum SearchSort
{
    Price,
    Distance,
    Rating,
}

/// <param name="After">The last result of the page before.</param>
internal sealed record SearchWish(
    DateOnly Arrival, DateOnly Departure, int Adults, int Children, string? County, string? Village, bool? ResidentRun,
    bool? InstantBook, IReadOnlyList<string> Words, long LeastFen, long MostFen, IReadOnlyList<Point> Near,
    double WithinMeters,
    SearchSort Sort, Found? After)
{
    public int Nights => Departure.DayNumber - Arrival.DayNumber;
}

/// <param name="Rank">What the results are sorted by; the house's id breaks a tie, so that pages never overlap.</param>
internal sealed record Found(IndexedRoom Room, long TotalFen, double? Meters, double Rank, Guid? CursorId = null)
    : IComparable<Found>
{
    public static readonly IComparer<Found> WorstFirst = Comparer<Found>.Create((one, other) => other.CompareTo(one));

    private Guid Id => CursorId ?? Room.ListingId;

    public int CompareTo(Found? other) => other is null ? 1
        : Rank.CompareTo(other.Rank) is var byRank and not 0 ? byRank : Id.CompareTo(other.Id);
}

/// <summary>A place on earth. Over a county the earth is flat: the error at 60 km is below 0.1 %.</summary>
internal readonly record struct Point(double Latitude, double Longitude)
{
    private const double MetersPerDegree = 111_195;

    public double MetersTo(double latitude, double longitude)
    {
        var north = (latitude - Latitude) * MetersPerDegree;
        var east = (longitude - Longitude) * MetersPerDegree * Math.Cos((latitude + Latitude) * (Math.PI / 360));
        return Math.Sqrt((north * north) + (east * east));
    }
}

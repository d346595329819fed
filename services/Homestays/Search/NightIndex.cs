using System.Collections.Concurrent;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
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
    private readonly ulong[] _taken, _forSale, _residentRun, _instantBook, _withTerms;
    private readonly int[] _price, _house, _place, _longStay;
    private readonly short[] _adults, _guests, _minNights, _maxNights;
    private readonly double[] _latitude, _longitude, _rating;
    private readonly IndexedRoom[] _rooms;
    private readonly Dictionary<DateOnly, NightTerms>?[] _terms;
    private readonly ConcurrentDictionary<Guid, int> _places = new();
    private readonly ConcurrentDictionary<string, int> _names = new();
    private readonly ConcurrentDictionary<Guid, int> _houses = new();
    private readonly ConcurrentDictionary<string, int> _longStays = new();
    private readonly Dictionary<string, ulong[]> _byWord = [];
    private readonly int[] _county;

    public NightIndex(DateOnly first, IReadOnlyList<IndexedRoom> rooms)
    {
        First = first;

        // A quarter more than there are: rooms that join later find a place without a rebuild.
        _capacity = ((rooms.Count * 5 / 4) + 64 + 63) / 64 * 64;
        _words = _capacity / 64;
        (_taken, _forSale, _withTerms) = (new ulong[Nights * _words], new ulong[_words], new ulong[_words]);
        (_residentRun, _instantBook) = (new ulong[_words], new ulong[_words]);
        (_price, _house, _longStay) = (new int[Nights * _capacity], new int[_capacity], new int[_capacity]);
        (_county, _place) = (new int[_capacity], new int[_capacity]);
        (_adults, _guests) = (new short[_capacity], new short[_capacity]);
        (_minNights, _maxNights) = (new short[_capacity], new short[_capacity]);
        (_latitude, _longitude, _rating) = (new double[_capacity], new double[_capacity], new double[_capacity]);
        (_rooms, _terms) = (new IndexedRoom[_capacity], new Dictionary<DateOnly, NightTerms>?[_capacity]);
        foreach (var word in Listings.KnownWords.Amenities.Concat(Listings.KnownWords.Accessibility))
        {
            _byWord[word] = new ulong[_words];
        }

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

        // What a search compares for every room lies side by side, so that it reads memory in a line.
        (_adults[place], _guests[place]) = ((short)room.MaxAdults, (short)(room.MaxAdults + room.MaxChildren));
        (_minNights[place], _maxNights[place]) = ((short)room.MinNights, (short)room.MaxNights);
        (_latitude[place], _longitude[place], _rating[place]) = (room.Latitude, room.Longitude, room.Rating ?? 0);
        (_county[place], _place[place]) = (NumberOf(room.County), room.Village is null ? -1 : NumberOf(room.Village));
        _house[place] = _houses.GetOrAdd(room.ListingId, _ => _houses.Count);
        _longStay[place] = _longStays.GetOrAdd(
            string.Join(';', (room.Prices.LongStays ?? []).Select(step => $"{step.Nights}:{step.PercentOff}")),
            _ => _longStays.Count);
        Set(_withTerms, 0, place, _terms[place] is not null);
        Set(_residentRun, 0, place, room.ResidentRun);
        Set(_instantBook, 0, place, room.InstantBook);
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

    /// <summary>The best room of each house that fits, the best houses first; at most <paramref name="limit"/>.
    /// </summary>
    /// <remarks>Compiled at its best at once, as all that it calls for every room: under load the runtime would take
    /// minutes to come to it.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public List<Found> Find(SearchWish wish, int limit)
    {
        var start = wish.Arrival.DayNumber - First.DayNumber;
        if (start < 0 || start + wish.Nights > Nights) return [];

        var candidates = new ulong[_words];
        _forSale.CopyTo(candidates, 0);
        for (var night = start; night < start + wish.Nights; night++)
        {
            AndNot(candidates, _taken.AsSpan(night * _words, _words));
        }

        foreach (var word in wish.Words) And(candidates, _byWord[word]);
        if (wish.ResidentRun is { } resident) Keep(candidates, _residentRun, resident);
        if (wish.InstantBook is { } instant) Keep(candidates, _instantBook, instant);

        var judge = new Judge(this, wish, start);
        var best = new PriorityQueue<Hit, Hit>(limit + 1, WorstFirst);
        var ofHouse = new Hit(-1, 0, 0, 0);
        for (var word = 0; word < candidates.Length; word++)
        {
            for (var bits = candidates[word]; bits != 0; bits &= bits - 1)
            {
                var place = (word << 6) + BitOperations.TrailingZeroCount(bits);
                if (!judge.Fits(place, out var hit)) continue;
                if (ofHouse.Place >= 0 && _house[ofHouse.Place] == _house[place])
                {
                    if (hit.TotalFen < ofHouse.TotalFen) ofHouse = hit;
                    continue;
                }

                Offer(ofHouse);
                ofHouse = hit;
            }
        }

        Offer(ofHouse);
        var page = new List<Found>(best.Count);
        while (best.TryDequeue(out var hit, out _))
        {
            page.Add(new(_rooms[hit.Place], hit.TotalFen, wish.Near.Count == 0 ? null : hit.Meters, hit.Rank));
        }

        page.Reverse();

        // A room that joined after the index was made stands apart from its house.
        return [.. page.DistinctBy(found => found.Room.ListingId)];

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        void Offer(Hit hit)
        {
            if (hit.Place < 0) return;
            if (wish.After is { } after && (hit.Rank < after.Rank || (hit.Rank == after.Rank
                && _rooms[hit.Place].ListingId.CompareTo(after.CursorId!.Value) <= 0))) return;
            if (best.Count < limit) best.Enqueue(hit, hit);
            else if (Compare(hit, best.Peek()) < 0) best.EnqueueDequeue(hit, hit);
        }
    }

    private Comparer<Hit> WorstFirst => Comparer<Hit>.Create((one, other) => Compare(other, one));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Compare(Hit one, Hit other) => one.Rank.CompareTo(other.Rank) is var byRank and not 0 ? byRank
        : _rooms[one.Place].ListingId.CompareTo(_rooms[other.Place].ListingId);

    public long[] NightlyFen(Found found, DateOnly arrival, int nights)
    {
        var (start, place) = (arrival.DayNumber - First.DayNumber, _places[found.Room.RoomId]);
        var percentOff = found.Room.Prices.DiscountPercent(nights);
        return [.. Enumerable.Range(start, nights).Select(night =>
            PricePlan.Discounted(_price[(night * _capacity) + place], percentOff))];
    }

    private int NumberOf(string name) => _names.GetOrAdd(name, _ => _names.Count);

    private readonly record struct Hit(int Place, long TotalFen, double Meters, double Rank);

    /// <summary>One search's question, ready to be put to every room.</summary>
    private readonly struct Judge
    {
        private readonly NightIndex _index;
        private readonly SearchWish _wish;
        private readonly int _start, _nights, _guests, _county, _village;
        private readonly int[] _percentOff;

        public Judge(NightIndex index, SearchWish wish, int start)
        {
            (_index, _wish, _start, _nights) = (index, wish, start, wish.Nights);
            _guests = wish.Adults + wish.Children;
            _county = wish.County is null ? -1 : index._names.GetValueOrDefault(wish.County, int.MaxValue);
            _village = wish.Village is null ? -1 : index._names.GetValueOrDefault(wish.Village, int.MaxValue);

            // Few houses have a ladder of discounts of their own; each ladder is climbed once a search.
            _percentOff = new int[index._longStays.Count];
            foreach (var (steps, number) in index._longStays)
            {
                if (number < _percentOff.Length) _percentOff[number] = Climb(steps, _nights);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public bool Fits(int place, out Hit hit)
        {
            hit = default;
            if (_wish.Adults > _index._adults[place] || _guests > _index._guests[place]) return false;
            if (_county >= 0 && _county != _index._county[place]) return false;
            if (_village >= 0 && _village != _index._place[place]) return false;

            var (least, most) = (_index._minNights[place], _index._maxNights[place]);
            if ((_index._withTerms[place >> 6] >> place & 1) != 0)
            {
                var terms = _index._terms[place];
                var onArrival = terms?.GetValueOrDefault(_wish.Arrival);
                if (onArrival?.ClosedToArrival == true
                    || terms?.GetValueOrDefault(_wish.Departure)?.ClosedToDeparture == true) return false;
                (least, most) = ((short)(onArrival?.MinNights ?? least), (short)(onArrival?.MaxNights ?? most));
            }

            if (_nights < least || _nights > most) return false;

            var percentOff = _percentOff[Math.Min(_index._longStay[place], _percentOff.Length - 1)];
            long total = 0;
            for (var night = _start; night < _start + _nights; night++)
            {
                var plain = _index._price[(night * _index._capacity) + place];
                total += percentOff == 0 ? plain : PricePlan.Discounted(plain, percentOff);
            }

            if (total < _wish.LeastFen || total > _wish.MostFen) return false;

            var meters = double.MaxValue;
            for (var point = 0; point < _wish.Near.Count; point++)
            {
                meters = Math.Min(
                    meters, _wish.Near[point].MetersTo(_index._latitude[place], _index._longitude[place]));
            }

            if (_wish.Near.Count > 0 && meters > _wish.WithinMeters) return false;

            hit = new(place, total, meters, _wish.Sort switch
            {
                SearchSort.Distance => meters,
                SearchSort.Rating => -_index._rating[place],
                _ => total,
            });
            return true;
        }

        private static int Climb(string steps, int nights)
        {
            var (reached, percent) = (0, 0);
            foreach (var step in steps.Split(';', StringSplitOptions.RemoveEmptyEntries))
            {
                var colon = step.IndexOf(':', StringComparison.Ordinal);
                var from = int.Parse(step.AsSpan(0, colon), CultureInfo.InvariantCulture);
                if (nights < from || from <= reached) continue;
                (reached, percent) = (from, int.Parse(step.AsSpan(colon + 1), CultureInfo.InvariantCulture));
            }

            return percent;
        }
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

    private static void Keep(Span<ulong> target, ReadOnlySpan<ulong> flags, bool wanted)
    {
        if (wanted) And(target, flags);
        else AndNot(target, flags);
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
/// <param name="CursorId">The house's id, where only a cursor is known of it.</param>
internal sealed record Found(IndexedRoom Room, long TotalFen, double? Meters, double Rank, Guid? CursorId = null);

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

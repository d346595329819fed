namespace Jingdezhen.Tourism.Routes.Planning;

internal enum TravelMode
{
    Walk,
    Ebike,
    Taxi,
}

/// <summary>
/// How one gets from any point to any other: the places come first, in their order, then other points (homestays,
/// stations, where one stands). Row by row from origin to destination; a mode that is impossible takes
/// <see cref="Impossible"/> minutes. A routing service may fill it in place of <see cref="FromCoordinates"/>.
/// </summary>
internal sealed class TravelTable
{
    public const int Impossible = 100_000;

    public required int Points { get; init; }

    /// <summary>Way on the road.</summary>
    public required int[] Meters { get; init; }

    /// <summary>Door to door, by mode.</summary>
    public required int[] WalkMinutes { get; init; }
    public required int[] EbikeMinutes { get; init; }
    public required int[] TaxiMinutes { get; init; }

    /// <summary>For one car.</summary>
    public required int[] TaxiFen { get; init; }

    /// <summary>Rent of one e-bike for a day, whatever the number of rides.</summary>
    public required int EbikeDayFen { get; init; }

    public int Minutes(TravelMode mode, int from, int to) => (mode switch
    {
        TravelMode.Walk => WalkMinutes,
        TravelMode.Ebike => EbikeMinutes,
        _ => TaxiMinutes,
    })[(from * Points) + to];

    /// <summary>Straight line (haversine) × detour at each mode's speed, plus its overhead.</summary>
    public static TravelTable FromCoordinates(IReadOnlyList<(double Lat, double Lon)> points, TravelRules rules)
    {
        var count = points.Count;
        var (meters, walk, ebike) = (new int[count * count], new int[count * count], new int[count * count]);
        var (taxi, fen) = (new int[count * count], new int[count * count]);
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < count; j++)
            {
                var at = (i * count) + j;
                var way = Haversine(points[i], points[j]) * rules.DetourFactor;
                meters[at] = (int)Math.Round(way);
                if (meters[at] < rules.SamePlaceMeters) continue;
                walk[at] = Minutes(way, rules.WalkKmh, rules.WalkOverheadMinutes);
                ebike[at] = way > rules.EbikeMaxKm * 1000 ? Impossible
                    : Minutes(way, rules.EbikeKmh, rules.EbikeOverheadMinutes);
                var urban = rules.IsUrban(points[i]) && rules.IsUrban(points[j]);
                taxi[at] = Minutes(way, urban ? rules.TaxiUrbanKmh : rules.TaxiRuralKmh, rules.TaxiOverheadMinutes);
                var beyondFlag = Math.Max(0, way - rules.TaxiFlagFallMeters) / 1000;
                fen[at] = (int)(rules.TaxiFlagFallFen + Math.Round(beyondFlag * rules.TaxiPerKmFen));
            }
        }
        return new TravelTable
        {
            Points = count,
            Meters = meters,
            WalkMinutes = walk,
            EbikeMinutes = ebike,
            TaxiMinutes = taxi,
            TaxiFen = fen,
            EbikeDayFen = rules.EbikeDayFen,
        };
    }

    private static int Minutes(double meters, double kmh, int overhead) =>
        (int)Math.Ceiling(meters / 1000 / kmh * 60) + overhead;

    private static double Haversine((double Lat, double Lon) a, (double Lat, double Lon) b)
    {
        const double EarthMeters = 6_371_008.8;
        var (lat1, lat2) = (double.DegreesToRadians(a.Lat), double.DegreesToRadians(b.Lat));
        var (dLat, dLon) = ((lat2 - lat1) / 2, double.DegreesToRadians(b.Lon - a.Lon) / 2);
        var h = Math.Pow(Math.Sin(dLat), 2) + (Math.Cos(lat1) * Math.Cos(lat2) * Math.Pow(Math.Sin(dLon), 2));
        return 2 * EarthMeters * Math.Asin(Math.Min(1, Math.Sqrt(h)));
    }
}

/// <summary>Speeds, overheads and fares of travel.json; the defaults are its values, assumptions are named
/// there.</summary>
internal sealed record TravelRules
{
    public double DetourFactor { get; init; } = 1.3;
    public double WalkKmh { get; init; } = 4.5;
    public double EbikeKmh { get; init; } = 15;
    public double EbikeMaxKm { get; init; } = 12;
    public double TaxiUrbanKmh { get; init; } = 25;
    public double TaxiRuralKmh { get; init; } = 45;
    public int WalkOverheadMinutes { get; init; }
    public int EbikeOverheadMinutes { get; init; } = 3;
    public int TaxiOverheadMinutes { get; init; } = 6;
    public double UrbanLatMin { get; init; } = 29.24;
    public double UrbanLatMax { get; init; } = 29.35;
    public double UrbanLonMin { get; init; } = 117.13;
    public double UrbanLonMax { get; init; } = 117.27;
    public int TaxiFlagFallFen { get; init; } = 600;

    /// <summary>Assumption: travel.json has no length for the flag fall; 2 km is the custom.</summary>
    public int TaxiFlagFallMeters { get; init; } = 2000;

    /// <summary>Assumption that meets the two known fares (8.2 km 29 yuan, city sights 10 to 15 yuan).</summary>
    public int TaxiPerKmFen { get; init; } = 280;
    public int EbikeDayFen { get; init; } = 3000;

    /// <summary>Points nearer than this are one and the same door.</summary>
    public int SamePlaceMeters { get; init; } = 15;

    public bool IsUrban((double Lat, double Lon) point) =>
        point.Lat >= UrbanLatMin && point.Lat <= UrbanLatMax && point.Lon >= UrbanLonMin && point.Lon <= UrbanLonMax;
}

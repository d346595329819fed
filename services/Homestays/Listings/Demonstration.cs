using System.Globalization;

namespace Jingdezhen.Tourism.Homestays.Listings;

/// <summary>
/// Plausible homestays over the real districts and villages, the same for the same seed, each marked as demonstration
/// data: no such house, household or licence exists.
/// </summary>
internal static class Demonstration
{
    private static readonly string[] FamilyNames = ["张", "王", "李", "刘", "陈", "余", "汪", "程", "胡", "吴", "方", "江", "徐",
        "洪", "曹", "冯"];
    private static readonly string[] FamilyNamesEn =
        ["Zhang", "Wang", "Li", "Liu", "Chen", "Yu", "Wang", "Cheng", "Hu", "Wu", "Fang", "Jiang", "Xu", "Hong", "Cao",
            "Feng"];

    private static readonly (string Zh, string En)[] First =
    [
        ("青花", "Blue-and-White"), ("影青", "Yingqing"), ("釉里", "Underglaze"), ("拾陶", "Gathered Clay"), ("素胚", "Bisque"),
        ("窑火", "Kiln Fire"),
        ("瓷语", "Porcelain Words"), ("山涧", "Mountain Stream"), ("竹里", "Bamboo Grove"), ("茶溪", "Tea Creek"),
        ("云上", "Above the Clouds"),
        ("听雨", "Listening to Rain"), ("半亩", "Half an Acre"), ("南河", "South River"), ("高岭", "Kaolin"),
        ("昌江", "Chang River"),
        ("松下", "Under the Pines"), ("一坯", "One Clay Body"), ("匣钵", "Saggar"), ("柴烧", "Wood-Fired"), ("玲珑", "Linglong"),
        ("粉彩", "Famille Rose"),
        ("老屋", "Old House"), ("晒谷", "Drying Floor"), ("水碓", "Water Hammer"),
    ];

    private static readonly (string Zh, string En)[] Last =
        [("小筑", "Lodge"), ("民宿", "Homestay"), ("院子", "Courtyard"), ("客舍", "Guesthouse"), ("人家", "Home"),
            ("山房", "Mountain House"), ("草堂", "Cottage")];

    private static readonly (string Zh, string Kind, int Adults, int Children, int Percent)[] RoomKinds =
    [
        ("大床房", "double", 2, 1, 100), ("双床房", "twin", 2, 1, 100), ("单人房", "single", 1, 0, 75),
        ("家庭房", "family", 3, 2, 150),
        ("套房", "suite", 2, 2, 180), ("整栋", "house", 6, 4, 380),
    ];

    public static IEnumerable<ImportRow> Rows(int seed, int listings)
    {
        var random = new SplitMix((ulong)seed);
        var villages = Place.All.Values.Where(place => place.VillageZh is not null)
            .OrderBy(place => place.Id, StringComparer.Ordinal).ToArray();
        var town = Place.All.Values.Where(place => place.VillageZh is null)
            .OrderBy(place => place.Id, StringComparer.Ordinal).ToArray();
        for (var number = 1; number <= listings; number++)
        {
            // Six of ten stand in villages, and of these a good part in Sanbao, as the paper tells.
            var place = random.Next(10) < 6
                ? random.Next(10) < 4 ? Place.All["sanbao-valley"] : random.Of(villages)
                : random.Of(town);
            foreach (var row in House(number, place, random)) yield return row;
        }
    }

    private static IEnumerable<ImportRow> House(int number, Place place, SplitMix random)
    {
        var (first, last, family) = (random.Of(First), random.Of(Last), random.Next(FamilyNames.Length));
        var resident = random.Next(100) < 98;
        var key = string.Create(CultureInfo.InvariantCulture, $"demo-{number:D4}");
        var village = place.VillageZh;
        var inVillage = village is not null;
        var amenities = KnownWords.Amenities.Where(_ => random.Next(100) < 30).Append("wifi").Append("air-conditioning")
            .Distinct()
            .Order(StringComparer.Ordinal).ToArray();
        var accessibility = KnownWords.Accessibility.Where(_ => random.Next(100) < 12).ToArray();
        var basePrice = 100L * (inVillage ? 160 + random.Next(340) : 120 + random.Next(300));
        var rooms = 1 + random.Next(4);
        var kinds = Enumerable.Range(0, rooms).Select(_ => random.Of(RoomKinds)).ToArray();
        var (weekend, holiday, week) = (110 + (5 * random.Next(9)), 130 + (10 * random.Next(12)), random.Next(3) == 0
            ? 10 : 0);
        var (latitude, longitude) = (place.Latitude + random.Around(0.008), place.Longitude + random.Around(0.008));
        var address = $"江西省景德镇市 {village ?? place.NameZh} {1 + random.Next(200)}号（演示数据）";
        string[] languages = random.Next(3) == 0 ? ["zh", "en"] : ["zh"];
        for (var room = 0; room < rooms; room++)
        {
            var kind = kinds[room];
            yield return new(
                key, key, $"{FamilyNames[family]}家（演示）", $"{FamilyNames[family]}家", MerchantId: null,
                Demonstration: true,
                $"{first.Zh}{last.Zh}·{village ?? place.NameZh}（演示 {number:D4}）",
                $"{first.En} {last.En} of the {FamilyNamesEn[family]} family (demonstration {number:D4})",
                place.District, place.VillageEn,
                address, $"DEMO-{number:D6}", Math.Round(latitude, 5), Math.Round(longitude, 5), resident, amenities,
                accessibility,
                languages, Photos: [], HouseRules: "22:00 后请安静。No smoking indoors.",
                InstantBook: number % 6 != 0, FreeCancelDays: 7, HolidayFreeCancelDays: 15, LateRefundPercent: 50,
                $"{kind.Zh} {room + 1}", kind.Kind, kind.Adults, kind.Children, basePrice * kind.Percent / 100, weekend,
                holiday, week,
                MinNights: 1, MaxNights: 30);
        }
    }

    /// <summary>SplitMix64 (Steele, Lea, Flood 2014): a seed gives the same houses on every runtime; Random promises no
    /// such thing.</summary>
    private sealed class SplitMix(ulong state)
    {
        public int Next(int below) => (int)(Draw() % (ulong)below);

        public T Of<T>(IReadOnlyList<T> many) => many[Next(many.Count)];

        public double Around(double most) => ((Draw() >> 11) * (2.0 / (1UL << 53)) * most) - most;

        private ulong Draw()
        {
            state += 0x9E3779B97F4A7C15;
            var mixed = state;
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            return mixed ^ (mixed >> 31);
        }
    }
}

namespace Jingdezhen.Tourism.Routes.Plans;

/// <summary>A named programme of the paper and what it asks of a plan.</summary>
internal sealed record Programme(
    string Code, string NameZh, string NameEn, string[] Themes, string[] Counties, bool Evening, string[] Interests,
    string[] MustSee, int Days)
{
    public static readonly IReadOnlyList<Programme> All =
    [
        new("tea-and-porcelain", "采茶·画瓷杯", "Tea picking, painting porcelain cups", ["tea", "hands-on"], ["Fuliang"],
            false,
            ["tea", "hands-on", "village-life"], ["fuliang-tribute-tea", "pottery-workshop"], 2),
        new("kilns", "千年窑火之路", "A thousand years of kilns", ["ceramic-heritage"], [], false,
            ["ceramic-heritage", "history"], ["ancient-kiln-expo", "imperial-kiln-site", "hutian-kiln"], 2),
        new("day-and-night", "日看展·夜看演", "Exhibitions by day, performances by night", ["night-economy"], [], true,
            ["contemporary-art", "night-economy", "architecture"], ["imperial-kiln-museum", "millennial-kiln-fire"], 2),
        new("study-tour", "陶瓷研学", "Study tour", ["study-tour", "hands-on"], [], false,
            ["study-tour", "hands-on", "history"], ["ancient-kiln-expo"], 3),
        new("three-counties", "市区·浮梁·乐平", "The city, Fuliang and Leping", [], ["Zhushan", "Fuliang", "Leping"], false,
            ["history", "opera", "village-life", "architecture"], ["yaoli"], 3),
        new("transit-144-hours", "144小时过境游", "144 hours in transit", ["ceramic-heritage"], [], true,
            ["ceramic-heritage", "photography", "food", "hands-on"], ["ancient-kiln-expo", "imperial-kiln-museum"], 5),
    ];

    public static Programme? Find(string code) => All.FirstOrDefault(programme => programme.Code == code);
}

using Jingdezhen.Tourism.Routes.Plans;

namespace Jingdezhen.Tourism.Routes.Library;

/// <summary>A kind of visitor for whom the library has routes.</summary>
internal sealed record Persona(
    string Code, string NameZh, string NameEn, PartyWish Party, TransportWish Transport, bool Evening, int? WalkLimit,
        bool Rest,
    params (string Theme, double Interest)[] Interests)
{
    public static readonly IReadOnlyList<Persona> All =
    [
        new("ceramic-lover", "陶瓷迷", "Ceramics lover", new(2), TransportWish.Mixed, false, null, false,
            ("ceramic-heritage", 1), ("history", 0.6), ("contemporary-art", 0.5)),
        new("young-couple", "年轻情侣", "Young couple", new(2), TransportWish.EBike, true, null, false,
            ("photography", 1), ("night-economy", 0.9), ("contemporary-art", 0.7), ("food", 0.6)),
        new("family-small-children", "亲子家庭", "Family with small children", new(2, 2), TransportWish.Taxi, false,
            6000, true,
            ("family", 1), ("hands-on", 0.9), ("nature", 0.5)),
        new("family-teenagers", "青少年家庭", "Family with teenagers", new(2, 1), TransportWish.Mixed, true, null, false,
            ("hands-on", 1), ("study-tour", 0.6), ("food", 0.6), ("night-economy", 0.5)),
        new("seniors", "银发旅友", "Seniors", new(0, 0, 2), TransportWish.Taxi, false, 5000, true,
            ("history", 1), ("ceramic-heritage", 0.8), ("opera", 0.6), ("tea", 0.6)),
        new("wheelchair", "无障碍出行", "With a wheelchair", new(2, 0, 0, 1), TransportWish.Taxi, false, 4000, true,
            ("ceramic-heritage", 1), ("contemporary-art", 0.8), ("history", 0.6)),
        new("three-generations", "三代同游", "Three generations", new(2, 1, 2), TransportWish.Taxi, false, 5000, true,
            ("family", 1), ("history", 0.7), ("food", 0.6)),
        new("photographer", "摄影师", "Photographer", new(1), TransportWish.Mixed, true, null, false,
            ("photography", 1), ("architecture", 0.8), ("village-life", 0.7), ("nature", 0.5)),
        new("architect", "建筑师", "Architect", new(1), TransportWish.Mixed, false, null, false,
            ("architecture", 1), ("history", 0.7), ("contemporary-art", 0.6)),
        new("art-student", "艺术学生", "Art student", new(1), TransportWish.EBike, true, null, false,
            ("contemporary-art", 1), ("hands-on", 0.8), ("study-tour", 0.6), ("night-economy", 0.5)),
        new("study-group", "研学团", "Study group", new(2, 18), TransportWish.Taxi, false, null, false,
            ("study-tour", 1), ("hands-on", 0.9), ("ceramic-heritage", 0.7), ("history", 0.5)),
        new("tea-friend", "茶友", "Friend of tea", new(2), TransportWish.Taxi, false, null, true,
            ("tea", 1), ("village-life", 0.8), ("nature", 0.7), ("hands-on", 0.4)),
        new("food-lover", "美食家", "Food lover", new(2), TransportWish.Mixed, true, null, false,
            ("food", 1), ("night-economy", 0.8), ("shopping", 0.6), ("village-life", 0.3)),
        new("shopper", "淘瓷客", "Porcelain shopper", new(2), TransportWish.Mixed, true, null, false,
            ("shopping", 1), ("contemporary-art", 0.6), ("night-economy", 0.5), ("ceramic-heritage", 0.4)),
        new("villager", "古村慢游", "Old villages slowly", new(2), TransportWish.Taxi, false, null, true,
            ("village-life", 1), ("nature", 0.8), ("architecture", 0.6), ("tea", 0.4)),
        new("hiker", "徒步客", "Hiker", new(2), TransportWish.Mixed, false, null, false,
            ("nature", 1), ("village-life", 0.7), ("photography", 0.5)),
        new("historian", "历史学者", "Historian", new(1), TransportWish.Mixed, false, null, false,
            ("history", 1), ("architecture", 0.7), ("opera", 0.7), ("ceramic-heritage", 0.7)),
        new("night-owl", "夜游客", "Night owl", new(3), TransportWish.Mixed, true, null, false,
            ("night-economy", 1), ("food", 0.8), ("shopping", 0.5), ("photography", 0.4)),
        new("maker", "手作人", "Maker", new(1), TransportWish.EBike, false, null, false,
            ("hands-on", 1), ("ceramic-heritage", 0.7), ("contemporary-art", 0.6)),
        new("first-timer-abroad", "海外首访", "First visit from abroad", new(2), TransportWish.Mixed, true, null, false,
            ("ceramic-heritage", 0.9), ("photography", 0.7), ("food", 0.7), ("history", 0.6), ("hands-on", 0.6)),
    ];
}

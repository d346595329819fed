namespace Jingdezhen.Tourism.Routes.Plans;

/// <summary>The planner's codes in words.</summary>
internal static class PlanTexts
{
    private static readonly Dictionary<string, (string Zh, string En)> Reasons = new(StringComparer.Ordinal)
    {
        ["theme"] = ("符合您的兴趣", "matches your interest"),
        ["interest"] = ("兴趣合计", "your interest in all"),
        ["quality"] = ("整体品质", "general worth"),
        ["visit-length"] = ("按游览时长计", "what fills hours counts more"),
        ["rain"] = ("已考虑雨天", "rain was considered"),
        ["children-family"] = ("适合带孩子", "good with children"),
        ["children-hands-on"] = ("孩子可动手体验", "children can join in"),
        ["children-quiet"] = ("对孩子较安静", "quiet for children"),
        ["seniors-calm"] = ("适合长者", "calm, good for seniors"),
        ["seniors-strenuous"] = ("对长者较费力", "strenuous for seniors"),
        ["seniors-nightlife"] = ("较为喧闹", "lively at night"),
        ["access-not-known"] = ("无障碍情况未知", "wheelchair access not known"),
        ["evening"] = ("夜间更精彩", "better after dark"),
        ["crowded"] = ("预计拥挤，已降低推荐", "expected to be crowded, so it counts less"),
        ["variety"] = ("同类地点较多", "one of several of its kind"),
        ["inside"] = ("位于另一景点之内", "inside another stop"),
        ["only-through-gate"] = ("门票属于当日未游览的景点", "behind the gate of a place that is not visited that day"),
        ["not-yet-lit"] = ("夜市白天冷清", "a night market by day"),
        ["must-see"] = ("您的必去地点", "you must see it"),
        ["fixed"] = ("已预订或固定", "booked or pinned"),
    };

    private static readonly Dictionary<string, (string Zh, string En)> Omissions = new(StringComparer.Ordinal)
    {
        ["avoided"] = ("您选择避开", "you avoid it"),
        ["closed-all-days"] = ("行程期间不开放", "closed on all your days"),
        ["outside-your-hours"] = ("开放时间在您的时段之外", "open only outside your hours"),
        ["out-of-reach"] = ("以所选交通方式无法到达", "out of reach by your means of transport"),
        ["sold-out"] = ("名额已满", "sold out for your party"),
        ["not-accessible"] = ("轮椅无法进入", "not accessible by wheelchair"),
        ["budget"] = ("超出预算", "beyond the budget"),
        ["walking-limit"] = ("超出步行上限", "beyond the walking limit"),
        ["stay-ends"] = ("停留期限已到", "the stay ends before"),
        ["fixed-stops"] = ("与已固定的行程冲突", "booked or pinned stops leave no room"),
        ["other-must-sees"] = ("与其他必去地点冲突", "other must-sees leave no room"),
        ["no-time"] = ("时间不足", "no time left"),
        ["less-interesting"] = ("兴趣匹配度较低", "others interest you more"),
    };

    public static (string Zh, string En) Reason(string code) => Reasons.GetValueOrDefault(code, (code, code));

    public static (string Zh, string En) Omission(string code) => Omissions.GetValueOrDefault(code, (code, code));
}

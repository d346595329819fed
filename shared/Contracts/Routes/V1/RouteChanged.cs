namespace Jingdezhen.Tourism.Contracts.Routes.V1;

/// <summary>A route of the library is new, changed, or no longer on offer; all fields are the present ones.</summary>
/// <param name="Valid">Whether the planner's checker found no fault in it.</param>
/// <param name="Version">Grows with every change; a reader ignores older ones.</param>
public sealed record RouteChanged(
    Guid RouteId,
    string NameZh,
    string NameEn,
    bool OnOffer,
    bool Valid,
    int Days,
    IReadOnlyList<string> Counties,
    IReadOnlyList<string> Themes,
    long Version);

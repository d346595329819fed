using Jingdezhen.Tourism.Routes.Crowds;
using Jingdezhen.Tourism.Routes.Places;
using Jingdezhen.Tourism.Routes.Planning;

namespace Jingdezhen.Tourism.Routes.Plans;

/// <summary>A point of a plan with its names; the catalogue's places first, in their order.</summary>
internal sealed record NamedPoint(string? PlaceId, string NameZh, string NameEn, double Lat, double Lon);

/// <summary>Wishes that were understood: the planner's problem and what its indexes mean.</summary>
internal sealed record Trip(TripWishes Wishes, Catalogue Catalogue, PlanProblem Problem,
    IReadOnlyList<NamedPoint> OwnPoints, IReadOnlyList<CrowdedDay> Crowds)
{
    public Slot? Slot(int day, string placeId, string? availabilityId) => availabilityId is null ? null
        : Crowds[day].Slots(placeId).FirstOrDefault(slot => slot.AvailabilityId == Guid.Parse(availabilityId));

    public NamedPoint Point(int index)
    {
        if (index >= Catalogue.Places.Count) return OwnPoints[index - Catalogue.Places.Count];
        var facts = Catalogue.Places[index].Facts;
        return new(facts.Id, facts.NameZh, facts.NameEn, facts.Lat, facts.Lon);
    }
}

/// <summary>What the field of a wish is and why it cannot be granted; a 400.</summary>
internal sealed record WishFault(string Field, string Because);

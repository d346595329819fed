using Jingdezhen.Tourism.Routes.Plans;

namespace Jingdezhen.Tourism.Routes.Library;

/// <summary>
/// A route of the library: the wishes of its cell and a plan that meets them. On offer only while the checker has
/// confirmed
/// it against the catalogue as it is; an edit of one of its places takes it off at once, until it is confirmed again.
/// </summary>
internal sealed class StoredRoute
{
    public required Guid Id { get; init; }

    /// <summary>Its cell of the grid; a route that is made anew keeps its key.</summary>
    public required string Key { get; init; }

    public required string Persona { get; init; }
    public required int Days { get; init; }
    public required string Season { get; init; }
    public required string Budget { get; init; }
    public required string Pace { get; init; }
    public required string Start { get; init; }
    public string? Programme { get; init; }
    public required string NameZh { get; set; }
    public required string NameEn { get; set; }
    public required DateOnly FirstDate { get; set; }

    /// <summary>"day/place" of every visit.</summary>
    public required string[] Stops { get; set; }

    /// <summary>The ids of the places, for finding the routes that an edit concerns.</summary>
    public required string[] PlaceIds { get; set; }

    public required string[] Counties { get; set; }
    public required long CostFen { get; set; }
    public required TripWishes Wishes { get; set; }
    public required PlanResponse Plan { get; set; }
    public required bool OnOffer { get; set; }
    public required DateTimeOffset CheckedAt { get; set; }

    public RouteOutline Outline() => new(Id, NameZh, NameEn, Days, Counties, Persona, Programme);
}

/// <summary>A run that brings the library to its number of valid, distinct routes.</summary>
internal sealed class LibraryRun
{
    public required Guid Id { get; init; }
    public required int Wanted { get; init; }
    public required int MillisecondsEach { get; init; }
    public required DateTimeOffset AskedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>Cells of the grid dealt with; a run that was interrupted goes on from here.</summary>
    public int NextCell { get; set; }

    public int Made { get; set; }
    public int Kept { get; set; }
    public int Duplicates { get; set; }
    public int Invalid { get; set; }
    public int OnOffer { get; set; }
    public double Seconds { get; set; }
    /// <summary>What the checker said of the first plan it rejected; a matter for whoever maintains the
    /// planner.</summary>
    public string? FirstObjection { get; set; }
}

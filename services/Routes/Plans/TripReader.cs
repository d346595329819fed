using Jingdezhen.Tourism.Routes.Crowds;
using Jingdezhen.Tourism.Routes.Places;
using Jingdezhen.Tourism.Routes.Planning;
using Jingdezhen.Tourism.Routes.Travel;

namespace Jingdezhen.Tourism.Routes.Plans;

/// <summary>
/// Turns wishes into the planner's problem, or says which field is wrong or contradicts which other. What merely cannot
/// be had (a closed door, a budget that is too small) is no fault: the plan names it.
/// </summary>
internal sealed class TripReader(CatalogueCache catalogues, CrowdCache crowds, TravelTimes travel, PlanWeights weights)
{
    public const string Hub = "transport-hub";
    private const string DefaultStay = "renmin-square";
    private const int MostDays = 14, MostPeople = 60, MostNamed = 30, MostBreaks = 4;
    private static readonly TimeSpan VisaFree = TimeSpan.FromHours(144);

    private sealed class Fault(string field, string because) : Exception(because)
    {
        public WishFault Wish { get; } = new(field, because);
    }

    public async Task<(Trip? Trip, WishFault? Fault)> ReadAsync(
        TripWishes wishes, CancellationToken cancellation, bool heedCrowds = true)
    {
        var catalogue = await catalogues.CurrentAsync(cancellation);
        try
        {
            CheckNumbers(wishes);
            var (days, points) = Days(wishes, catalogue);
            var understood = Understood(wishes, catalogue, days);
            var dates = days.Select(day => day.Date).ToArray();
            var crowd = new CrowdedDay[dates.Length];
            for (var day = 0; day < dates.Length; day++)
            {
                crowd[day] = heedCrowds ? await crowds.OnAsync(dates[day], cancellation) : new(dates[day], [], []);
            }

            var ticketed = wishes.BookableOnly ? await crowds.TicketedVenuesAsync(cancellation) : new HashSet<string>();
            var party = wishes.Party ?? new();
            var problem = new PlanProblem
            {
                Places = Places(catalogue, crowd, ticketed),
                Days = days,
                Travel = await travel.TableAsync(
                    catalogue, [.. points.Select(point => new TravelPoint(point.Lat, point.Lon))], cancellation),
                Party = new(party.Adults, party.Children, party.Seniors, party.Wheelchairs),
                Wishes = understood,
                Weights = weights,
            };
            return (new(wishes, catalogue, problem, points, crowd), null);
        }
        catch (Fault fault)
        {
            return (null, fault.Wish);
        }
    }

    private static void CheckNumbers(TripWishes wishes)
    {
        if (wishes.Days is not { Count: >= 1 and <= MostDays }) throw new Fault("days", $"Name 1 to {MostDays} days.");
        if (wishes.BudgetFen is < 0) throw new Fault("budgetFen", "A budget is not below 0; leave it out for none.");
        if (wishes.WalkLimitMeters is < 0 or > 100_000)
            throw new Fault("walkLimitMeters", "Give 0 to 100000 metres a day.");
        if (wishes.TimeLimitMilliseconds is < 5 or > 1000)
            throw new Fault("timeLimitMilliseconds", "Give 5 to 1000 milliseconds.");
        var party = wishes.Party ?? new();
        if (party.Adults < 0 || party.Children < 0 || party.Seniors < 0 || party.Wheelchairs < 0)
        {
            throw new Fault("party", "Nobody can be fewer than nobody.");
        }

        if ((long)party.Adults + party.Children + party.Seniors is < 1 or > MostPeople)
        {
            throw new Fault("party", $"A party has 1 to {MostPeople} people.");
        }

        if (party.Wheelchairs > party.Adults + party.Children + party.Seniors)
        {
            throw new Fault("party.wheelchairs", "There are more wheelchairs than people.");
        }

        foreach (var (field, value) in new[] { ("source", wishes.Source), ("campaign", wishes.Campaign),
            ("guestKey", wishes.GuestKey) })
        {
            if (value?.Length > 100) throw new Fault(field, "Give at most 100 characters.");
        }
    }

    private static (PlanDay[] Days, List<NamedPoint> Points) Days(TripWishes wishes, Catalogue catalogue)
    {
        var points = new List<NamedPoint>();
        var days = new PlanDay[wishes.Days.Count];
        for (var day = 0; day < days.Length; day++)
        {
            var (wish, field) = (wishes.Days[day], $"days[{day}]");
            if (wish is null) throw new Fault(field, "The day is missing.");
            if (wish.Date.Year is < 2025 or > 2035)
                throw new Fault($"{field}.date", "Plans are made for 2025 to 2035.");
            if (day > 0 && wish.Date <= wishes.Days[day - 1].Date)
                throw new Fault($"{field}.date", "Days come in order, each once.");

            var from = Clock($"{field}.from", wish.From ?? "09:00");
            var to = Clock($"{field}.to", wish.To ?? (wishes.EveningProgramme ? "22:00" : "21:00"));
            if (to <= from) throw new Fault($"{field}.to", "The day ends before it begins; its window is empty.");
            days[day] = new(
                wish.Date, from, to, Point($"{field}.start", wish.Start ?? wishes.Stay),
                    Point($"{field}.end", wish.End ?? wishes.Stay),
                wish.Weather == WeatherWish.Rain ? Weather.Rain : Weather.Fair);
        }

        return (days, points);

        int Point(string field, PointWish? wish)
        {
            wish ??= catalogue.ById.ContainsKey(DefaultStay)
                ? new(DefaultStay)
                : throw new Fault(field, "Say where the day starts and ends; the catalogue has no People's Square.");
            if (wish.PlaceId is { } id)
            {
                return catalogue.ById.ContainsKey(id) ? catalogue.IndexOf(id)
                    : throw new Fault($"{field}.placeId", $"There is no place \"{id}\".");
            }

            if (wish is not { Lat: { } lat, Lon: { } lon }) throw new Fault(field, "Give a placeId, or lat and lon.");
            if (!PlaceReader.InRegion(lat, lon)) throw new Fault(
                field, $"({lat}, {lon}) lies outside Jingdezhen and its counties.");
            if (wish.Name?.Length > 100) throw new Fault($"{field}.name", "Give at most 100 characters.");
            var known = points.FindIndex(point => point.Lat == lat && point.Lon == lon);
            if (known >= 0) return catalogue.Places.Count + known;
            points.Add(new(null, wish.Name ?? "出发点", wish.Name ?? "Start", lat, lon));
            return catalogue.Places.Count + points.Count - 1;
        }
    }

    private static PlanWishes Understood(TripWishes wishes, Catalogue catalogue, PlanDay[] days)
    {
        var themes = catalogue.Places.SelectMany(place => place.Facts.Themes).ToHashSet(StringComparer.Ordinal);
        var programmes = Named("programmes", wishes.Programmes).Select((code, at) => Programme.Find(code)
            ?? throw new Fault($"programmes[{at}]",
                $"There is no programme \"{code}\"; there are "
                    + $"{string.Join(", ", Programme.All.Select(each => each.Code))}.")).ToArray();

        var interests = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var theme in programmes.SelectMany(programme => programme.Interests)) interests[theme] = 1;
        foreach (var (theme, interest) in wishes.Interests ?? new Dictionary<string, double>())
        {
            if (!themes.Contains(theme)) throw new Fault(
                $"interests.{theme}", $"There is no such theme; there are {string.Join(", ", themes.Order())}.");
            if (interest is not (>= 0 and <= 1)) throw new Fault($"interests.{theme}", "An interest is 0 to 1.");
            interests[theme] = interest;
        }

        var wanted = Named("themes", wishes.Themes);
        for (var at = 0; at < wanted.Count; at++)
        {
            if (!themes.Contains(wanted[at])) throw new Fault($"themes[{at}]", $"There is no theme \"{wanted[at]}\".");
            if (interests.GetValueOrDefault(wanted[at], 1) == 0)
                throw new Fault($"themes[{at}]", $"\"{wanted[at]}\" is wanted, and its interest is 0.");
        }

        var counties = Named("counties", wishes.Counties);
        for (var at = 0; at < counties.Count; at++)
        {
            if (!PlaceReader.Districts.Contains(counties[at]))
                throw new Fault($"counties[{at}]",
                $"\"{counties[at]}\" is none of {string.Join(", ", PlaceReader.Districts)}.");
        }

        var mustSee = Places("mustSee", wishes.MustSee, catalogue, mayBeHub: false);
        var avoid = Places("avoid", wishes.Avoid, catalogue, mayBeHub: true);
        var settled = Fixed(wishes, catalogue, days, avoid);
        foreach (var (place, at) in mustSee.Select((place, at) => (place, at)))
        {
            if (avoid.Contains(place)) throw new Fault(
                $"mustSee[{at}]", $"\"{catalogue.Places[place].Id}\" is also to be avoided.");
            foreach (var needed in new[] { catalogue.Places[place].Facts.RequiresTicketOf })
            {
                if (needed is not null && avoid.Contains(catalogue.IndexOf(needed)))
                {
                    throw new Fault($"mustSee[{at}]",
                        $"\"{catalogue.Places[place].Id}\" lies behind the gate of \"{needed}\", which is to be "
                            + $"avoided.");
                }
            }
        }

        return new()
        {
            Interests = interests,
            MustSee = [.. mustSee.Concat(programmes.SelectMany(programme => programme.MustSee)
                .Where(catalogue.ById.ContainsKey).Select(id => catalogue.IndexOf(id))
                    .Where(place => !avoid.Contains(place))).Distinct()],
            Avoid = [.. avoid],
            Fixed = settled,
            BudgetFen = wishes.BudgetFen,
            WalkLimitMeters = wishes.WalkLimitMeters,
            Pace = (Pace)wishes.Pace,
            Transport = (Transport)wishes.Transport,
            Breaks = Breaks(wishes),
            EveningProgramme = wishes.EveningProgramme || programmes.Any(programme => programme.Evening),
            Themes = [.. wanted.Concat(programmes.SelectMany(programme => programme.Themes)).Distinct()],
            Counties = [.. counties.Concat(programmes.SelectMany(programme => programme.Counties)).Distinct()],
            BookableOnly = wishes.BookableOnly,
            LeaveBy = LeaveBy(wishes, days),
        };
    }

    // The 144 hours of the visa-free transit are counted from midnight after the day of entry.
    private static DateTime? LeaveBy(TripWishes wishes, PlanDay[] days)
    {
        if (wishes.EnteredOn is not { } entered) return null;
        if (entered > days[0].Date) throw new Fault("enteredOn", "The first day lies before the entry.");
        var leave = entered.AddDays(1).ToDateTime(TimeOnly.MinValue) + VisaFree;
        return days[0].Date.ToDateTime(TimeOnly.MinValue) < leave ? leave
            : throw new Fault("enteredOn", $"The 144 hours end on {leave:yyyy-MM-dd HH:mm}, before the first day.");
    }

    private static BreakWish[] Breaks(TripWishes wishes)
    {
        if (wishes.Breaks is null) return [PlanWishes.Lunch];
        if (wishes.Breaks.Count > MostBreaks) throw new Fault("breaks", $"Name at most {MostBreaks} breaks.");
        return [.. wishes.Breaks.Select((wish, at) =>
        {
            var (earliest, latest) = (Clock($"breaks[{at}].earliest", wish.Earliest),
                Clock($"breaks[{at}].latest", wish.Latest));
            if (latest < earliest) throw new Fault($"breaks[{at}].latest", "The latest time is before the earliest.");
            if (wish.Minutes is < 5 or > 240) throw new Fault(
                $"breaks[{at}].minutes", "A break lasts 5 to 240 minutes.");
            if (string.IsNullOrWhiteSpace(wish.Name) || wish.Name.Length > 30)
                throw new Fault($"breaks[{at}].name", "Give 1 to 30 characters.");
            if (wishes.Breaks.Take(at).Any(other => other.Name == wish.Name))
                throw new Fault($"breaks[{at}].name", "Two breaks have this name.");
            return new BreakWish(wish.Name, earliest, latest, wish.Minutes);
        })];
    }

    private static FixedStop[] Fixed(TripWishes wishes, Catalogue catalogue, PlanDay[] days, List<int> avoid)
    {
        var settled = new List<FixedStop>();
        foreach (var (wish, at) in Named("fixed", wishes.Fixed).Select((wish, at) => (wish, at)))
        {
            var field = $"fixed[{at}]";
            if (!catalogue.ById.TryGetValue(wish.PlaceId ?? "", out var place))
                throw new Fault($"{field}.placeId", $"There is no place \"{wish.PlaceId}\".");
            var index = catalogue.IndexOf(place.Id);
            if (avoid.Contains(index)) throw new Fault($"{field}.placeId", $"\"{place.Id}\" is also to be avoided.");
            var day = Array.FindIndex(days, each => each.Date == wish.Date);
            if (day < 0) throw new Fault($"{field}.date", $"{wish.Date:yyyy-MM-dd} is no day of the trip.");
            if (settled.Any(other => other.Place == index))
                throw new Fault($"{field}.placeId", $"\"{place.Id}\" is settled twice.");
            var minute = Clock($"{field}.at", wish.At);
            if (settled.FirstOrDefault(other => other.Day == day && other.StartMinute == minute) is { } same)
            {
                throw new Fault($"{field}.at", $"\"{catalogue.Places[same.Place].Id}\" is settled for the same time.");
            }

            settled.Add(new(index, day, minute));
        }

        return [.. settled];
    }

    private static PlanPlace[] Places(Catalogue catalogue, CrowdedDay[] crowd, IReadOnlySet<string> ticketed)
    {
        var groups = catalogue.Places.Select(place => place.Facts.TicketGroup).OfType<string>().Distinct().ToList();
        return [.. catalogue.Places.Select(place => new PlanPlace
        {
            Id = place.Id,
            Category = place.Facts.Category,
            County = place.Facts.District,
            Themes = [.. place.Facts.Themes],
            VisitMinutes = place.Facts.VisitMinutes,
            Shelter = place.Facts.Indoor switch { "indoor" => Shelter.Indoor, "outdoor" => Shelter.Outdoor, _ =>
                Shelter.Mixed },
            Wheelchair = place.Facts.Wheelchair,
            Evening = place.Facts.Evening,
            ServesMeals = place.Facts.Category is "food-street" or "night-market"
                || place.Facts.Themes.Contains("food"),
            FareFen = place.Facts.TicketFen ?? 0,
            TicketGroup = place.Facts.TicketGroup is { } group ? groups.IndexOf(group) : -1,
            PartOf = place.Facts.PartOf is { } whole ? catalogue.IndexOf(whole) : -1,
            RequiresTicketOf = place.Facts.RequiresTicketOf is { } gate ? catalogue.IndexOf(gate) : -1,
            Quality = Quality(place.Facts),
            Crowding = [.. crowd.Select(day => day.Load(place))],
            Open = [.. crowd.Select(day => Open(catalogue, place, day, ticketed))],
        })];
    }

    // A station is where a day starts, not what one came to see.
    private static OpenWindow[] Open(Catalogue catalogue, CataloguePlace place, CrowdedDay day,
        IReadOnlySet<string> ticketed)
    {
        if (place.Facts.Withdrawn || place.Facts.Category == Hub) return [];
        var last = place.Hours.LastAdmission ?? Window.Midnight;
        var windows = catalogue.Windows(place, day.Date)
            .Select(window => new OpenWindow(window.From, window.To, Math.Min(window.To, last))).ToArray();
        return ticketed.Contains(place.Id) ? [.. windows.SelectMany(window => InSlots(window, place, day))] : windows;
    }

    private static IEnumerable<OpenWindow> InSlots(OpenWindow window, CataloguePlace place, CrowdedDay day)
    {
        foreach (var slot in day.Slots(place.Id))
        {
            var (opens, ends) = (day.Minute(slot.StartsAt), day.Minute(slot.EndsAt));
            if (opens < window.Opens || opens > window.LastAdmission || slot.Status == "CLOSED") continue;

            // A slot about as long as the visit is a performance: one comes when it begins. A longer one is a time to
            // enter.
            var performance = ends - opens <= place.Facts.VisitMinutes * 5 / 4;
            var latest = performance ? opens : Math.Min(Math.Max(opens, ends - 1), window.LastAdmission);
            yield return new(opens, performance ? Math.Max(ends, opens + place.Facts.VisitMinutes) : window.Closes,
                latest, slot.AvailabilityId.ToString(),
                slot.Status == "FREESALE" ? int.MaxValue : slot.Status == "SOLD_OUT" ? 0 : Math.Max(0, slot.Vacancies));
        }
    }

    private static double Quality(PlaceFacts facts) =>
        (facts.NationalProtected == true ? 1.2 : 1)
        * (facts.NeedsCheck && !facts.Demonstration ? 0.7 : 1)
        * (facts.ClosedNote.Contains("仅外观", StringComparison.Ordinal) ? 0.6 : 1);

    private static List<int> Places(string field, IReadOnlyList<string>? ids, Catalogue catalogue, bool mayBeHub)
    {
        var places = new List<int>();
        foreach (var (id, at) in Named(field, ids).Select((id, at) => (id, at)))
        {
            if (!catalogue.ById.TryGetValue(id ?? "", out var place) || place.Facts.Withdrawn)
                throw new Fault($"{field}[{at}]", $"There is no place \"{id}\".");
            if (!mayBeHub && place.Facts.Category == Hub)
                throw new Fault($"{field}[{at}]", $"\"{id}\" is a station; name it as a start or end.");
            if (!places.Contains(catalogue.IndexOf(id!))) places.Add(catalogue.IndexOf(id!));
        }

        return places;
    }

    private static IReadOnlyList<T> Named<T>(string field, IReadOnlyList<T>? items) =>
        items is null ? [] : items.Count <= MostNamed ? items : throw new Fault(field, $"Name at most {MostNamed}.");

    private static int Clock(string field, string? text) => Window.ParseClock(text ?? "")
        ?? throw new Fault(field, $"\"{text}\" is not a time like 09:30.");
}

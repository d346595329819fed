using System.Security.Claims;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Http;
using Jingdezhen.Tourism.Routes.Places;
using Jingdezhen.Tourism.Routes.Planning;
using Jingdezhen.Tourism.Routes.Plans;
using Jingdezhen.Tourism.Routes.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Jingdezhen.Tourism.Routes.Itineraries;

public enum ItineraryEdit { Add, Remove, Move, Pin, Unpin }

/// <param name="Date">The day to add or move to; without it the stop's own day, or the day where it costs
/// least.</param>
/// <param name="Position">Before which visit of the day, from 0; without it where it costs least time.</param>
/// <param name="BookingId">With a pin: what was booked. A booked stop can be moved only after it is unpinned.</param>
public sealed record EditItineraryRequest(
    ItineraryEdit Edit, string PlaceId, DateOnly? Date = null, int? Position = null, Guid? BookingId = null);

internal static class EditItinerary
{
    /// <summary>Changes the visitor's own order and checks the whole at once; what does not fit is refused with its
    /// reason.</summary>
    public static async Task<Results<Ok<ItineraryResponse>, NotFound, ProblemHttpResult>> Handle(
        Guid id, EditItineraryRequest request, [FromHeader(Name = "If-Match")] string? match, ClaimsPrincipal user,
        HttpResponse response, TripPlanner planner, RoutesDb db, TimeProvider clock, CancellationToken cancellation)
    {
        if (await SaveItinerary.Find(id, user, db, cancellation) is not { } itinerary) return TypedResults.NotFound();
        if (SaveItinerary.Stale(match, itinerary) is { } stale) return stale;

        var days = OpenPart.Visits(itinerary.Plan, itinerary.Wishes)
            .Select(day => day.Select(stop => stop.Place.PlaceId!).ToList()).ToList();
        var at = days.FindIndex(day => day.Contains(request.PlaceId));
        if (request.Edit == ItineraryEdit.Add == at >= 0)
        {
            return at >= 0
                ? Problems.Invalid("placeId", $"\"{request.PlaceId}\" is in the itinerary already; move it instead.")
                : Problems.Invalid("placeId", $"\"{request.PlaceId}\" is no stop that still lies ahead.");
        }

        var target = request.Date is { } date ? itinerary.Wishes.Days.Index().Where(day => day.Item.Date == date)
            .Select(day => day.Index).DefaultIfEmpty(-1).First() : at;
        if (request.Date is not null && target < 0)
            return Problems.Invalid("date", $"{request.Date:yyyy-MM-dd} is no day that still lies ahead.");
        if (itinerary.Booked.ContainsKey(request.PlaceId) && request.Edit is ItineraryEdit.Remove or ItineraryEdit.Move)
        {
            return new Refusal(
                "stop-is-booked", $"\"{request.PlaceId}\" is booked; cancel the booking and unpin it first.")
                .AsProblem();
        }

        var booked = new Dictionary<string, Guid>(itinerary.Booked);
        var wishes = Wishes(itinerary, request, booked);
        var (trip, fault) = await planner.ReadAsync(wishes, cancellation);
        if (trip is null) return Problems.Invalid(
            fault!.Field == "fixed[0].placeId" ? "placeId" : fault.Field, fault.Because);
        if (trip.Catalogue.IndexOf(request.PlaceId) < 0)
            return Problems.Invalid("placeId", $"There is no place \"{request.PlaceId}\".");

        if (request.Edit is ItineraryEdit.Pin or ItineraryEdit.Unpin)
        {
            db.Add(itinerary.Change(Cause(request.Edit), wishes, Marked(itinerary.Plan, request, booked), booked,
                clock.GetUtcNow()));
            return await SaveItinerary.SaveAsync(itinerary, response, db, [], cancellation);
        }

        foreach (var day in days) day.Remove(request.PlaceId);
        var orders = request.Edit == ItineraryEdit.Remove ? [days]
            : Insertions(days, request.PlaceId, target, request.Position);
        if (Best(trip, orders) is not var (plan, conflict))
            return Problems.Invalid("position", "The day has no such position.");
        if (plan is null) return DoesNotFit(trip, conflict!);

        var objections = PlanChecker.Check(trip.Problem, plan);
        if (objections.Count > 0)
        {
            return new Refusal("edit-breaks-plan",
                $"The itinerary would not work: {string.Join("; ", objections.Select(PlanView.Text))}.").AsProblem();
        }

        var view = PlanView.Of(itinerary.Id, trip, plan, TimeSpan.Zero, objections);
        var joined = OpenPart.Join(itinerary.Plan, view, wishes, booked, new HashSet<string>(),
            OpenPart.Begins(wishes));
        db.Add(itinerary.Change(Cause(request.Edit), wishes, joined, booked, clock.GetUtcNow()));
        return await SaveItinerary.SaveAsync(itinerary, response, db, [], cancellation);
    }

    private static string Cause(ItineraryEdit edit) => edit switch
    {
        ItineraryEdit.Add => "added", ItineraryEdit.Remove => "removed", ItineraryEdit.Move => "moved",
        ItineraryEdit.Pin => "pinned", _ => "unpinned",
    };

    // What one puts in is no longer avoided, what one takes out is no longer a must, and a pin holds place and time.
    private static TripWishes Wishes(Itinerary itinerary, EditItineraryRequest request, Dictionary<string, Guid> booked)
    {
        var wishes = itinerary.Wishes;
        var settled = (wishes.Fixed ?? []).Where(stop => stop.PlaceId != request.PlaceId).ToList();
        switch (request.Edit)
        {
            case ItineraryEdit.Add:
                return wishes with { Avoid = [.. (wishes.Avoid ?? []).Where(place => place != request.PlaceId)] };
            case ItineraryEdit.Remove:
                return wishes with { MustSee = [.. (wishes.MustSee ?? []).Where(place => place != request.PlaceId)],
                    Fixed = settled, Programmes = null };
            case ItineraryEdit.Move:
                return wishes with { Fixed = settled };
            case ItineraryEdit.Pin:
                var stop = OpenPart.Visits(itinerary.Plan, wishes).SelectMany(day => day)
                    .First(each => each.Place.PlaceId == request.PlaceId);
                var local = Geo.InShanghai(stop.Start);
                settled.Add(new(request.PlaceId, DateOnly.FromDateTime(local),
                    Window.Clock((local.Hour * 60) + local.Minute)));
                if (request.BookingId is { } booking) booked[request.PlaceId] = booking;
                return wishes with { Fixed = settled };
            default:
                booked.Remove(request.PlaceId);
                return wishes with { Fixed = settled };
        }
    }

    // A pin settles what is there; nothing moves.
    private static PlanResponse Marked(PlanResponse plan, EditItineraryRequest request, Dictionary<string,
        Guid> booked) => plan with
    {
        Days = [.. plan.Days.Select(day => day with
        {
            Stops = [.. day.Stops.Select(stop => stop.Kind != "visit" || stop.Place.PlaceId != request.PlaceId ? stop
                : stop with
            {
                Pinned = request.Edit == ItineraryEdit.Pin,
                BookingId = booked.TryGetValue(request.PlaceId, out var booking) ? booking : null,
            })],
        })],
    };

    private static List<List<List<string>>> Insertions(List<List<string>> days, string place, int day, int? position)
    {
        var orders = new List<List<List<string>>>();
        for (var each = 0; each < days.Count; each++)
        {
            if (day >= 0 && each != day) continue;
            for (var slot = 0; slot <= days[each].Count; slot++)
            {
                if (position is { } wanted && slot != wanted) continue;
                var order = days.Select(stops => stops.ToList()).ToList();
                order[each].Insert(slot, place);
                orders.Add(order);
            }
        }

        return orders;
    }

    // Of the orders that work the one that is home earliest, summed over the days.
    private static (Plan? Plan, StopConflict? Conflict)? Best(Trip trip, List<List<List<string>>> orders)
    {
        (Plan? Plan, StopConflict? Conflict)? best = null;
        foreach (var order in orders)
        {
            var made = OwnOrder.Make(trip.Problem,
                [.. order.Select(day => day.Select(trip.Catalogue.IndexOf).ToArray())]);
            if (best is null || (made.Plan is not null
                && (best.Value.Plan is null || Home(made.Plan) < Home(best.Value.Plan)))) best = made;
        }

        return best;

        static int Home(Plan plan) => plan.Days.Sum(day => day.Home.ArriveMinute);
    }

    private static ProblemHttpResult DoesNotFit(Trip trip, StopConflict conflict)
    {
        var facts = trip.Catalogue.Places[conflict.Place].Facts;
        var (_, en) = PlanTexts.Omission(conflict.Because);
        return TypedResults.Problem(
            $"{facts.NameEn} does not fit on {trip.Problem.Days[conflict.Day].Date:yyyy-MM-dd}: {en}.",
            statusCode: StatusCodes.Status409Conflict, type: Problems.TypePrefix + "stop-does-not-fit",
            extensions: new Dictionary<string, object?>
            {
                ["code"] = "stop-does-not-fit", ["placeId"] = facts.Id, ["because"] = conflict.Because,
            });
    }
}

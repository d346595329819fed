using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Serialization;
using Jingdezhen.Tourism.Contracts.Routes.V1;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Http;
using Jingdezhen.Tourism.Platform.Messaging;
using Jingdezhen.Tourism.Routes.Planning;
using Jingdezhen.Tourism.Routes.Planning.Tours;
using Jingdezhen.Tourism.Routes.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Routes.Plans;

internal static class PlanTrip
{
    public static readonly Refusal Overloaded = new(
        "planner-busy", "Too many plans are being made; try again in a second.");

    /// <summary>Makes a plan, has it checked, and keeps it for a day so that it can be saved as an itinerary.</summary>
    public static async Task<Results<Ok<PlanResponse>, ProblemHttpResult>> Handle(
        TripWishes wishes, ClaimsPrincipal user, HttpResponse response, TripPlanner planner, RoutesDb db,
            TimeProvider clock,
        CancellationToken cancellation)
    {
        var (trip, fault) = await planner.ReadAsync(wishes, cancellation);
        if (trip is null) return Problems.Invalid(fault!.Field, fault.Because);

        if (await planner.PlanAsync(trip, cancellation) is not { } plan)
        {
            response.Headers.RetryAfter = "1";
            return Overloaded.AsProblem(StatusCodes.Status503ServiceUnavailable);
        }

        db.Add(new DraftPlan { Id = plan.Id, Wishes = wishes, Plan = plan, MadeAt = clock.GetUtcNow() });
        db.Publish(Planned(plan, wishes, routeId: null, user));
        await db.SaveChangesAsync(cancellation);
        return TypedResults.Ok(plan);
    }

    internal static ItineraryPlanned Planned(PlanResponse plan, TripWishes wishes, Guid? routeId,
        ClaimsPrincipal? user) => new(
        plan.Id, routeId, user?.Identity?.IsAuthenticated == true ? user.AccountId() : null, plan.Days.Count,
        plan.Days.Sum(day => day.Stops.Count(stop => stop.Kind == "visit")), plan.Counties ?? [],
        wishes.Source, wishes.Campaign, wishes.GuestKey);
}

/// <summary>A plan that was made and not yet saved by anyone; forgotten after a day.</summary>
internal sealed class DraftPlan
{
    public required Guid Id { get; init; }
    public required TripWishes Wishes { get; init; }
    public required PlanResponse Plan { get; init; }
    public required DateTimeOffset MadeAt { get; init; }

    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
    };
}

/// <summary>Reads wishes, plans behind the gate, and lets no plan out that the checker objects to.</summary>
internal sealed partial class TripPlanner(TripReader reader, PlanningGate gate, TimeProvider clock,
    ILogger<TripPlanner> logger)
{
    private const int MostAttempts = 3;

    public Task<(Trip? Trip, WishFault? Fault)> ReadAsync(TripWishes wishes, CancellationToken cancellation) =>
        reader.ReadAsync(wishes, cancellation);

    /// <summary>Null when too many plans are being made already.</summary>
    /// <exception cref="PlanRejectedException">The checker objects: a bug of the planner.</exception>
    public async Task<PlanResponse?> PlanAsync(Trip trip, CancellationToken cancellation)
    {
        var id = Guid.CreateVersion7(clock.GetUtcNow());
        var made = await gate.RunAsync(
            TimeSpan.FromMilliseconds(trip.Wishes.TimeLimitMilliseconds),
            budget => PlanView.Of(id, trip, Make(trip.Problem, budget, trip.Wishes.Seed), budget, []),
            cancellation);
        return made?.Result;
    }

    // A plan that the checker rejects is a bug to be found; the visitor gets one made from another seed, if that one
    // stands.
    private Plan Make(PlanProblem problem, TimeSpan budget, ulong seed)
    {
        for (var attempt = 0; ; attempt++)
        {
            var plan = Planner.Make(problem, new TourBudget(budget), unchecked(seed + (ulong)attempt));
            var objections = PlanChecker.Check(problem, plan);
            if (objections.Count == 0) return plan;
            if (attempt == MostAttempts - 1) throw new PlanRejectedException(objections);
            LogRejected(logger, seed, PlanView.Text(objections[0]));
        }
    }

    [LoggerMessage(LogLevel.Error, "The checker rejected the plan of seed {Seed}: {Objection}; another seed is tried")]
    private static partial void LogRejected(ILogger logger, ulong seed, string objection);
}

/// <summary>The planner made a plan that its checker rejects. No visitor ever sees it.</summary>
internal sealed class PlanRejectedException(IReadOnlyList<Objection> objections)
    : Exception($"The checker objects: {string.Join("; ", objections.Select(PlanView.Text))}")
{
    public IReadOnlyList<Objection> Objections => objections;
}

using Jingdezhen.Tourism.Routes.Planning;

namespace Jingdezhen.Tourism.Routes.Plans;

internal static class PlanEndpoints
{
    public static void AddPlans(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(builder.Configuration.GetSection("Planner:Weights").Get<PlanWeights>()
            ?? new PlanWeights());
        builder.Services.AddSingleton<TripReader>();
        builder.Services.AddSingleton<PlanningGate>();
        builder.Services.AddSingleton<TripPlanner>();
        builder.Services.AddHostedService<ForgetDraftsJob>();
        builder.Services.AddHostedService<WarmPlannerJob>();
    }

    public static RouteGroupBuilder MapPlans(this RouteGroupBuilder v1)
    {
        v1.MapPost("/plans", PlanTrip.Handle).AllowAnonymous();
        return v1;
    }
}

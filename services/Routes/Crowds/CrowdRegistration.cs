namespace Jingdezhen.Tourism.Routes.Crowds;

internal static class CrowdRegistration
{
    public static void AddCrowds(this IServiceCollection services)
    {
        services.AddSingleton<CrowdCache>();
        services.AddHostedService<ForgetPastSlotsJob>();
    }
}

using Jingdezhen.Tourism.Homestays.Guests;

namespace Jingdezhen.Tourism.Homestays.Stays;

internal static class StayServices
{
    public static IServiceCollection AddStays(this IServiceCollection services) => services
        .AddSingleton<PersonalData>().AddSingleton<RoomLock>().AddSingleton<Admission>().AddSingleton<AdmissionLoop>()
        .AddHostedService(provider => provider.GetRequiredService<AdmissionLoop>())
        .AddHostedService<ReleaseExpiredHoldsJob>();
}

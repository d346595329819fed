using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Homestays.Guests;
using Jingdezhen.Tourism.Platform.Messaging;

namespace Jingdezhen.Tourism.Homestays.Stays;

internal static class StayServices
{
    public static IServiceCollection AddStays(this IServiceCollection services) => services
        .AddSingleton<PersonalData>().AddSingleton<RoomLock>().AddSingleton<Admission>().AddSingleton<AdmissionLoop>()
        .AddHostedService(provider => provider.GetRequiredService<AdmissionLoop>())
        .AddScoped<HoldStays>().AddInboxGroup<HoldStay>((provider, holds, cancellation) =>
            provider.GetRequiredService<HoldStays>().HandleAsync(holds, cancellation))
        .AddScoped<ConfirmStays>().AddInboxGroup<ConfirmStay>((provider, sales, cancellation) =>
            provider.GetRequiredService<ConfirmStays>().HandleAsync(sales, cancellation))
        .AddHostedService<ReleaseExpiredHoldsJob>().AddHostedService<AskRefundsAgainJob>()
        .AddHostedService<CloseForgottenStaysJob>();
}

using Jingdezhen.Tourism.Payments.Payments;
using Jingdezhen.Tourism.Payments.Payouts;
using Jingdezhen.Tourism.Payments.Providers;
using Jingdezhen.Tourism.Payments.Refunds;
using Jingdezhen.Tourism.Payments.Sandbox;
using Jingdezhen.Tourism.Payments.Settlement;
using Jingdezhen.Tourism.Platform.Domain;

namespace Jingdezhen.Tourism.Payments;

internal static class PaymentsComposition
{
    public static void AddPayments(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddScoped<AskForPayment>().AddScoped<AskForRefund>().AddScoped<AskForPayout>();
        services.AddSingleton<StepSignal>().AddSingleton<SandboxSignal>().AddSingleton<SettleNotices>()
            .AddSingleton<DecideSandboxCharges>().AddSingleton<SandboxEndpoints.Desk>();
        services.AddSingleton<SandboxProvider>();
        services.AddSingleton<IPaymentProvider>(provider => provider.GetRequiredService<SandboxProvider>());
        services.AddSingleton<ProviderRegistry>();

        services.AddSingleton(provider => new GroupCommit<ProviderNotice, Refusal?>(
            provider.GetRequiredService<SettleNotices>().CommitAsync));
        services.AddSingleton(provider => new GroupCommit<SandboxWord, string?>(
            provider.GetRequiredService<DecideSandboxCharges>().CommitAsync));
        services.AddHostedService(provider => provider.GetRequiredService<GroupCommit<ProviderNotice, Refusal?>>());
        services.AddHostedService(provider => provider.GetRequiredService<GroupCommit<SandboxWord, string?>>());
        services.AddHostedService<ProviderSteps>().AddHostedService<SendSandboxNotices>();
    }
}

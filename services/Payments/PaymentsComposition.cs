using Jingdezhen.Tourism.Payments.Alipay;
using Jingdezhen.Tourism.Payments.Payments;
using Jingdezhen.Tourism.Payments.Payouts;
using Jingdezhen.Tourism.Payments.Providers;
using Jingdezhen.Tourism.Payments.Reconciliations;
using Jingdezhen.Tourism.Payments.Refunds;
using Jingdezhen.Tourism.Payments.Sandbox;
using Jingdezhen.Tourism.Payments.Settlement;
using Jingdezhen.Tourism.Payments.Storage;
using Jingdezhen.Tourism.Payments.WeChat;
using Jingdezhen.Tourism.Platform.Domain;
using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace Jingdezhen.Tourism.Payments;

internal static class PaymentsComposition
{
    public static void AddPayments(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton(SettlementGuards.From(builder.Configuration)).AddScoped<KeyLock>();
        services.AddScoped<AskForPayment>().AddScoped<AskForRefund>().AddScoped<AskForPayout>();
        services.AddSingleton<StepSignal>().AddSingleton<StepSignalInterceptor>().AddSingleton<SandboxSignal>()
            .AddSingleton<SettleNotices>()
            .AddSingleton<DecideSandboxCharges>().AddSingleton<SandboxEndpoints.Desk>();
        services.ConfigureDbContext<PaymentsDb>((provider, options) =>
            options.AddInterceptors(provider.GetRequiredService<StepSignalInterceptor>()));
        services.AddSingleton<SandboxProvider>();
        services.AddSingleton<IPaymentProvider>(provider => provider.GetRequiredService<SandboxProvider>());
        services.AddSingleton(builder.Configuration.GetSection("WeChat").Get<WeChatOptions>() ?? new())
            .AddSingleton<WeChatSignatures>().AddSingleton<WeChatProvider>()
            .AddSingleton<IPaymentProvider>(provider => provider.GetRequiredService<WeChatProvider>());
        services.AddSingleton(builder.Configuration.GetSection("Alipay").Get<AlipayOptions>() ?? new())
            .AddSingleton<AlipaySignatures>().AddSingleton<IPaymentProvider, AlipayProvider>();
        services.AddProviderClient(WeChatProvider.ProviderName);
        services.AddProviderClient(AlipayProvider.ProviderName);
        services.AddSingleton<ProviderRegistry>().AddSingleton<NoticeDoor>();

        services.AddSingleton(provider => new GroupCommit<ProviderNotice, Refusal?>(
            provider.GetRequiredService<SettleNotices>().CommitAsync));
        services.AddSingleton(provider => new GroupCommit<SandboxWord, string?>(
            provider.GetRequiredService<DecideSandboxCharges>().CommitAsync));
        services.AddHostedService(provider => provider.GetRequiredService<GroupCommit<ProviderNotice, Refusal?>>());
        services.AddHostedService(provider => provider.GetRequiredService<GroupCommit<SandboxWord, string?>>());
        services.AddHostedService<ProviderSteps>().AddHostedService<SendSandboxNotices>();
        services.AddSingleton<ReconciliationMeter>().AddHostedService<WarnOfMissingReconciliationsJob>();
    }

    // No retry here: a call that may have moved money is asked about, and repeated only by a later step.
    private static void AddProviderClient(this IServiceCollection services, string name) =>
        services.AddHttpClient(name).AddResilienceHandler(name, pipeline => pipeline
            .AddCircuitBreaker(new HttpCircuitBreakerStrategyOptions
            {
                MinimumThroughput = 20, BreakDuration = TimeSpan.FromSeconds(5),
            })
            .AddTimeout(TimeSpan.FromSeconds(5)));
}

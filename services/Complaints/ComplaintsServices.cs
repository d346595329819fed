using Jingdezhen.Tourism.Complaints.Cases;
using Jingdezhen.Tourism.Complaints.Clocks;
using Jingdezhen.Tourism.Complaints.Compensations;
using Jingdezhen.Tourism.Complaints.Evidence;
using Jingdezhen.Tourism.Complaints.Fund;
using Jingdezhen.Tourism.Complaints.Operators;
using Jingdezhen.Tourism.Complaints.Purchases;
using Jingdezhen.Tourism.Complaints.Recourses;
using Jingdezhen.Tourism.Complaints.Surveys;
using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Platform.Security;
using Microsoft.AspNetCore.HttpOverrides;

namespace Jingdezhen.Tourism.Complaints;

internal static class ComplaintsServices
{
    // Nobody complains of what was sold a tenth of a second ago.
    private static readonly TimeSpan LearnWithin = TimeSpan.FromMilliseconds(100);

    public static void AddComplaints(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<PersonalDataVault>();
        services.AddSingleton(builder.Configuration.GetSection("Guards").Get<ComplaintsGuards>() ?? new());
        services.AddSingleton(builder.Configuration.GetSection("Compensation").Get<CompensationOptions>() ?? new());
        services.AddSingleton<IEvidenceStore, LocalFolderStore>();
        services.AddScoped<CaseDesk>().AddScoped<CaseSteps>().AddScoped<OperatorDesk>().AddScoped<RecourseDesk>()
            .AddScoped<CompensationDesk>().AddScoped<TakeOn>().AddScoped<SweepClocks>().AddScoped<OpenSurveys>()
            .AddScoped<GuessGuard>().AddScoped<CaseLines>()
            .AddScoped<LearnBookings>().AddInboxGroup<SoldBooking>((provider, sales, cancellation) =>
                provider.GetRequiredService<LearnBookings>().HandleAsync(sales, cancellation), gather: LearnWithin)
            .AddScoped<LearnSlots>().AddInboxGroup<AvailabilityChanged>((provider, slots, cancellation) =>
                provider.GetRequiredService<LearnSlots>().HandleAsync(slots, cancellation), gather: LearnWithin);
        services.AddHttpContextAccessor();
        services.AddHostedService<SweepClocksJob>().AddHostedService<SuspendOverdueJob>()
            .AddHostedService<OpenFundJob>().AddHostedService<OpenSurveysJob>().AddHostedService<SweepGuessesJob>();

        // Behind the gateway every caller has its address: whom it names is believed of the networks named here.
        services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor;
            foreach (var network in builder.Configuration.GetSection("Proxies:Trusted").Get<string[]>() ?? [])
            {
                forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(network));
            }
        });
    }
}

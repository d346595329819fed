using Jingdezhen.Tourism.Complaints.Cases;
using Jingdezhen.Tourism.Complaints.Clocks;
using Jingdezhen.Tourism.Complaints.Compensations;
using Jingdezhen.Tourism.Complaints.Evidence;
using Jingdezhen.Tourism.Complaints.Fund;
using Jingdezhen.Tourism.Complaints.Operators;
using Jingdezhen.Tourism.Complaints.Recourses;
using Jingdezhen.Tourism.Platform.Security;

namespace Jingdezhen.Tourism.Complaints;

internal static class ComplaintsServices
{
    public static void AddComplaints(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<PersonalDataVault>();
        services.AddSingleton(builder.Configuration.GetSection("Guards").Get<ComplaintsGuards>() ?? new());
        services.AddSingleton(builder.Configuration.GetSection("Compensation").Get<CompensationOptions>() ?? new());
        services.AddSingleton<IEvidenceStore, LocalFolderStore>();
        services.AddScoped<CaseDesk>().AddScoped<CaseSteps>().AddScoped<OperatorDesk>().AddScoped<RecourseDesk>()
            .AddScoped<CompensationDesk>().AddScoped<SweepClocks>();
        services.AddHostedService<SweepClocksJob>().AddHostedService<SuspendOverdueJob>()
            .AddHostedService<OpenFundJob>();
    }
}

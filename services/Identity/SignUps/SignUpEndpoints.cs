using Jingdezhen.Tourism.Identity.Storage;
using Jingdezhen.Tourism.Platform.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Jingdezhen.Tourism.Identity.SignUps;

internal static class SignUpEndpoints
{
    public static RouteGroupBuilder MapSignUps(this RouteGroupBuilder v1)
    {
        var signUps = v1.MapGroup("/sign-ups").AllowAnonymous().WithTags("Sign-up");
        signUps.MapPost("/", StartSignUp.Handle).WithName("StartSignUp");
        signUps.MapPost("/{signUpId:guid}/resend", ResendCode.Handle).WithName("ResendCode");
        signUps.MapPost("/{signUpId:guid}/confirm", ConfirmSignUp.Handle).WithName("ConfirmSignUp");
        return v1;
    }

    public static WebApplicationBuilder AddSignUps(this WebApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton<ICodeSender, ConsoleCodeSender>();
        builder.Services.AddHostedService<SweepSignUpsJob>();
        return builder;
    }
}

/// <summary>Forgets addresses that never became accounts, once they no longer count against the limit.</summary>
internal sealed class SweepSignUpsJob(IServiceScopeFactory scopes, ILogger<SweepSignUpsJob> logger)
    : RecurringJob(scopes, logger, TimeSpan.FromMinutes(5))
{
    public override Task RunOnceAsync(IServiceProvider services, CancellationToken stopping) =>
        services.GetRequiredService<IdentityDb>().Database.ExecuteSqlAsync(
            $"""
            DELETE FROM sign_ups WHERE id IN (
                SELECT id FROM sign_ups WHERE created_at < now() - interval '2 hours'
                LIMIT 10000 FOR UPDATE SKIP LOCKED)
            """, stopping);
}

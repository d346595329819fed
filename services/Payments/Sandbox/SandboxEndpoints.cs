using System.ComponentModel.DataAnnotations;
using Jingdezhen.Tourism.Payments.Settlement;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Payments.Sandbox;

/// <param name="State">waiting, authorised, done, failed or closed, after the decision.</param>
public sealed record SandboxChargeResponse(Guid Id, string State);

/// <param name="Operation">start, query, capture, close, refund, payout; or refund-state, payout-state.</param>
/// <param name="Answer">error (nothing done) or lost (done, but no answer comes); for a …-state the state that the next
/// refund or payout begins in: waiting, done or failed.</param>
public sealed record SandboxBehaviourRequest(
    [Required] string Operation, [Required] string Answer, [Range(0, 1000)] int Times = 1);

/// <summary>The sandbox's desk: who pays, who declines, and how badly the answers travel. Only with
/// <c>Demo: true</c>.</summary>
internal static class SandboxEndpoints
{
    private const int MostCopies = 32;
    private const int LongestDelaySeconds = 3600;

    public static void MapSandbox(this WebApplication app)
    {
        if (!app.Configuration.GetValue<bool>("Demo")) return;

        var sandbox = app.MapGroup("/sandbox").WithTags("Sandbox").AllowAnonymous();
        foreach (var kind in new[] { "payment", "refund", "payout" })
        {
            sandbox.MapPost(
                $"/{kind}s/{{id:guid}}/approve",
                (Guid id, [AsParameters] Travel travel, Desk desk, CancellationToken cancellation) =>
                DecideAsync(id, kind, approve: true, travel, desk, cancellation));
            sandbox.MapPost(
                $"/{kind}s/{{id:guid}}/decline",
                (Guid id, [AsParameters] Travel travel, Desk desk, CancellationToken cancellation) =>
                DecideAsync(id, kind, approve: false, travel, desk, cancellation));
        }

        sandbox.MapPost("/behaviour", (SandboxBehaviourRequest request, SandboxProvider provider) =>
        {
            provider.Behave(request.Operation, request.Answer, request.Times);
            return TypedResults.NoContent();
        }).WithName("behaveSandbox");
    }

    /// <summary>How the notice travels.</summary>
    /// <param name="Delay">Seconds until it is sent.</param>
    /// <param name="Copies">How often it is sent; 0 for one that never comes.</param>
    /// <param name="AmountFen">A wrong amount to speak of.</param>
    /// <param name="Currency">A wrong currency to speak of.</param>
    /// <param name="Late">Pay although the charge was closed.</param>
    internal sealed record Travel(
        double Delay = 0, int Copies = 1, long? AmountFen = null, string? Currency = null, bool Late = false);

    internal sealed class Desk(GroupCommit<SandboxWord, string?> decide)
    {
        public Task<string?> DecideAsync(SandboxWord word, CancellationToken cancellation) =>
            decide.AddAsync(word, cancellation);
    }

    private static async Task<Results<Accepted<SandboxChargeResponse>, NotFound, ProblemHttpResult>> DecideAsync(
        Guid id, string kind, bool approve, Travel travel, Desk desk, CancellationToken cancellation)
    {
        if (travel.Copies is < 0 or > MostCopies) return Problems.Invalid("copies", $"0 to {MostCopies} copies.");
        if (travel.Delay is < 0 or > LongestDelaySeconds) return Problems.Invalid(
            "delay", $"0 to {LongestDelaySeconds} seconds.");

        var state = await desk.DecideAsync(
            new(id, kind, approve, travel.Copies, TimeSpan.FromSeconds(travel.Delay), travel.AmountFen, travel.Currency,
                travel.Late),
            cancellation);
        return state is null
            ? TypedResults.NotFound()
            : TypedResults.Accepted((string?)null, new SandboxChargeResponse(id, state));
    }
}

using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using System.Text.Json;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Http;
using Jingdezhen.Tourism.Platform.Messaging;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Platform.Tests.Workshop;

public sealed record MakePotRequest(
    [StringLength(20, MinimumLength = 1)] string Glaze, [Range(1, 10)] int Pieces = 1, JsonElement? Marks = null);

public sealed record PotResponse(Guid Id, string Glaze);

internal static class PotEndpoints
{
    public static void MapPots(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/pots", MakePot).RequireIdempotencyKey();
        routes.MapPost("/unguarded-pots", MakePot);
        routes.MapPost("/plain-pots", MakePlainPot).RequireIdempotencyKey();
        routes.MapGet("/pots/{id:guid}", (Guid id, WorkshopDb db, CancellationToken cancellation) =>
            db.Pots.SingleAsync(pot => pot.Id == id, cancellation));
        routes.MapGet("/me", (ClaimsPrincipal user) => user.AccountId());
        routes.MapGet("/kiln", () => "hot").RequireAuthorization(Roles.Admin);
        routes.MapGet("/fault", string () => throw new InvalidOperationException("The password of the kiln is 1300."));
        routes.MapGet("/slow", WaitForTheTest).AllowAnonymous();
        routes.MapGet("/since", (DateOnly day) => day).AllowAnonymous();
    }

    /// <summary>
    /// Answers when the test lets go of an advisory lock: a request that is in flight for as long as it likes.
    /// </summary>
    public static Task<int> WaitForTheTest(WorkshopDb db, CancellationToken cancellation) =>
        db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock_shared(1300)", cancellation);

    private static async Task<Results<Created<PotResponse>, ProblemHttpResult>> MakePot(
        MakePotRequest request, ClaimsPrincipal user, WorkshopDb db, CancellationToken cancellation)
    {
        var pot = new Pot { Id = Guid.CreateVersion7(), Owner = user.AccountId(), Glaze = request.Glaze };
        db.Pots.Add(pot);
        db.Publish(new PotFired(pot.Id));
        await db.SaveChangesAsync(cancellation);
        if (request.Glaze == "slow") await WaitForTheTest(db, cancellation);
        if (request.Glaze == "too many") return new Refusal("kiln-full", "There is room for 12 pots.").AsProblem();

        return TypedResults.Created($"/v1/pots/{pot.Id}", new PotResponse(pot.Id, pot.Glaze));
    }

    private static async Task<PotResponse> MakePlainPot(
        MakePotRequest request, ClaimsPrincipal user, WorkshopDb db, CancellationToken cancellation)
    {
        var pot = new Pot { Id = Guid.CreateVersion7(), Owner = user.AccountId(), Glaze = request.Glaze };
        db.Pots.Add(pot);
        await db.SaveChangesAsync(cancellation);
        return new(pot.Id, pot.Glaze);
    }
}

using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Nodes;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Http;
using Jingdezhen.Tourism.Routes.Library;
using Jingdezhen.Tourism.Routes.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Routes.Places;

public sealed record PlaceEditResponse(int Version, DateTimeOffset EditedAt, Guid EditedBy, string Source,
    PlaceFacts Facts);

internal static class EditPlace
{
    /// <summary>Replaces the fields that the body names and leaves the others as they are.</summary>
    public static async Task<Results<Ok<PlaceResponse>, NotFound, ProblemHttpResult>> Handle(
        string id, JsonElement body, [FromHeader(Name = "If-Match")] string? match, ClaimsPrincipal user,
            HttpResponse response,
        RoutesDb db, CatalogueCache cache, RouteBook book, TimeProvider clock, CancellationToken cancellation)
    {
        if (body.ValueKind != JsonValueKind.Object)
            return Problems.Invalid("$", "Send an object with the fields to change.");
        var fields = JsonObject.Create(body)!;
        if (match is null) return ETags.Required.AsProblem(StatusCodes.Status428PreconditionRequired);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await CatalogueCache.AdvanceAsync(db, cancellation);
        if (await db.Places.SingleOrDefaultAsync(each => each.Id == id, cancellation) is not { } place)
            return TypedResults.NotFound();
        if (!ETags.Fits(match, place.Version)) return ETags.Changed.AsProblem(StatusCodes.Status412PreconditionFailed);

        var row = (JsonObject)JsonNode.Parse(FactsText.Write(place.Facts))!;
        if (fields["id"] is { } renamed && renamed.ToString() != id)
            return Problems.Invalid("id", "A place keeps its id.");
        foreach (var (field, value) in fields)
        {
            if (!row.ContainsKey(field)) return Problems.Invalid(field, "A place has no such field.");
            row[field] = value?.DeepClone();
        }

        var (facts, faults) = PlaceReader.Read(row);
        if (facts is null) return Problems.Invalid(faults[0].Split(' ', 2)[0], string.Join(' ', faults));
        foreach (var other in new[] { facts.PartOf, facts.RequiresTicketOf })
        {
            if (other is not null && (other == id || !await db.Places.AnyAsync(each => each.Id == other, cancellation)))
            {
                return new Refusal("unknown-place", $"There is no other place \"{other}\".").AsProblem();
            }
        }

        if (place.Edit(facts, user.AccountId(), "edit", clock.GetUtcNow()) is { } edit)
        {
            db.Add(edit);
            await db.SaveChangesAsync(cancellation);
            await StaleRoutes.MarkAsync(db, [id], cancellation);
            await transaction.CommitAsync(cancellation);
            cache.Expire();
            book.Expire();
        }

        response.Headers.ETag = ETags.Of(place.Version);
        return TypedResults.Ok(new PlaceResponse(place.Facts, place.Version));
    }

    /// <summary>The newest edits first; <paramref name="before"/> a version continues the list.</summary>
    public static async Task<Ok<List<PlaceEditResponse>>> History(
        string id, RoutesDb db, CancellationToken cancellation, int limit = 50, int? before = null) =>
        TypedResults.Ok(await db.PlaceEdits.AsNoTracking()
            .Where(edit => edit.PlaceId == id && (before == null || edit.Version < before))
            .OrderByDescending(edit => edit.Version).Take(Math.Clamp(limit, 1, 100))
            .Select(edit => new PlaceEditResponse(edit.Version, edit.EditedAt, edit.EditedBy, edit.Source, edit.Facts))
            .ToListAsync(cancellation));
}

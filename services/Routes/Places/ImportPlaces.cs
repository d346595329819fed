using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Nodes;
using Jingdezhen.Tourism.Platform.Http;
using Jingdezhen.Tourism.Routes.Library;
using Jingdezhen.Tourism.Routes.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Routes.Places;

/// <summary>Catalogue files in order; a later row of the same id completes or overrides the earlier one's
/// fields.</summary>
public sealed record ImportPlacesRequest([MinLength(1), MaxLength(10)] IReadOnlyList<CatalogueFile> Files);

public sealed record CatalogueFile([Length(1, 200)] string Name, [MaxLength(5000)] IReadOnlyList<JsonElement> Rows);

public sealed record ImportedPlacesResponse(int Created, int Changed, int Unchanged);

public sealed record RowFault(string File, int Row, string? Id, string Reason);

internal static class ImportPlaces
{
    private const int MostFaults = 100;

    public static async Task<Results<Ok<ImportedPlacesResponse>, ProblemHttpResult>> Handle(
        ImportPlacesRequest request, ClaimsPrincipal user, RoutesDb db, CatalogueCache cache, RouteBook book,
            TimeProvider clock,
        CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await CatalogueCache.AdvanceAsync(db, cancellation);
        var known = await db.Places.ToDictionaryAsync(place => place.Id, cancellation);

        var (rows, faults) = Read(request, known.Keys);
        if (faults.Count > 0) return Refused(faults);

        var touched = new List<string>();
        int created = 0, changed = 0;
        foreach (var (facts, source) in rows)
        {
            if (!known.TryGetValue(facts.Id, out var place))
            {
                place = new() { Id = facts.Id };
                db.Add(place);
            }

            if (place.Edit(facts, user.AccountId(), source, clock.GetUtcNow()) is not { } edit) continue;
            db.Add(edit);
            touched.Add(facts.Id);
            if (edit.Version == 1) created++;
            else changed++;
        }

        // Loading the same files again changes nothing, not even the edition that makes every replica read anew.
        if (created + changed > 0)
        {
            await db.SaveChangesAsync(cancellation);
            await StaleRoutes.MarkAsync(db, [.. touched], cancellation);
            await transaction.CommitAsync(cancellation);
            cache.Expire();
            book.Expire();
        }

        return TypedResults.Ok(new ImportedPlacesResponse(created, changed, rows.Count - created - changed));
    }

    private static (List<(PlaceFacts Facts, string Source)> Rows, List<RowFault> Faults) Read(
        ImportPlacesRequest request, IEnumerable<string> known)
    {
        var faults = new List<RowFault>();
        var merged = new Dictionary<string, (JsonObject Row, string File, int Number)>(StringComparer.Ordinal);
        foreach (var file in request.Files)
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            for (var index = 0; index < file.Rows.Count; index++)
            {
                if (file.Rows[index].ValueKind != JsonValueKind.Object
                    || JsonObject.Create(file.Rows[index]) is not { } row
                    || row["id"] is not JsonValue value || !value.TryGetValue<string>(out var id))
                {
                    faults.Add(new(file.Name, index + 1, null, "The row is not an object with a text as id."));
                }
                else if (!seen.Add(id))
                {
                    faults.Add(new(file.Name, index + 1, id, "The file has this id in an earlier row."));
                }
                else if (merged.TryGetValue(id, out var earlier))
                {
                    foreach (var (field, written) in row) earlier.Row[field] = written?.DeepClone();
                    merged[id] = (earlier.Row, file.Name, index + 1);
                }
                else
                {
                    merged[id] = (row, file.Name, index + 1);
                }
            }
        }

        var rows = new List<(PlaceFacts Facts, string Source)>();
        var ids = merged.Keys.Concat(known).ToHashSet(StringComparer.Ordinal);
        foreach (var (id, (row, file, number)) in merged)
        {
            var (facts, reasons) = PlaceReader.Read(row);
            faults.AddRange(reasons.Select(reason => new RowFault(file, number, id, reason)));
            if (facts is null) continue;

            foreach (var (field, other) in new[] { ("partOf", facts.PartOf),
                ("requiresTicketOf", facts.RequiresTicketOf) })
            {
                if (other is not null && (other == id || !ids.Contains(other)))
                {
                    faults.Add(new(file, number, id, $"{field} names \"{other}\", which is no other place."));
                }
            }

            rows.Add((facts, $"{file}, row {number}"));
        }

        return (rows, faults);
    }

    private static ProblemHttpResult Refused(List<RowFault> faults) => TypedResults.Problem(
        $"{faults.Count} rows or fields are wrong; nothing was imported. The first: {faults[0].File}, row "
            + $"{faults[0].Row}: {faults[0].Reason}",
        statusCode: StatusCodes.Status400BadRequest, type: Problems.TypePrefix + "rows-refused",
        extensions: new Dictionary<string, object?> { ["code"] = "rows-refused", ["rows"] = faults.Take(MostFaults) });
}

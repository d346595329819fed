using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using System.Security.Cryptography;
using Jingdezhen.Tourism.Complaints.Cases;
using Jingdezhen.Tourism.Complaints.Operators;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Jingdezhen.Tourism.Complaints.Evidence;

public sealed record EvidenceResponse(
    Guid Id, string Kind, string Content, string? MediaType, long? Bytes, string? Sha256, string AddedBy,
        DateTimeOffset AddedAt);

internal static class EvidenceEndpoints
{
    private const int LargestFile = 8 * 1024 * 1024;
    private const int MostFiles = 20;

    public static void MapEvidence(this IEndpointRouteBuilder routes)
    {
        var evidence = routes.MapGroup("/evidence").WithTags("Evidence");
        evidence.MapPost("/{caseId:guid}", AddAsync)
            .RequireAuthorization(policy => policy.RequireRole(
                Roles.Tourist, Roles.Host, Roles.Merchant, Roles.Operator))
            .RequireIdempotencyKey().Accepts<byte[]>("application/octet-stream")
            .WithMetadata(new RequestSizeLimitAttribute(LargestFile)).WithName("addEvidence");
        evidence.MapGet("/{caseId:guid}", ListAsync).WithName("findEvidence");
        evidence.MapGet("/{caseId:guid}/{id:guid}", OpenAsync).WithName("openEvidence");
    }

    private static async Task<Results<Created<EvidenceResponse>, NotFound, ProblemHttpResult>> AddAsync(
        Guid caseId, [FromQuery, StringLength(120, MinimumLength = 1)] string name, HttpRequest request,
        ClaimsPrincipal user, ComplaintsDb db, CaseDesk cases, OperatorDesk operators, IEvidenceStore store,
        CancellationToken cancellation)
    {
        if (await cases.LockAsync(caseId, cancellation, CaseAccess.Of(
            user)) is not { } found) return TypedResults.NotFound();
        if (user.IsInRole(Roles.Operator) && await operators.MayHandleAsync(user, found, cancellation) is { } tied)
        {
            return tied.AsProblem(StatusCodes.Status403Forbidden);
        }

        if (!found.IsOpen) return new Refusal("case-not-open", $"The case is {found.State.Kebab()}.").AsProblem();
        if (await db.EvidenceItems.CountAsync(row => row.CaseId == caseId && row.Kind == EvidenceItem.File,
            cancellation) >= MostFiles)
        {
            return new Refusal("too-many-files", $"A case has at most {MostFiles} files.").AsProblem();
        }

        // The idempotency filter has read the body already: it stands at its end.
        request.Body.Position = 0;
        using var content = new MemoryStream();
        await request.Body.CopyToAsync(content, cancellation);
        var bytes = content.GetBuffer().AsMemory(0, (int)content.Length);
        if (MediaTypes.Sniff(bytes.Span) is not { } type)
        {
            return new Refusal("unknown-file", "Only JPEG, PNG, WebP, PDF and MP4 are taken.")
                .AsProblem(StatusCodes.Status415UnsupportedMediaType);
        }

        var by = Actor.Of(user);
        var item = new EvidenceItem
        {
            Id = Guid.CreateVersion7(), CaseId = caseId, Kind = EvidenceItem.File, Content = name, MediaType = type,
            Bytes = bytes.Length, Sha256 = SHA256.HashData(bytes.Span), AddedBy = by.ToString(), AddedAt = cases.Now,
        };

        // The file first: one that is in no case harms nobody, a case whose file is missing does.
        await store.KeepAsync(item.Id, bytes, cancellation);
        db.Add(item);
        found.Note(by, cases.Now, "evidence", $"{item.Id} {Convert.ToHexStringLower(item.Sha256)}", CaseEvent.Parties,
            text: null);
        await cases.SaveAsync(found, cancellation);
        return TypedResults.Created($"/v1/evidence/{caseId}/{item.Id}", Response(item));
    }

    private static async Task<Results<Ok<List<EvidenceResponse>>, NotFound>> ListAsync(
        Guid caseId, ClaimsPrincipal user, ComplaintsDb db, OperatorDesk operators, CancellationToken cancellation,
            [Range(1, 100)] int limit = 50) =>
        await db.Cases.Where(operators.Readable(user))
            .AnyAsync(row => row.Id == caseId, cancellation)
            ? TypedResults.Ok((await db.EvidenceItems.AsNoTracking().Where(row => row.CaseId == caseId)
                .Where(row => row.Kind != "prior-cases" || user.IsInRole(Roles.Operator) || user.IsInRole(Roles.Admin))
                .OrderBy(row => row.Id).Take(limit).ToListAsync(cancellation)).ConvertAll(Response))
            : TypedResults.NotFound();

    private static async Task<Results<FileStreamHttpResult, NotFound>> OpenAsync(
        Guid caseId, Guid id, ClaimsPrincipal user, ComplaintsDb db, OperatorDesk operators, IEvidenceStore store,
        CancellationToken cancellation)
    {
        var readable = operators.Readable(user);
        if (!await db.Cases.Where(readable).AnyAsync(row => row.Id == caseId, cancellation))
        {
            return TypedResults.NotFound();
        }

        var item = await db.EvidenceItems.AsNoTracking().SingleOrDefaultAsync(
            row => row.Id == id && row.CaseId == caseId && row.Kind == EvidenceItem.File, cancellation);
        return item is not null && await store.OpenAsync(id, cancellation) is { } file
            ? TypedResults.File(file, item.MediaType, fileDownloadName: $"{id:N}") : TypedResults.NotFound();
    }

    private static EvidenceResponse Response(EvidenceItem row) => new(
        row.Id, row.Kind, row.Content, row.MediaType, row.Bytes,
        row.Sha256 is null ? null : Convert.ToHexStringLower(row.Sha256), row.AddedBy, row.AddedAt);
}

using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Linq.Expressions;
using System.Security.Claims;
using System.Text;
using Jingdezhen.Tourism.Homestays.Calendars;
using Jingdezhen.Tourism.Homestays.Stays;
using Jingdezhen.Tourism.Homestays.Storage;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Homestays.Guests;

/// <param name="BornOn">Needed for documents that do not say it; a resident's number does.</param>
/// <param name="GuardianName">Needed with <paramref name="GuardianConsents"/> for a child under fourteen (PIPL, article
/// 31).</param>
public sealed record RegisterGuestRequest(
    [PlainText(80, 1)] string Name, [PlainText(20, 1)] string DocumentKind, [PlainText(20, 1)] string DocumentNumber,
    [Required, RegularExpression("^[A-Z]{2}$")] string Nationality = "CN", DateOnly? BornOn = null,
    [PlainText(80)] string? GuardianName = null, bool GuardianConsents = false);

/// <summary>What may be shown of a registered guest.</summary>
public sealed record RegisteredGuestResponse(
    Guid Id, string NameMasked, string DocumentKind, string DocumentMasked, string Nationality, bool UnderFourteen,
    DateTimeOffset? GuardianConsentAt);

/// <summary>The guest or the host gives what the police require of everybody who sleeps here.</summary>
internal static class RegisterGuest
{
    public static async Task<Results<Created<RegisteredGuestResponse>, NotFound, ProblemHttpResult>> Handle(
        Guid stayId, RegisterGuestRequest request, ClaimsPrincipal user, HomestaysDb db, PersonalData people,
        TimeProvider clock,
        CancellationToken cancellation)
    {
        var today = clock.Today();
        var number = request.DocumentNumber.Trim().ToUpperInvariant();
        if (!IdentityNumber.Kinds.Contains(request.DocumentKind))
            return Problems.Invalid("documentKind", $"One of {string.Join(", ", IdentityNumber.Kinds)}.");
        if (IdentityNumber.Fault(request.DocumentKind, number,
            today) is { } because) return Problems.Invalid("documentNumber", because);

        var bornOn = request.DocumentKind == "resident-id" ? IdentityNumber.BornOn(number) : request.BornOn;
        if (bornOn is null || bornOn > today) return Problems.Invalid("bornOn",
            "This document needs the day of birth beside it.");

        var child = IdentityNumber.IsUnderFourteen(bornOn.Value, today);
        if (child && (!request.GuardianConsents || string.IsNullOrWhiteSpace(request.GuardianName)))
            return Problems.Invalid("guardianConsents", "A child under fourteen needs a guardian's name and consent.");

        var (stay, _) = await db.LockStayAsync(stayId, OwnedBy(user), cancellation);
        if (stay is null) return TypedResults.NotFound();
        if (stay.State is not (Stay.Confirmed or Stay.CheckedIn))
            return new Refusal("not-confirmed", $"The stay is {stay.State}.").AsProblem();
        if (await db.RegisteredGuests.CountAsync(g => g.StayId == stayId, cancellation) >= stay.Guests)
            return new Refusal("too-many-guests", $"The stay is for {stay.Guests} guests.").AsProblem();

        var hash = people.Hash($"{request.DocumentKind} {number}");
        if (await db.RegisteredGuests.AnyAsync(g => g.StayId == stayId && g.DocumentHash == hash, cancellation))
            return new Refusal("already-registered", "This document is registered for this stay.").AsProblem();

        var id = Guid.CreateVersion7();
        var guest = new RegisteredGuest
        {
            Id = id, StayId = stayId, MerchantId = stay.MerchantId, DocumentKind = request.DocumentKind,
            NameCipher = people.Encrypt(request.Name, id), DocumentCipher = people.Encrypt(number, id),
            DocumentHash = hash,
            NameMasked = IdentityNumber.MaskedName(request.Name), DocumentMasked = IdentityNumber.Masked(number),
            Nationality = request.Nationality, UnderFourteen = child,
            GuardianCipher = child ? people.Encrypt(request.GuardianName!, id) : null,
            GuardianConsentAt = child ? clock.GetUtcNow() : null, RegisteredAt = clock.GetUtcNow(),
        };
        db.Add(guest);
        await db.SaveChangesAsync(cancellation);
        return TypedResults.Created($"/v1/stays/{stayId}/guests", Of(guest));
    }

    public static async Task<Results<Ok<List<RegisteredGuestResponse>>, NotFound>> List(
        Guid stayId, ClaimsPrincipal user, HomestaysDb db, CancellationToken cancellation,
        [Range(1, 100)] int limit = 100)
    {
        if (!await db.Stays.Where(s => s.Id == stayId)
            .AnyAsync(OwnedBy(user), cancellation)) return TypedResults.NotFound();

        return TypedResults.Ok((await db.RegisteredGuests.AsNoTracking().Where(g => g.StayId == stayId)
            .OrderBy(g => g.Id)
            .Take(limit).ToListAsync(cancellation)).ConvertAll(Of));
    }

    /// <summary>
    /// Everybody who sleeps in the host's houses on a night, in clear, for the police's own upload form: the one place
    /// where the register is read.
    /// </summary>
    public static async Task<ContentHttpResult> Export(
        DateOnly night, ClaimsPrincipal user, HomestaysDb db, PersonalData people, HttpResponse response,
        CancellationToken cancellation)
    {
        var merchant = user.MerchantId();
        var rows = await (
            from guest in db.RegisteredGuests.AsNoTracking()
            join stay in db.Stays on guest.StayId equals stay.Id
            join room in db.Rooms on stay.RoomId equals room.Id
            join listing in db.Listings on stay.ListingId equals listing.Id
            where stay.MerchantId == merchant && stay.Arrival <= night && stay.Departure > night
                && (stay.State == Stay.CheckedIn || stay.State == Stay.CheckedOut)
            orderby listing.Id, room.Name, guest.Id
            select new { guest, listing.NameZh, Room = room.Name, stay.Arrival, stay.Departure })
                .ToListAsync(cancellation);

        var csv = new StringBuilder("姓名,国籍,证件类型,证件号码,监护人,民宿,房间,入住日期,离店日期\r\n");
        foreach (var row in rows)
        {
            var guest = row.guest;
            csv.AppendJoin(',', new[]
            {
                people.Decrypt(guest.NameCipher, guest.Id), guest.Nationality, guest.DocumentKind,
                people.Decrypt(guest.DocumentCipher, guest.Id),
                guest.GuardianCipher is null ? "" : people.Decrypt(guest.GuardianCipher, guest.Id), row.NameZh,
                row.Room,
                row.Arrival.ToString("O", CultureInfo.InvariantCulture),
                row.Departure.ToString("O", CultureInfo.InvariantCulture),
            }.Select(Quoted)).Append("\r\n");
        }

        response.Headers.CacheControl = "no-store";
        return TypedResults.Content(csv.ToString(), "text/csv; charset=utf-8");
    }

    // A leading = + - @ would be a formula in a spreadsheet; an apostrophe keeps it text.
    private static string Quoted(string cell)
    {
        var text = cell.Length > 0 && "=+-@".Contains(cell[0], StringComparison.Ordinal) ? "'" + cell : cell;
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text
            : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    private static Expression<Func<Stay, bool>> OwnedBy(ClaimsPrincipal user)
    {
        var (account, merchant) = (user.AccountId(), user.MerchantId());
        return stay => stay.AccountId == account || (merchant != null && stay.MerchantId == merchant);
    }

    private static RegisteredGuestResponse Of(RegisteredGuest guest) => new(
        guest.Id, guest.NameMasked, guest.DocumentKind, guest.DocumentMasked, guest.Nationality, guest.UnderFourteen,
        guest.GuardianConsentAt);
}

internal static class GuestEndpoints
{
    public static IEndpointRouteBuilder MapGuests(this IEndpointRouteBuilder v1)
    {
        // A key's answer is kept for fourteen days; it holds masks only, like every answer.
        v1.MapPost("/stays/{stayId:guid}/guests", RegisterGuest.Handle).RequireIdempotencyKey();
        v1.MapGet("/stays/{stayId:guid}/guests", RegisterGuest.List);
        v1.MapGet("/host/guest-register", RegisterGuest.Export).RequireAuthorization(Roles.Host);
        return v1;
    }
}

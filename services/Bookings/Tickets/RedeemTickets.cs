using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using System.Security.Cryptography;
using Jingdezhen.Tourism.Bookings.Bookings;
using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Platform.Http;
using Jingdezhen.Tourism.Platform.Messaging;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Tickets;

/// <summary>Scans of a gate, one or many: a scanner that was offline uploads what it let in.</summary>
public sealed record RedeemTicketsRequest([Required, MinLength(1), MaxLength(200)] IReadOnlyList<ScanRequest> Scans);

/// <param name="Code">The text of the QR code.</param>
/// <param name="Nonce">The scanner's own number of this scan; uploading it again changes nothing.</param>
/// <param name="ScannedAt">When, if not now. At most seven days ago.</param>
/// <param name="Force">The gate let them in all the same: another slot of the day, or a second passage.</param>
public sealed record ScanRequest(
    [Required, StringLength(1024, MinimumLength = 6)] string Code,
    [Required, StringLength(64, MinimumLength = 8)] string Nonce, DateTimeOffset? ScannedAt = null, bool Force = false);

/// <param name="Result">admitted, re-entry, or why not: invalid-ticket, already-redeemed, wrong-slot, cancelled,
/// not-yours.</param>
/// <param name="Visitors">How many people go in; 0 when refused.</param>
/// <param name="FirstRedeemedAt">When the ticket was first used, where that is why it is refused.</param>
public sealed record ScanResponse(
    string Nonce, string Result, int Visitors, string? UnitType, DateTimeOffset? FirstRedeemedAt);

/// <summary>Lets people in: each ticket once, each scan once, in its slot, at the merchant's own gate.</summary>
internal static class RedeemTickets
{
    private const string Admitted = "admitted";
    private const string ReEntry = "re-entry";
    private static readonly TimeSpan LatestUpload = TimeSpan.FromDays(7);

    public static async Task<Results<Ok<List<ScanResponse>>, ForbidHttpResult, ProblemHttpResult>> Handle(
        RedeemTicketsRequest request, ClaimsPrincipal user, BookingsDb db, CatalogueCache catalogues, TicketKeys keys,
        CancellationToken cancellation)
    {
        if (user.MerchantId() is not { } merchant) return TypedResults.Forbid();

        var now = await db.NowAsync(cancellation);
        if (request.Scans.Any(scan => scan.ScannedAt > now.AddMinutes(5) || scan.ScannedAt < now - LatestUpload))
        {
            return Problems.Invalid("scans.scannedAt", "Between seven days ago and now.");
        }

        var publicKeys = await keys.VerifyingAsync(cancellation);
        var catalogue = await catalogues.GetAsync(cancellation);
        var answers = new List<ScanResponse>();
        foreach (var scan in request.Scans)
        {
            answers.Add(await RedeemAsync(scan, merchant, user.AccountId(), publicKeys, catalogue, db, cancellation));
        }

        return TypedResults.Ok(answers);
    }

    private static async Task<ScanResponse> RedeemAsync(
        ScanRequest scan, Guid merchant, Guid scanner, Func<string, ECDsa?> keys, Catalogue catalogue, BookingsDb db,
        CancellationToken cancellation)
    {
        if (TicketCode.Verify(scan.Code, keys) is not { } ticket)
        {
            return new(scan.Nonce, "invalid-ticket", 0, null, null);
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var booking = await db.Bookings.FromSql(
            $"SELECT *, xmin FROM bookings WHERE id = {ticket.BookingId} FOR UPDATE")
            .SingleOrDefaultAsync(b => b.SupplierId == merchant, cancellation);
        if (booking is null) return new(scan.Nonce, "not-yours", 0, null, null);

        await db.Entry(booking).Collection(b => b.UnitItems).LoadAsync(cancellation);
        var item = booking.UnitItems.Single(unit => unit.Id == ticket.UnitItemId);
        var known = await db.Set<Redemption>().AsNoTracking()
            .SingleOrDefaultAsync(r => r.MerchantId == merchant && r.Nonce == scan.Nonce, cancellation);
        if (known is not null)
        {
            return Answer(scan, known.UnitItemId == item.Id ? known.Result : "nonce-reused", ticket, item);
        }

        var now = await db.NowAsync(cancellation);
        var scannedAt = scan.ScannedAt ?? now;
        var result = booking.Redeem(item, ticket, scannedAt, scan.Force);
        if (result is Admitted or ReEntry)
        {
            db.Publish(BookingEvents.Redeemed(booking, item, catalogue.Products[booking.ProductId], result == ReEntry),
                scannedAt);
        }

        db.Add(new Redemption
        {
            Nonce = scan.Nonce, MerchantId = merchant, BookingId = booking.Id, UnitItemId = item.Id, Result = result,
            ScannedAt = scannedAt, Forced = scan.Force, ScannedBy = scanner, UploadedAt = now,
        });
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        db.ChangeTracker.Clear();
        return Answer(scan, result, ticket, item);
    }

    private static ScanResponse Answer(ScanRequest scan, string result, Ticket ticket, UnitItem item) => new(
        scan.Nonce, result, result is Admitted or ReEntry ? item.PaxCount : 0, ticket.UnitType,
        result == "already-redeemed" ? item.RedeemedAt : null);
}

using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Jingdezhen.Tourism.Complaints.Clocks;
using Jingdezhen.Tourism.Complaints.Purchases;
using Jingdezhen.Tourism.Contracts.Complaints.V1;
using Jingdezhen.Tourism.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Complaints.Cases;

/// <param name="PurchaseId">A booking or a stay; without one it is looked for by the day: among the tourist's own, or
/// by the caller's phone where an operator files.</param>
/// <param name="HappenedOn">The day it happened, where no purchase is named.</param>
/// <param name="Channel">app, web, mini-program, phone or counter.</param>
/// <param name="Late">An operator's reason to take a complaint after its time.</param>
public sealed record FileCaseRequest(
    [Required] string Category, [Required, StringLength(4000, MinimumLength = 4)] string Facts,
    [Required, StringLength(1000, MinimumLength = 1)] string Remedy, [Range(0, 10_000_000_000)] long ClaimedFen,
    [Required, RegularExpression(@"^\+?[0-9]{5,15}$")] string Phone, [Required] string Channel,
    [StringLength(80)] string? Name = null, Guid? PurchaseId = null, Guid? MerchantId = null,
        DateOnly? HappenedOn = null,
    [Range(1, 1000)] int Complainants = 1, [StringLength(300)] string? Late = null);

/// <summary>A complaint comes in: its purchase, use, refunds, policy and prior cases are evidence at once.</summary>
internal static class FileCase
{
    private const int LatestDays = 90;
    private static readonly string[] Channels = ["app", "web", "mini-program", "phone", "counter"];

    public static async Task<Results<Created<CaseResponse>, ProblemHttpResult>> Handle(
        FileCaseRequest request, ClaimsPrincipal user, ComplaintsDb db, CaseDesk cases, TakeOn takeOn,
        PersonalDataVault vault, CancellationToken cancellation)
    {
        if (!Case.Categories.Contains(request.Category))
        {
            return Problems.Invalid("category", $"One of {string.Join(", ", Case.Categories)}.");
        }

        if (!Channels.Contains(request.Channel))
        {
            return Problems.Invalid("channel", $"One of {string.Join(", ", Channels)}.");
        }

        var byOperator = user.IsInRole(Roles.Operator);
        var phoneKey = vault.GuestKey(request.Phone);
        var (found, unknown) = await PurchaseOfAsync(request, user, byOperator, phoneKey, db, cancellation);
        if (unknown is not null) return unknown.AsProblem();

        var now = cases.Now;
        var (bought, slotClosed) = await CaseDesk.FindPurchaseAsync(db, found, cancellation);
        var ended = bought?.EndsAt ?? bought?.StartsAt ?? (request.HappenedOn is { } on ? Nights.Leave(on) : now);
        if (now > WorkingCalendar.Published.EndOfDay(ended, LatestDays) && (!byOperator || request.Late is null))
        {
            return new Refusal("filed-too-late", "A complaint is filed within 90 days after the contract ended.")
                .AsProblem();
        }

        var account = byOperator ? bought?.AccountId : user.AccountId();
        var claimant = account is { } known ? known.ToString() : Convert.ToHexStringLower(phoneKey);
        var running = await db.Database.SqlQuery<long>($"SELECT nextval('case_numbers') AS \"Value\"")
            .SingleAsync(cancellation);
        var filed = new Case
        {
            Id = Guid.CreateVersion7(), Number = CaseNumbers.Of(WorkingCalendar.DayOf(now), running),
            ClaimantAccountId = account, ClaimantKey = claimant, PayeeId = account ?? new Guid(phoneKey),
                PhoneHash = phoneKey,
            SealedContact = vault.Encrypt($"{request.Name} {request.Phone}".Trim()), Channel = request.Channel,
            Category = request.Category, Facts = request.Facts, Remedy = request.Remedy,
                ClaimedFen = request.ClaimedFen,
            Complainants = request.Complainants, PurchaseId = bought?.Id, PurchaseKind = bought?.Kind,
            MerchantId = bought?.MerchantId ?? request.MerchantId, ProductId = bought?.ProductId,
                VenueId = bought?.VenueId,
            County = bought?.County, HappenedOn = request.HappenedOn ?? WorkingCalendar.DayOf(ended), FiledAt = now,
            Terms = SearchTerms.Of(request.Facts, request.Remedy), FiledBy = byOperator ? user.AccountId() : null,
        };
        db.Add(filed);
        filed.File(Actor.Of(user), now, request.Late is null ? request.Channel
            : $"{request.Channel}, late: {request.Late}");
        await takeOn.AttachPriorAsync(filed, cancellation);
        db.Publish(new CaseFiled(
            filed.Id, filed.MerchantId, filed.ProductId, bought?.Kind == Purchase.Booking ? bought.Id : null,
            bought?.Kind == Purchase.Stay ? bought.Id : null, filed.VenueId, filed.County, filed.Category,
                filed.Channel,
            filed.Complainants, filed.ClaimedFen, filed.Number), now);

        if (bought is not null)
        {
            takeOn.AttachPurchase(filed, bought, slotClosed);
            await takeOn.ByRuleAsync(filed, bought, slotClosed, cancellation);
        }

        await cases.SaveAsync(filed, cancellation);
        return TypedResults.Created($"/v1/cases/{filed.Id}", CaseResponse.Of(filed));
    }

    // A tourist names a purchase of their own, or the day of one. A phone is believed only where an operator has heard
    // the caller: what a tourist's phone alone leads to is for operators to see and to attach (FindPurchases).
    private static async Task<(Guid? Id, Refusal? Refusal)> PurchaseOfAsync(
        FileCaseRequest request, ClaimsPrincipal user, bool byOperator, byte[] phoneKey, ComplaintsDb db,
        CancellationToken cancellation)
    {
        var account = user.AccountId();
        if (request.PurchaseId is { } named)
        {
            return await db.Purchases.AnyAsync(
                row => row.Id == named && row.ConfirmedAt != null && (byOperator || row.AccountId == account),
                    cancellation)
                ? (named, null)
                : (null, new Refusal("unknown-purchase", "No booking or stay of yours has this id."));
        }

        if (request.HappenedOn is not { } day) return (null, null);

        var guest = Convert.ToHexString(phoneKey);
        var onDay = db.Purchases.On(day);
        var matches = await (byOperator
                ? onDay.Where(row => row.GuestKey == guest) : onDay.Where(row => row.AccountId == account))
            .Where(row => request.MerchantId == null || row.MerchantId == request.MerchantId)
            .Select(row => row.Id).Order().Take(2).ToListAsync(cancellation);
        return (matches is [var only] ? only : null, null);
    }
}

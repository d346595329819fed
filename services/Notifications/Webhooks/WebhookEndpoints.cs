using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Jingdezhen.Tourism.Notifications.Storage;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Notifications.Webhooks;

/// <param name="Types">For example booking.confirmed and refund.settled.</param>
public sealed record SubscribeRequest(
    [Required, StringLength(500)] string Url, [Required, MinLength(1)] string[] Types);

/// <param name="Secret">Given once, on creation and rotation: <c>whsec_</c> and 32 bytes as base64.</param>
public sealed record SubscriptionResponse(
    Guid Id, string Url, IReadOnlyList<string> Types, DateTimeOffset CreatedAt, DateTimeOffset? DisabledAt,
    string? Secret);

/// <param name="State">waiting, delivered or failed.</param>
public sealed record DeliveryResponse(
    Guid Id, Guid SubscriptionId, Guid EventId, string Type, string State, int Attempts, DateTimeOffset CreatedAt,
    DateTimeOffset? NextAttemptAt, DateTimeOffset? DeliveredAt, int? LastStatus, string? LastError);

/// <summary>Subscriptions and their deliveries, each seen by its owner alone.</summary>
internal static class WebhookEndpoints
{
    private const int MostSubscriptions = 20;

    public static void MapSubscriptions(this IEndpointRouteBuilder routes)
    {
        var subscriptions = routes.MapGroup("/subscriptions").WithTags("Webhooks").RequireAuthorization(policy =>
            policy.RequireRole(Roles.Merchant, Roles.Host, Roles.Reseller, Roles.Admin));
        subscriptions.MapPost("", SubscribeAsync).RequireIdempotencyKey().WithName("subscribe");
        subscriptions.MapGet("", ListAsync).WithName("listSubscriptions");
        subscriptions.MapDelete("/{id:guid}", EndAsync).WithName("endSubscription");
        subscriptions.MapPost("/{id:guid}/rotate-secret", RotateAsync).WithName("rotateSecret");
    }

    public static void MapDeliveries(this IEndpointRouteBuilder routes)
    {
        var deliveries = routes.MapGroup("/deliveries").WithTags("Webhooks");
        deliveries.MapGet("", ListDeliveriesAsync).WithName("listDeliveries");
        deliveries.MapPost("/{id:guid}/redeliver", RedeliverAsync).WithName("redeliver");
    }

    private static async Task<Results<Created<SubscriptionResponse>, ProblemHttpResult>> SubscribeAsync(
        SubscribeRequest request, ClaimsPrincipal user, NotificationsDb db, PublicAddresses addresses,
        TimeProvider clock,
        CancellationToken cancellation)
    {
        if (!Uri.TryCreate(request.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            return Problems.Invalid("url", "An absolute https address.");
        }

        if (addresses.Objection(url) is { } objection) return Problems.Invalid("url", objection);
        if (Array.FindIndex(request.Types, type => !Subscription.AllTypes.Contains(type)) is >= 0 and var unknown)
        {
            return Problems.Invalid(
                "types", $"{request.Types[unknown]} is none of {string.Join(", ", Subscription.AllTypes)}.");
        }

        // Whoever has a merchant hears of it; only admins (finance) hear of all.
        if (user.MerchantId() is null && !user.IsInRole(Roles.Admin)) return Problems.Invalid(
            "url", "The account acts for no merchant.");
        if (await Owned(db, user).CountAsync(row => row.DisabledAt == null, cancellation) >= MostSubscriptions)
        {
            return Problems.Invalid("url", $"{MostSubscriptions} subscriptions are the most.");
        }

        var subscription = db.Subscriptions.Add(new()
        {
            Id = Guid.CreateVersion7(), OwnerId = user.AccountId(), MerchantId = user.MerchantId(),
            Url = url.AbsoluteUri,
            Types = [.. request.Types.Distinct()], CreatedAt = clock.GetUtcNow(),
        }).Entity;
        await db.SaveChangesAsync(cancellation);
        return TypedResults.Created($"/v1/subscriptions/{subscription.Id}", Response(subscription, withSecret: true));
    }

    private static async Task<Ok<List<SubscriptionResponse>>> ListAsync(
        ClaimsPrincipal user, NotificationsDb db, CancellationToken cancellation, [Range(1, 100)] int limit = 50,
        Guid? after = null)
    {
        var rows = await Owned(db, user).AsNoTracking().Where(row => after == null || row.Id > after)
            .OrderBy(row => row.Id).Take(limit).ToListAsync(cancellation);
        return TypedResults.Ok(rows.ConvertAll(row => Response(row, withSecret: false)));
    }

    private static async Task<Results<NoContent, NotFound>> EndAsync(
        Guid id, ClaimsPrincipal user, NotificationsDb db, TimeProvider clock, CancellationToken cancellation)
    {
        if (await Owned(db, user).SingleOrDefaultAsync(row => row.Id == id, cancellation) is not { } subscription)
        {
            return TypedResults.NotFound();
        }

        subscription.Disable(clock.GetUtcNow());
        await db.SaveChangesAsync(cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<SubscriptionResponse>, NotFound>> RotateAsync(
        Guid id, ClaimsPrincipal user, NotificationsDb db, TimeProvider clock, CancellationToken cancellation)
    {
        if (await Owned(db, user).SingleOrDefaultAsync(row => row.Id == id, cancellation) is not { } subscription)
        {
            return TypedResults.NotFound();
        }

        subscription.Rotate(clock.GetUtcNow());
        await db.SaveChangesAsync(cancellation);
        return TypedResults.Ok(Response(subscription, withSecret: true));
    }

    private static async Task<Ok<List<DeliveryResponse>>> ListDeliveriesAsync(
        ClaimsPrincipal user, NotificationsDb db, CancellationToken cancellation, Guid? subscription = null,
        [Range(1, 100)] int limit = 50, Guid? after = null)
    {
        var owned = Owned(db, user).Select(row => row.Id);
        var log = db.Deliveries.AsNoTracking().Where(row => owned.Contains(row.SubscriptionId));

        // Deliveries of one event bear one time: where a page ended is told by the id too.
        var last = await log.SingleOrDefaultAsync(row => row.Id == after, cancellation);
        var (from, id) = (last?.CreatedAt, last?.Id);
        var rows = await log.Where(row => (subscription == null || row.SubscriptionId == subscription)
                && (from == null || row.CreatedAt > from || (row.CreatedAt == from && row.Id > id)))
            .OrderBy(row => row.CreatedAt).ThenBy(row => row.Id).Take(limit).ToListAsync(cancellation);
        return TypedResults.Ok(rows.ConvertAll(row => new DeliveryResponse(
            row.Id, row.SubscriptionId, row.EventId, row.Type, row.State.ToString().ToLowerInvariant(), row.Attempts,
            row.CreatedAt,
            row.NextAttemptAt, row.DeliveredAt, row.LastStatus, row.LastError)));
    }

    /// <summary>Sends it again under the same id, whatever became of it; the receiver's own check of ids
    /// decides.</summary>
    private static async Task<Results<Accepted, NotFound>> RedeliverAsync(
        Guid id, ClaimsPrincipal user, NotificationsDb db, CancellationToken cancellation)
    {
        var owned = Owned(db, user).Select(row => row.Id);
        var found = await db.Deliveries.AnyAsync(
            row => row.Id == id && owned.Contains(row.SubscriptionId), cancellation);
        if (!found) return TypedResults.NotFound();

        await db.Database.ExecuteSqlAsync(
            $"UPDATE deliveries SET state = 'Waiting', attempts = 0, next_attempt_at = now() WHERE id = {id}",
            cancellation);
        return TypedResults.Accepted((string?)null);
    }

    private static SubscriptionResponse Response(Subscription row, bool withSecret) =>
        new(row.Id, row.Url, row.Types, row.CreatedAt, row.DisabledAt, withSecret ? row.Secret : null);

    private static IQueryable<Subscription> Owned(NotificationsDb db, ClaimsPrincipal user)
    {
        var (account, merchant) = (user.AccountId(), user.MerchantId());
        return merchant is null
            ? db.Subscriptions.Where(row => row.OwnerId == account && row.MerchantId == null)
            : db.Subscriptions.Where(row => row.MerchantId == merchant);
    }
}

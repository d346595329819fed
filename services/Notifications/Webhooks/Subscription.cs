using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Notifications.Webhooks;

/// <summary>A system that wants to hear of events. Whoever owns it: a supplier of what it sells, a reseller of
/// what it sold, finance (no merchant) of all.</summary>
internal sealed class Subscription
{
    /// <summary>How long the old secret still signs beside the new one.</summary>
    public static readonly TimeSpan RotationLength = TimeSpan.FromHours(24);

    public static readonly string[] AllTypes =
    [
        "booking.held", "booking.confirmed", "booking.changed", "booking.cancelled", "booking.units-cancelled",
        "booking.expired", "ticket.redeemed", "stay.held", "stay.confirmed", "stay.changed", "stay.cancelled",
        "stay.released", "stay.calendar-conflict", "host.paid", "order.placed", "order.held", "order.confirmed",
        "order.failed", "order.cancelled", "payment.captured",
        "payment.failed", "refund.settled", "refund.failed", "payout.settled", "payout.failed", "case.filed",
        "case.accepted", "case.merchant-asked", "case.merchant-promised", "case.closed", "case.compensation-approved",
        "case.compensation-paid", "case.recourse-opened", "case.recourse-deducted", "case.recourse-settled",
        "merchant.suspended", "merchant.reinstated",
    ];

    public required Guid Id { get; init; }
    public required Guid OwnerId { get; init; }
    public required Guid? MerchantId { get; init; }
    public required string Url { get; init; }
    public required string[] Types { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public string Secret { get; private set; } = NewSecret();
    public string? FormerSecret { get; private set; }
    public DateTimeOffset? FormerUntil { get; private set; }
    public DateTimeOffset? DisabledAt { get; private set; }

    /// <summary>Changes the secret; two changes within the rotation keep only the latest former one.</summary>
    public void Rotate(DateTimeOffset now) =>
        (FormerSecret, FormerUntil, Secret) = (Secret, now + RotationLength, NewSecret());

    public void Disable(DateTimeOffset now) => DisabledAt = now;

    public IReadOnlyList<string> SecretsAt(DateTimeOffset now) =>
        FormerSecret is not null && now < FormerUntil ? [Secret, FormerSecret] : [Secret];

    private static string NewSecret() => "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
}

internal enum DeliveryState
{
    Waiting,
    Delivered,
    Failed,
}

/// <summary>One event on its way to one subscription; also the log of how it went.</summary>
internal sealed class Delivery
{
    public required Guid Id { get; init; }
    public required Guid SubscriptionId { get; init; }
    public required Guid EventId { get; init; }
    public required string Type { get; init; }
    public required string Body { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DeliveryState State { get; private init; }
    public int Attempts { get; private init; }
    public DateTimeOffset? NextAttemptAt { get; private init; }
    public int? LastStatus { get; private init; }
    public string? LastError { get; private init; }
    public DateTimeOffset? DeliveredAt { get; private init; }
}

internal sealed class SubscriptionMapping : IEntityTypeConfiguration<Subscription>
{
    public void Configure(EntityTypeBuilder<Subscription> subscription)
    {
        subscription.ToTable("subscriptions");
        subscription.HasIndex(row => row.MerchantId);
    }
}

internal sealed class DeliveryMapping : IEntityTypeConfiguration<Delivery>
{
    public void Configure(EntityTypeBuilder<Delivery> delivery)
    {
        delivery.ToTable("deliveries");
        delivery.HasIndex(row => new { row.SubscriptionId, row.EventId }).IsUnique();
        delivery.HasIndex(row => row.NextAttemptAt).HasFilter("next_attempt_at IS NOT NULL");
        delivery.Property(row => row.State).HasConversion<string>();
        delivery.HasOne<Subscription>().WithMany().HasForeignKey(row => row.SubscriptionId);
    }
}

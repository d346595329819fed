using Jingdezhen.Tourism.Payments.Providers;
using Jingdezhen.Tourism.Platform.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Payments.Settlement;

/// <summary>What a provider told us about one payment, refund or payout (<paramref name="Kind"/>).</summary>
/// <param name="EventId">The provider's id of the notice; null for our own queries.</param>
internal sealed record ProviderNotice(
    string Provider, string Kind, Guid SubjectId, string? EventId, ProviderAnswer Answer);

/// <summary>A notice as it came, whatever we made of it.</summary>
internal sealed class ProviderEvent
{
    public required string Provider { get; init; }
    public required string EventId { get; init; }
    public required string Kind { get; init; }
    public required Guid SubjectId { get; init; }
    public required string Outcome { get; init; }
    public required long? AmountFen { get; init; }
    public required string? RefusedBecause { get; init; }
    public DateTimeOffset ReceivedAt { get; private init; }
}

internal sealed class ProviderEventMapping : IEntityTypeConfiguration<ProviderEvent>
{
    public void Configure(EntityTypeBuilder<ProviderEvent> notice)
    {
        notice.HasKey(row => new { row.Provider, row.EventId });
        notice.HasIndex(row => row.SubjectId);
        notice.Property(row => row.ReceivedAt).HasDefaultValueSql("now()");
        notice.ToTable("provider_events");
        notice.IsAppendOnly();
    }
}

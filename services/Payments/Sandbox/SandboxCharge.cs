using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Payments.Sandbox;

/// <summary>The sandbox's own book: what it was asked to move, under the id that our side gave it.</summary>
internal sealed class SandboxCharge
{
    public required Guid Id { get; init; }

    /// <summary>payment, refund or payout.</summary>
    public required string Kind { get; init; }

    public required long AmountFen { get; init; }
    public required string Currency { get; init; }
    public required bool CaptureLater { get; init; }

    /// <summary>waiting, authorised, done, failed or closed.</summary>
    public required string State { get; init; }

    public DateTimeOffset? DoneAt { get; init; }
}

/// <summary>A notice that the sandbox will send when it is due.</summary>
internal sealed class SandboxNotice
{
    public required Guid Id { get; init; }
    public required string EventId { get; init; }
    public required Guid ChargeId { get; init; }
    public required string Kind { get; init; }
    public required string State { get; init; }
    public required long AmountFen { get; init; }
    public required string Currency { get; init; }
    public required DateTimeOffset HappenedAt { get; init; }
    public required DateTimeOffset DueAt { get; init; }
}

internal sealed class SandboxChargeMapping : IEntityTypeConfiguration<SandboxCharge>
{
    public void Configure(EntityTypeBuilder<SandboxCharge> charge) => charge.ToTable("sandbox_charges");
}

internal sealed class SandboxNoticeMapping : IEntityTypeConfiguration<SandboxNotice>
{
    public void Configure(EntityTypeBuilder<SandboxNotice> notice)
    {
        notice.ToTable("sandbox_notices");
        notice.HasIndex(row => row.DueAt);
    }
}

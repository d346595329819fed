using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Payments.Reconciliations;

/// <summary>One comparison of a provider's statement of a business day with what we hold of that day.</summary>
internal sealed class Reconciliation
{
    public required Guid Id { get; init; }
    public required string Provider { get; init; }
    public required DateOnly Day { get; init; }
    public required int Lines { get; init; }
    public required DateTimeOffset ComparedAt { get; init; }
    public required List<Difference> Differences { get; init; }
}

/// <summary>Where a statement and our books do not agree; it stays, and is closed with an explanation and an
/// entry.</summary>
internal sealed class Difference
{
    public required Guid Id { get; init; }
    public required string Kind { get; init; }

    /// <summary>payment or refund.</summary>
    public required string Of { get; init; }

    /// <summary>Our id of the payment or refund, as the statement or we name it.</summary>
    public required string SubjectId { get; init; }

    public required string Ours { get; init; }
    public required string Theirs { get; init; }

    /// <summary>How much more money the provider holds than our books say; 0 where only words differ.</summary>
    public required long HeldFen { get; init; }

    public DateTimeOffset? ClosedAt { get; private set; }
    public Guid? ClosedBy { get; private set; }
    public string? Explanation { get; private set; }
    public Guid? EntryId { get; private set; }

    public void Close(DateTimeOffset at, Guid by, string explanation, Guid? entryId) =>
        (ClosedAt, ClosedBy, Explanation, EntryId) = (at, by, explanation, entryId);
}

internal sealed class ReconciliationMapping : IEntityTypeConfiguration<Reconciliation>
{
    public void Configure(EntityTypeBuilder<Reconciliation> reconciliation)
    {
        reconciliation.ToTable("reconciliations");
        reconciliation.HasIndex(row => new { row.Provider, row.Day });
        reconciliation.HasMany(row => row.Differences).WithOne().HasForeignKey("reconciliation_id").IsRequired();
    }
}

internal sealed class DifferenceMapping : IEntityTypeConfiguration<Difference>
{
    public void Configure(EntityTypeBuilder<Difference> difference)
    {
        difference.ToTable("reconciliation_differences");
        difference.Property(row => row.Id).ValueGeneratedNever();
    }
}

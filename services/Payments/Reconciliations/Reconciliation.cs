using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Payments.Reconciliations;

/// <summary>
/// What a provider's statement of a business day says against what we hold of that day. There is one for a provider and
/// a day: a statement that comes again, or in a better version, finds the differences that are known.
/// </summary>
internal sealed class Reconciliation
{
    public required Guid Id { get; init; }
    public required string Provider { get; init; }
    public required DateOnly Day { get; init; }
    public int Lines { get; private set; }
    public DateTimeOffset ComparedAt { get; private set; }
    public List<Difference> Differences { get; } = [];

    /// <summary>Takes what the latest statement says; nothing that was found before is forgotten.</summary>
    public void Compare(int lines, IReadOnlyList<Difference> found, DateTimeOffset now)
    {
        (Lines, ComparedAt) = (lines, now);
        var known = Differences.ToDictionary(difference => difference.Subject);
        foreach (var difference in found)
        {
            if (!known.Remove(difference.Subject, out var same)) Differences.Add(difference);
            else same.Restate(difference.Ours, difference.Theirs, difference.HeldFen);
        }

        foreach (var agreed in known.Values) agreed.Agree();
    }
}

/// <summary>
/// Where a statement and our books do not agree; it stays, and is closed with an explanation and an entry. It opens
/// again when a later statement says something else, and the next entry moves what the earlier ones did not.
/// </summary>
internal sealed class Difference
{
    private const string Agreed = "agreed";

    public required Guid Id { get; init; }
    public required string Kind { get; init; }

    /// <summary>payment or refund.</summary>
    public required string Of { get; init; }

    /// <summary>Our id of the payment or refund, as the statement or we name it.</summary>
    public required string SubjectId { get; init; }

    public string Ours { get; private set; } = "";
    public string Theirs { get; private set; } = "";

    /// <summary>How much more money the provider holds than our books say; 0 where only words differ.</summary>
    public long HeldFen { get; private set; }

    /// <summary>What the entries of this difference have moved so far.</summary>
    public long BookedFen { get; private set; }

    public int Closings { get; private set; }
    public DateTimeOffset? ClosedAt { get; private set; }
    public Guid? ClosedBy { get; private set; }
    public string? Explanation { get; private set; }
    public Guid? EntryId { get; private set; }

    /// <summary>What it is about: one row for each in a reconciliation.</summary>
    public (string Kind, string Of, string SubjectId) Subject => (Kind, Of, SubjectId);

    public void Close(DateTimeOffset at, Guid by, string explanation, Guid? entryId)
    {
        (ClosedAt, ClosedBy, Explanation, EntryId) = (at, by, explanation, entryId ?? EntryId);
        (BookedFen, Closings) = (HeldFen, Closings + 1);
    }

    /// <summary>What the latest statement says of it.</summary>
    public void Restate(string ours, string theirs, long heldFen)
    {
        if ((Ours, Theirs, HeldFen) == (ours, theirs, heldFen)) return;

        (Ours, Theirs, HeldFen, ClosedAt) = (ours, theirs, heldFen, null);
    }

    /// <summary>The latest statement does not speak of it any more: what was booked for it has to come back.</summary>
    public void Agree()
    {
        if (ClosedAt is null || BookedFen != 0) Restate(Agreed, Agreed, heldFen: 0);
    }
}

internal sealed class ReconciliationMapping : IEntityTypeConfiguration<Reconciliation>
{
    public void Configure(EntityTypeBuilder<Reconciliation> reconciliation)
    {
        reconciliation.ToTable("reconciliations");
        reconciliation.HasIndex(row => new { row.Provider, row.Day }).IsUnique();
        reconciliation.HasMany(row => row.Differences).WithOne().HasForeignKey("reconciliation_id").IsRequired();
    }
}

internal sealed class DifferenceMapping : IEntityTypeConfiguration<Difference>
{
    public void Configure(EntityTypeBuilder<Difference> difference)
    {
        difference.ToTable("reconciliation_differences");
        difference.Property(row => row.Id).ValueGeneratedNever();
        difference.Ignore(row => row.Subject);
        difference.Property<Guid>("reconciliation_id");
        difference.HasIndex(
            "reconciliation_id", nameof(Difference.Kind), nameof(Difference.Of), nameof(Difference.SubjectId))
            .IsUnique().HasDatabaseName("ix_reconciliation_differences_subject");
    }
}

using System.Text.Json;
using Jingdezhen.Tourism.Platform.Hosting;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Complaints.Cases;

internal sealed class CaseMapping : IEntityTypeConfiguration<Case>
{
    /// <summary>As the queues' partial indexes have it: a query that says the same is found in them.</summary>
    public const string Open = "state IN ('Submitted','Acknowledged','Accepted','AwaitingMerchant','Investigating',"
        + "'Mediating','Reopened')";

    public void Configure(EntityTypeBuilder<Case> row)
    {
        row.ToTable("cases", table => table.HasCheckConstraint("case_amount", "claimed_fen >= 0 AND complainants > 0"));
        row.Property(each => each.Id).ValueGeneratedNever();
        row.Property(each => each.State).HasConversion<string>();
        row.Property(each => each.Finding).HasColumnType("jsonb").HasConversion(
            finding => JsonSerializer.Serialize(finding, JsonSerializerOptions.Web),
            text => JsonSerializer.Deserialize<Finding>(text, JsonSerializerOptions.Web));
        row.Ignore(each => each.News).Ignore(each => each.NewTexts).Ignore(each => each.NewAlarms)
            .Ignore(each => each.IsOpen).Ignore(each => each.HasOpenOffer);
        row.Property(each => each.QueueAt)
            .HasComputedColumnSql("coalesce(next_due_at, 'infinity'::timestamptz)", stored: true);
        row.HasIndex(each => each.Number).IsUnique();
        row.HasIndex(each => new { each.ClaimantAccountId, each.Id }).HasFilter("claimant_account_id IS NOT NULL");
        row.HasIndex(each => new { each.ClaimantKey, each.FiledAt });
        row.HasIndex(each => new { each.MerchantId, each.Id }).HasFilter("merchant_id IS NOT NULL");
        row.HasIndex(each => each.PurchaseId).HasFilter("purchase_id IS NOT NULL");
        row.HasIndex(each => each.JointId).HasFilter("joint_id IS NOT NULL");
        row.HasIndex(each => each.FiledAt);

        // The queues' pages, each in its order; a case that is done is in none of them.
        row.HasIndex(each => new { each.AssigneeId, each.QueueAt, each.Id }, "queue_mine").HasFilter(Open);
        row.HasIndex(each => new { each.QueueAt, each.Id }, "queue_unassigned")
            .HasFilter($"assignee_id IS NULL AND {Open}");
        row.HasIndex(each => new { each.QueueAt, each.Id }, "queue_due_soon").HasFilter(Open);
        row.HasIndex(each => new { each.QueueAt, each.Id }, "queue_breached").HasFilter($"breached AND {Open}");
        row.HasIndex(each => new { each.QueueAt, each.Id }, "queue_paid_twice").HasFilter("overpaid_fen > 0");
        row.HasIndex(each => each.Terms).HasMethod("gin").HasDatabaseName("cases_terms");
    }
}

internal sealed class CaseEventMapping : IEntityTypeConfiguration<CaseEvent>
{
    public void Configure(EntityTypeBuilder<CaseEvent> row)
    {
        row.ToTable("case_events");
        row.HasKey(each => new { each.CaseId, each.Number });
        row.HasOne<Case>().WithMany().HasForeignKey(each => each.CaseId).OnDelete(DeleteBehavior.Restrict);
        row.IsAppendOnly();
    }
}

internal sealed class CaseTextMapping : IEntityTypeConfiguration<CaseText>
{
    public void Configure(EntityTypeBuilder<CaseText> row)
    {
        row.ToTable("case_texts");
        row.HasKey(each => new { each.CaseId, each.Number });
    }
}

using Jingdezhen.Tourism.Platform.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Homestays.Income;

internal sealed class IncomeMapping :
    IEntityTypeConfiguration<Agreement>, IEntityTypeConfiguration<IncomeEntry>, IEntityTypeConfiguration<Recourse>,
    IEntityTypeConfiguration<Payout>, IEntityTypeConfiguration<PayoutEntry>, IEntityTypeConfiguration<PayoutRecourse>
{
    public void Configure(EntityTypeBuilder<Agreement> agreement)
    {
        agreement.Property(a => a.Id).ValueGeneratedNever();
        agreement.HasIndex(a => new { a.MerchantId, a.Village, a.From }).IsUnique().AreNullsDistinct(false);
        agreement.IsAppendOnly();
        agreement.ToTable(table => table.HasCheckConstraint("parts_of_a_whole",
            "platform_basis_points >= 0 AND village_basis_points >= 0 "
            + "AND platform_basis_points + village_basis_points <= 10000"));
    }

    public void Configure(EntityTypeBuilder<IncomeEntry> entry)
    {
        entry.HasKey(e => e.StayId);
        entry.Property(e => e.StayId).ValueGeneratedNever();
        entry.Property(e => e.WrittenAt).HasDefaultValueSql("now()");
        entry.HasIndex(e => new { e.HouseholdId, e.Day });
        entry.HasIndex(e => new { e.Village, e.Day });
        entry.IsAppendOnly();
        entry.ToTable(table => table.HasCheckConstraint("every_fen_accounted",
            "host_fen + platform_fen + village_fen = kept_fen AND host_fen >= 0 AND platform_fen >= 0 "
            + "AND village_fen >= 0"));
    }

    public void Configure(EntityTypeBuilder<Recourse> recourse)
    {
        recourse.Property(r => r.Id).ValueGeneratedNever();
        recourse.HasIndex(r => r.MerchantId);
        recourse.IsAppendOnly();
        recourse.ToTable(table => table.HasCheckConstraint("a_debt_is_positive", "amount_fen > 0"));
    }

    public void Configure(EntityTypeBuilder<Payout> payout)
    {
        payout.Property(p => p.Id).ValueGeneratedNever();
        payout.HasIndex(p => p.HouseholdId);
        payout.HasIndex(p => p.Key).IsUnique();
        payout.ToTable(table => table.HasCheckConstraint("payout_adds_up",
            "gross_fen = recourse_fen + paid_fen AND recourse_fen >= 0 AND paid_fen >= 0"));
    }

    public void Configure(EntityTypeBuilder<PayoutEntry> entry)
    {
        entry.HasKey(e => e.StayId);
        entry.HasOne<IncomeEntry>().WithOne().HasForeignKey<PayoutEntry>(e => e.StayId);
        entry.HasOne<Payout>().WithMany().HasForeignKey(e => e.PayoutId);
        entry.IsAppendOnly();
    }

    public void Configure(EntityTypeBuilder<PayoutRecourse> deduction)
    {
        deduction.HasKey(d => new { d.PayoutId, d.RecourseId });
        deduction.HasOne<Payout>().WithMany().HasForeignKey(d => d.PayoutId);
        deduction.HasOne<Recourse>().WithMany().HasForeignKey(d => d.RecourseId);
        deduction.IsAppendOnly();
    }
}

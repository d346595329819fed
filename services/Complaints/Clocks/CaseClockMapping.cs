using Jingdezhen.Tourism.Complaints.Cases;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Complaints.Clocks;

internal sealed class CaseClockMapping : IEntityTypeConfiguration<CaseClock>
{
    public void Configure(EntityTypeBuilder<CaseClock> clock)
    {
        clock.ToTable("case_clocks");
        clock.Property(row => row.Id).ValueGeneratedNever();
        clock.HasOne<Case>().WithMany(row => row.Clocks).HasForeignKey(row => row.CaseId);
        clock.HasIndex(row => row.AlarmAt).HasFilter("alarm_at IS NOT NULL");

        // A clock of a kind runs once for a case: two starts of one are a fault.
        clock.HasIndex(row => new { row.CaseId, row.Clock }).IsUnique().HasFilter("ended_at IS NULL")
            .HasDatabaseName("one_running_clock");
    }
}

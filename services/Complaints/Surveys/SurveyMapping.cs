using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Complaints.Surveys;

internal sealed class SurveyMapping : IEntityTypeConfiguration<Survey>
{
    public void Configure(EntityTypeBuilder<Survey> row)
    {
        row.ToTable("surveys", table => table.HasCheckConstraint("survey_score", "score BETWEEN 1 AND 5"));
        row.Property(each => each.Id).ValueGeneratedNever();
        row.HasIndex(each => each.CaseId);
        row.HasIndex(each => each.OpenedAt);
        row.HasIndex(each => each.AccountId).HasFilter("account_id IS NOT NULL");
    }
}

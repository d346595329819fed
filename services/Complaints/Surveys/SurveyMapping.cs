using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Complaints.Surveys;

internal sealed class SurveyMapping : IEntityTypeConfiguration<Survey>
{
    public void Configure(EntityTypeBuilder<Survey> row)
    {
        row.ToTable("surveys", table => table.HasCheckConstraint("survey_score", "score BETWEEN 1 AND 5"));
        row.Property(each => each.Id).ValueGeneratedNever();
        row.Property(each => each.Subject).HasDefaultValue(SurveyBook.Case);
        row.HasIndex(each => each.SubjectId);
        row.HasIndex(each => each.OpenedAt);
        row.HasIndex(each => each.AccountId).HasFilter("account_id IS NOT NULL");
    }
}

internal sealed class DueSurveyMapping : IEntityTypeConfiguration<DueSurvey>
{
    public void Configure(EntityTypeBuilder<DueSurvey> row)
    {
        row.ToTable("due_surveys");
        row.HasKey(each => each.BookingId);
        row.HasIndex(each => each.DueAt).HasFilter("asked_at IS NULL").HasDatabaseName("due_surveys_open");
    }
}

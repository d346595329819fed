using Jingdezhen.Tourism.Platform.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Metrics.Facts;

/// <summary>
/// Every kind of fact is stored alike: append only, unique by message and time, found by subject. The migration
/// <c>PartitionFacts</c> turns the tables into ones partitioned by month.
/// </summary>
internal abstract class FactMapping<TFact>(string table) : IEntityTypeConfiguration<TFact> where TFact : class, IFact
{
    public void Configure(EntityTypeBuilder<TFact> fact)
    {
        fact.ToTable(table);
        fact.HasKey(row => new { row.MessageId, row.OccurredAt });
        fact.HasIndex(row => row.SubjectId);
        fact.IsAppendOnly();
    }
}

internal sealed class BookingFactMapping() : FactMapping<BookingFact>("booking_facts");

internal sealed class VisitFactMapping() : FactMapping<VisitFact>("visit_facts");

internal sealed class StayFactMapping() : FactMapping<StayFact>("stay_facts");

internal sealed class ComplaintFactMapping() : FactMapping<ComplaintFact>("complaint_facts");

internal sealed class CompensationFactMapping() : FactMapping<CompensationFact>("compensation_facts");

internal sealed class SurveyFactMapping() : FactMapping<SurveyFact>("survey_facts");

internal sealed class RouteFactMapping() : FactMapping<RouteFact>("route_facts");

internal sealed class PlanFactMapping() : FactMapping<PlanFact>("plan_facts");

internal sealed class PaymentFactMapping() : FactMapping<PaymentFact>("payment_facts");

internal sealed class SupplyFactMapping() : FactMapping<SupplyFact>("supply_facts");

using Jingdezhen.Tourism.Complaints.Cases;
using Jingdezhen.Tourism.Complaints.Clocks;
using Jingdezhen.Tourism.Complaints.Compensations;
using Jingdezhen.Tourism.Complaints.Evidence;
using Jingdezhen.Tourism.Complaints.Operators;
using Jingdezhen.Tourism.Complaints.Purchases;
using Jingdezhen.Tourism.Complaints.Recourses;
using Jingdezhen.Tourism.Complaints.Surveys;
using Jingdezhen.Tourism.Platform.Hosting;
using Jingdezhen.Tourism.Platform.Ledger;

namespace Jingdezhen.Tourism.Complaints.Storage;

/// <summary>What Complaints stores, the fund's ledger included.</summary>
public sealed class ComplaintsDb(DbContextOptions<ComplaintsDb> options) : DbContext(options)
{
    internal DbSet<Case> Cases => Set<Case>();
    internal DbSet<CaseEvent> CaseEvents => Set<CaseEvent>();
    internal DbSet<CaseText> CaseTexts => Set<CaseText>();
    internal DbSet<CaseClock> CaseClocks => Set<CaseClock>();
    internal DbSet<JointCase> JointCases => Set<JointCase>();
    internal DbSet<StatusAttempt> StatusAttempts => Set<StatusAttempt>();
    internal DbSet<EvidenceItem> EvidenceItems => Set<EvidenceItem>();
    internal DbSet<Purchase> Purchases => Set<Purchase>();
    internal DbSet<Slot> Slots => Set<Slot>();
    internal DbSet<Merchant> Merchants => Set<Merchant>();
    internal DbSet<Compensation> Compensations => Set<Compensation>();
    internal DbSet<Recourse> Recourses => Set<Recourse>();
    internal DbSet<Repayment> Repayments => Set<Repayment>();
    internal DbSet<Standing> Standings => Set<Standing>();
    internal DbSet<Survey> Surveys => Set<Survey>();
    internal DbSet<DueSurvey> DueSurveys => Set<DueSurvey>();
    internal DbSet<OperatorTie> OperatorTies => Set<OperatorTie>();

    /// <summary>Deadlines that several replicas act on are compared with this clock, which they share.</summary>
    internal Task<DateTimeOffset> NowAsync(CancellationToken cancellation) =>
        Database.SqlQuery<DateTimeOffset>($"SELECT now() AS \"Value\"").SingleAsync(cancellation);

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.AddPlatformTables();
        modelBuilder.AddLedger();
        modelBuilder.HasSequence("case_numbers");
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(ComplaintsDb).Assembly);
    }
}

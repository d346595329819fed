using Jingdezhen.Tourism.Contracts.Identity.V1;
using MassTransit;

namespace Jingdezhen.Tourism.Complaints.Purchases;

internal sealed class WelcomeMerchantConsumer(ComplaintsDb db) : IConsumer<MerchantJoined>
{
    public Task Consume(ConsumeContext<MerchantJoined> context)
    {
        var news = context.Message;
        return db.KeepMerchantAsync(
            news.MerchantId, news.Kind, news.Name, news.County, news.StandingConsent, news.ConsentPatterns,
                news.Version,
            context.CancellationToken);
    }
}

internal sealed class KeepMerchantConsumer(ComplaintsDb db) : IConsumer<MerchantChanged>
{
    public Task Consume(ConsumeContext<MerchantChanged> context)
    {
        var news = context.Message;
        return db.KeepMerchantAsync(
            news.MerchantId, news.Kind, news.Name, news.County, news.StandingConsent, news.ConsentPatterns,
                news.Version,
            context.CancellationToken);
    }
}

internal static class MerchantNews
{
    public static Task KeepMerchantAsync(
        this ComplaintsDb db, Guid id, string kind, string name, string county, bool consent,
        IReadOnlyList<string> patterns, long version, CancellationToken cancellation)
    {
        var covered = patterns.ToArray();
        return db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO merchants (id, kind, name, county, standing_consent, consent_patterns, version)
            VALUES ({id}, {kind}, {name}, {county}, {consent}, {covered}, {version})
            ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, name = excluded.name, county = excluded.county,
                standing_consent = excluded.standing_consent, consent_patterns = excluded.consent_patterns,
                version = excluded.version
            WHERE merchants.version < excluded.version
            """, cancellation);
    }
}

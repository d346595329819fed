using Jingdezhen.Tourism.Contracts.Complaints.V1;
using Jingdezhen.Tourism.Contracts.Identity.V1;
using Jingdezhen.Tourism.Homestays.Listings;
using Jingdezhen.Tourism.Homestays.Storage;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Homestays.Hosts;

/// <summary>A host joined at Identity: the host is known here from now on, with a household of its own until told
/// otherwise.</summary>
internal sealed class WelcomeHostConsumer(HomestaysDb db) : IConsumer<MerchantJoined>
{
    public Task Consume(ConsumeContext<MerchantJoined> context)
    {
        var news = context.Message;
        return news.Kind == "host"
            ? db.KeepHostAsync(news.MerchantId, news.Name, news.County, news.LicenceNumber, news.Version,
                context.CancellationToken)
            : Task.CompletedTask;
    }
}

/// <summary>The host's data changed; news that is older than what is known changes nothing.</summary>
internal sealed class KeepHostConsumer(HomestaysDb db) : IConsumer<MerchantChanged>
{
    public Task Consume(ConsumeContext<MerchantChanged> context)
    {
        var news = context.Message;
        return news.Kind == "host"
            ? db.KeepHostAsync(news.MerchantId, news.Name, news.County, news.LicenceNumber, news.Version,
                context.CancellationToken)
            : Task.CompletedTask;
    }
}

/// <summary>Stops selling at once: every admission after this commit reads it. What is sold stays sold.</summary>
internal sealed class StopSellingConsumer(HomestaysDb db) : IConsumer<MerchantSuspended>
{
    public Task Consume(ConsumeContext<MerchantSuspended> context) =>
        db.SuspendAsync(context.Message.MerchantId, suspended: true, context.Message.Version,
            context.CancellationToken);
}

internal sealed class ResumeSellingConsumer(HomestaysDb db) : IConsumer<MerchantReinstated>
{
    public Task Consume(ConsumeContext<MerchantReinstated> context) =>
        db.SuspendAsync(context.Message.MerchantId, suspended: false, context.Message.Version,
            context.CancellationToken);
}

internal static class HostNews
{
    /// <summary>In whatever order Joined and Changed arrive, and in one statement each: two copies may run at
    /// once.</summary>
    public static async Task KeepHostAsync(
        this HomestaysDb db, Guid merchantId, string name, string county, string licence, long version,
        CancellationToken cancellation)
    {
        var household = Guid.CreateVersion7();
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO households (id, name, county)
            SELECT {household}, {name}, {county} WHERE NOT EXISTS (SELECT FROM hosts WHERE id = {merchantId})
            """, cancellation);
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO hosts (id, household_id, name, county, licence_number, demonstration, merchant_version)
            SELECT {merchantId}, coalesce((SELECT household_id FROM hosts WHERE id = {merchantId}), {household}),
                   {name}, {county}, {licence}, false, {version}
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, county = excluded.county,
                   licence_number = excluded.licence_number, merchant_version = excluded.merchant_version
            WHERE hosts.merchant_version < excluded.merchant_version
            """, cancellation);
    }

    public static async Task SuspendAsync(
        this HomestaysDb db, Guid merchantId, bool suspended, long version, CancellationToken cancellation)
    {
        var changed = await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO suspensions (merchant_id, suspended, version) VALUES ({merchantId}, {suspended}, {version})
            ON CONFLICT (merchant_id) DO UPDATE SET suspended = excluded.suspended, version = excluded.version
            WHERE suspensions.version < excluded.version
            """, cancellation);
        if (changed == 0) return;

        await db.TouchRoomsAsync(room => room.MerchantId == merchantId, cancellation);
        foreach (var listing in await db.Listings.Where(l => l.MerchantId == merchantId).ToListAsync(cancellation))
        {
            listing.Version++;
            await db.TellListingAsync(listing, suspended, cancellation);
        }

        await db.SaveChangesAsync(cancellation);
    }
}

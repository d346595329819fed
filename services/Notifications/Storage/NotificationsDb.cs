using Jingdezhen.Tourism.Notifications.Announcements;
using Jingdezhen.Tourism.Notifications.Notices;
using Jingdezhen.Tourism.Notifications.Preferences;
using Jingdezhen.Tourism.Notifications.Webhooks;
using Jingdezhen.Tourism.Platform.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Notifications.Storage;

/// <summary>What Notifications stores: where people are reached, what they were told, and who listens.</summary>
public sealed class NotificationsDb(DbContextOptions<NotificationsDb> options) : DbContext(options)
{
    internal DbSet<Preference> Preferences => Set<Preference>();
    internal DbSet<Subject> Subjects => Set<Subject>();
    internal DbSet<Notice> Notices => Set<Notice>();
    internal DbSet<Subscription> Subscriptions => Set<Subscription>();
    internal DbSet<Delivery> Deliveries => Set<Delivery>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.AddPlatformTables();
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(NotificationsDb).Assembly);
    }
}

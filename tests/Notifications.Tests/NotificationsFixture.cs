using System.Net.Http.Json;
using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Notifications.Preferences;
using Jingdezhen.Tourism.Notifications.Storage;
using Jingdezhen.Tourism.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Jingdezhen.Tourism.Notifications.Tests;

/// <summary>Notifications with a mail server and a webhook receiver of the test's own.</summary>
public sealed class NotificationsFixture : ServiceFixture<NotificationsDb>, IAsyncLifetime
{
    internal MailServer Mail { get; } = new();
    internal WebhookReceiver Receiver { get; } = new();

    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["Smtp:Host"] = "127.0.0.1", ["Smtp:Port"] = $"{Mail.Port}", ["Smtp:Security"] = "None",
        ["Webhooks:AllowedHosts:0"] = "127.0.0.1",
    };

    public new async Task InitializeAsync()
    {
        Mail.Start();
        await Receiver.StartAsync();
        await base.InitializeAsync();
    }

    public new async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await Receiver.DisposeAsync();
        Mail.Dispose();
    }

    public async Task<string> PersonAsync(
        Guid account, string language = "zh", bool byMail = true, string[]? off = null, Guid? merchant = null,
        string? role = null)
    {
        var email = $"{account:N}@example.cn";
        (await As(role ?? (merchant is null ? "tourist" : "merchant"), account, merchant).PutAsJsonAsync(
            new Uri("/v1/preferences", UriKind.Relative),
            new ChangePreferencesRequest(email, null, language, byMail, BySms: false, off))).EnsureSuccessStatusCode();
        return email;
    }

    /// <summary>Makes whatever waits due now.</summary>
    public Task HurryAsync() => Read(db => db.Database.ExecuteSqlRawAsync(
        """
        UPDATE notices SET next_attempt_at = now() WHERE next_attempt_at IS NOT NULL;
        UPDATE deliveries SET next_attempt_at = now() WHERE next_attempt_at IS NOT NULL;
        """));

    public async Task ExecuteAsOwnerAsync(string sql)
    {
        await using var database = NpgsqlDataSource.Create(OwnerConnection);
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public static BookingConfirmed Confirmed(Guid? account, Guid? merchant = null, Guid? booking = null) => new(
        booking ?? Guid.CreateVersion7(), null, account, Guid.CreateVersion7(), Guid.CreateVersion7(),
        Guid.CreateVersion7(),
        merchant ?? Guid.CreateVersion7(), "ancient-kiln-expo", "Changjiang", "museum", false, "app", null, null, null,
        "CN",
        new Dictionary<string, int>(), 2, 2, 19_000, "CNY", "payment",
        new(2026, 5, 1, 1, 0, 0, TimeSpan.Zero), new(2026, 5, 1, 3, 0, 0, TimeSpan.Zero),
        new(2026, 4, 30, 1, 0, 0, TimeSpan.Zero));

    public static BookingCancelled Cancelled(Guid booking, Guid merchant) => new(
        booking, null, Guid.CreateVersion7(), Guid.CreateVersion7(), merchant, null, "FULL", 19_000, 2, "illness");
}

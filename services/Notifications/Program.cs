using Jingdezhen.Tourism.Contracts;
using Jingdezhen.Tourism.Notifications.Announcements;
using Jingdezhen.Tourism.Notifications.Notices;
using Jingdezhen.Tourism.Notifications.Preferences;
using Jingdezhen.Tourism.Notifications.Storage;
using Jingdezhen.Tourism.Notifications.Webhooks;
using Jingdezhen.Tourism.Platform.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatform<NotificationsDb>("notifications", ContractsAssembly.Value);
builder.Services.AddAnnouncements();
builder.AddNotices();
builder.AddWebhooks();
builder.Services.AddValidation();

var app = builder.Build();
app.UsePlatform();
var v1 = app.MapGroup("/v1");
v1.MapPreferences();
v1.MapSubscriptions();
v1.MapDeliveries();
await app.RunOrMigrateAsync<NotificationsDb>(args);

using Jingdezhen.Tourism.Platform.Hosting;
using Jingdezhen.Tourism.Platform.Messaging;
using Jingdezhen.Tourism.Platform.Tests.Workshop;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatform<WorkshopDb>("workshop", typeof(PotFired).Assembly);
builder.Services.AddValidation();
builder.Services.AddInboxGroup<PotPacked>(PackPotsConsumer.PackAsync);

var app = builder.Build();
app.Services.GetRequiredService<InboxSwitch>().IsOn = app.Configuration.GetValue("Inbox", true);
app.UsePlatform();
app.MapGroup("/v1").MapPots();
await app.RunOrMigrateAsync<WorkshopDb>(args);

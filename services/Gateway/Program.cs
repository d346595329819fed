using Jingdezhen.Tourism.Gateway.Docs;
using Jingdezhen.Tourism.Gateway.Limits;
using Jingdezhen.Tourism.Gateway.Requests;
using Jingdezhen.Tourism.Gateway.Routing;
using Jingdezhen.Tourism.Platform.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatformHttp("gateway");
builder.AddRequestHandling().AddLimits().AddForwarding();

var app = builder.Build();
app.UseRequestHandling();
app.UseLimits();
app.MapHealth();
app.MapDocs();
app.MapForwarding();
await app.RunAsync();

using Jingdezhen.Tourism.Contracts;
using Jingdezhen.Tourism.Metrics.Claims;
using Jingdezhen.Tourism.Metrics.Facts;
using Jingdezhen.Tourism.Metrics.Indicators;
using Jingdezhen.Tourism.Metrics.Rollups;
using Jingdezhen.Tourism.Metrics.Storage;
using Jingdezhen.Tourism.Platform.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatform<MetricsDb>("metrics", ContractsAssembly.Value);
builder.Services.AddValidation();
builder.Services.AddScoped<FactBook>();
builder.Services.AddScoped<IndicatorReader>();
builder.Services.AddHostedService<RunRebuildsJob>();

var app = builder.Build();
app.UsePlatform();
var v1 = app.MapGroup("/v1");
v1.MapIndicators();
v1.MapPaperClaims();
v1.MapRebuilds();
await app.RunOrMigrateAsync<MetricsDb>(args);

using Jingdezhen.Tourism.Contracts;
using Jingdezhen.Tourism.Metrics.Facts;
using Jingdezhen.Tourism.Metrics.Indicators;
using Jingdezhen.Tourism.Metrics.Storage;
using Jingdezhen.Tourism.Platform.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatform<MetricsDb>("metrics", ContractsAssembly.Value);
builder.Services.AddValidation();
builder.Services.AddScoped<FactBook>();
builder.Services.AddScoped<IndicatorReader>();

var app = builder.Build();
app.UsePlatform();
app.MapGroup("/v1").MapIndicators();
await app.RunOrMigrateAsync<MetricsDb>(args);

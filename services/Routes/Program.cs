using Jingdezhen.Tourism.Contracts;
using Jingdezhen.Tourism.Platform.Hosting;
using Jingdezhen.Tourism.Routes.Places;
using Jingdezhen.Tourism.Routes.Storage;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatform<RoutesDb>("routes", ContractsAssembly.Value);
builder.Services.AddValidation();
builder.Services.AddPlaces();

var app = builder.Build();
app.UsePlatform();
app.MapGroup("/v1").MapPlaces();
await app.RunOrMigrateAsync<RoutesDb>(args);

using Jingdezhen.Tourism.Contracts;
using Jingdezhen.Tourism.Platform.Hosting;
using Jingdezhen.Tourism.Routes.Crowds;
using Jingdezhen.Tourism.Routes.Itineraries;
using Jingdezhen.Tourism.Routes.Library;
using Jingdezhen.Tourism.Routes.Places;
using Jingdezhen.Tourism.Routes.Plans;
using Jingdezhen.Tourism.Routes.Storage;
using Jingdezhen.Tourism.Routes.Travel;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatform<RoutesDb>("routes", ContractsAssembly.Value);
builder.Services.AddValidation();
builder.Services.AddPlaces();
builder.Services.AddCrowds();
builder.AddTravel();
builder.AddPlans();
builder.Services.AddLibrary();

var app = builder.Build();
app.UsePlatform();
app.MapGroup("/v1").MapPlaces().MapPlans().MapLibrary().MapItineraries();
await app.RunOrMigrateAsync<RoutesDb>(args);

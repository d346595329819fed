using Jingdezhen.Tourism.Contracts;
using Jingdezhen.Tourism.Homestays.Calendars;
using Jingdezhen.Tourism.Homestays.Feeds;
using Jingdezhen.Tourism.Homestays.Guests;
using Jingdezhen.Tourism.Homestays.Hosts;
using Jingdezhen.Tourism.Homestays.Income;
using Jingdezhen.Tourism.Homestays.Listings;
using Jingdezhen.Tourism.Homestays.Search;
using Jingdezhen.Tourism.Homestays.Stays;
using Jingdezhen.Tourism.Homestays.Storage;
using Jingdezhen.Tourism.Platform.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatform<HomestaysDb>("homestays", ContractsAssembly.Value);
builder.Services.AddValidation();
builder.Services.AddStays().AddIncome().AddFeeds().AddSearch();

var app = builder.Build();
app.UsePlatform();
app.MapGroup("/v1").MapListings().MapCalendars().MapStays().MapIncome().MapGuests().MapFeeds().MapSearch()
    .MapHouseholds();
app.MapGet("/ical/{secret}.ics", ExportCalendar.Handle).AllowAnonymous();
await app.RunOrMigrateAsync<HomestaysDb>(args);

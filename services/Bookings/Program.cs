using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Contracts;
using Jingdezhen.Tourism.Platform.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatform<BookingsDb>("bookings", ContractsAssembly.Value);
builder.Services.AddValidation();

var app = builder.Build();
app.UsePlatform();
await app.RunOrMigrateAsync<BookingsDb>(args);

using Jingdezhen.Tourism.Bookings;
using Jingdezhen.Tourism.Bookings.Bookings;
using Jingdezhen.Tourism.Bookings.Octo;
using Jingdezhen.Tourism.Bookings.Orders;
using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Bookings.Tickets;
using Jingdezhen.Tourism.Bookings.WaitingList;
using Jingdezhen.Tourism.Contracts;
using Jingdezhen.Tourism.Platform.Hosting;
using Jingdezhen.Tourism.Platform.Http;

if (args is ["verify-ticket", ..])
{
    return await VerifyTicket.RunAsync(args, Console.Out, TimeProvider.System.GetUtcNow());
}

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatform<BookingsDb>("bookings", ContractsAssembly.Value);
builder.AddServiceClient(TripReader.Client);
builder.AddServiceClient(Alternatives.Client);
builder.Services.AddValidation().AddBookings();

var app = builder.Build();
app.UsePlatform();
app.MapOcto().MapGroup("/v1").MapProducts().MapBookings().MapOrders().MapTickets().MapWaitingList();
await app.RunOrMigrateAsync<BookingsDb>(args);
return 0;

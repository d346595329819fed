using Jingdezhen.Tourism.Contracts;
using Jingdezhen.Tourism.Payments;
using Jingdezhen.Tourism.Payments.Payments;
using Jingdezhen.Tourism.Payments.Payouts;
using Jingdezhen.Tourism.Payments.Refunds;
using Jingdezhen.Tourism.Payments.Sandbox;
using Jingdezhen.Tourism.Payments.Storage;
using Jingdezhen.Tourism.Platform.Hosting;
using Jingdezhen.Tourism.Platform.Ledger;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatform<PaymentsDb>("payments", ContractsAssembly.Value);
builder.AddLedger("payments");
builder.AddPayments();
builder.Services.AddValidation();

var app = builder.Build();
app.UsePlatform();
var v1 = app.MapGroup("/v1");
v1.MapPayments();
v1.MapRefunds();
v1.MapPayouts();
v1.MapLedger("/payments/ledger");
app.MapSandbox();
await app.RunOrMigrateAsync<PaymentsDb>(args);

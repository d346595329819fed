using Jingdezhen.Tourism.Contracts;
using Jingdezhen.Tourism.Identity.Accounts;
using Jingdezhen.Tourism.Identity.Clients;
using Jingdezhen.Tourism.Identity.Demo;
using Jingdezhen.Tourism.Identity.Merchants;
using Jingdezhen.Tourism.Identity.Secrets;
using Jingdezhen.Tourism.Identity.SigningKeys;
using Jingdezhen.Tourism.Identity.SignIns;
using Jingdezhen.Tourism.Identity.SignUps;
using Jingdezhen.Tourism.Identity.Storage;
using Jingdezhen.Tourism.Platform.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatform<IdentityDb>("identity", ContractsAssembly.Value);
builder.Services.AddValidation();
builder.AddVault().AddSigningKeys().AddSignIns().AddSignUps().AddSeeding();

var app = builder.Build();
app.UseForwardedHeaders();
app.UsePlatform();
app.MapSignIns();
app.MapGroup("/v1").MapAccounts().MapSignUps().MapMerchants();
app.MapGroup("/v1/admin/identity").MapAccountAdministration().MapClients().MapMerchantAdministration().MapSigningKeys();
await app.RunOrMigrateAsync<IdentityDb>(args);

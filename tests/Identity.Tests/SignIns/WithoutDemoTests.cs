using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Jingdezhen.Tourism.Identity.Accounts;
using Jingdezhen.Tourism.Identity.Clients;
using Jingdezhen.Tourism.Identity.Secrets;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OpenIddict.Abstractions;

namespace Jingdezhen.Tourism.Identity.Tests.SignIns;

public sealed class WithoutDemoTests(WithoutDemoTests.Production identity) : IClassFixture<WithoutDemoTests.Production>
{
    public sealed class Production : IdentityFixture
    {
        protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
        {
            ["Demo"] = "false",
            ["Identity:MasterKey"] = Convert.ToBase64String(new byte[32]),
            ["Identity:FirstAdmin:Email"] = "first@example.com",
            ["Identity:FirstAdmin:Password"] = Password,
            ["Demo:Password"] = Password,
        };
    }

    [Fact]
    public async Task There_is_no_password_grant()
    {
        var (answer, body) = await identity.PasswordGrant("tourist");
        using var service = identity.Anonymous();
        var metadata = await service.GetFromJsonAsync<JsonElement>("/.well-known/openid-configuration");

        Assert.Equal(
            (HttpStatusCode.BadRequest, "unsupported_grant_type"),
                (answer.StatusCode, body.GetProperty("error").GetString()));
        Assert.DoesNotContain("password",
            metadata.GetProperty("grant_types_supported").EnumerateArray().Select(grant => grant.GetString()));
    }

    [Fact]
    public async Task There_are_no_demo_accounts_and_no_demo_clients()
    {
        var (_, body) = await identity.Post(
            "/connect/token", ("grant_type", "client_credentials"), ("client_id", "demo-reseller"),
            ("client_secret", IdentityFixture.Password));

        Assert.Equal("invalid_client", body.GetProperty("error").GetString());
        Assert.Equal(0, await identity.Read(db => db.Accounts.CountAsync(account => account.IsDemo)));
    }

    [Fact]
    public async Task Those_that_an_earlier_demo_left_behind_do_not_get_in()
    {
        var account = new Account { Id = Guid.CreateVersion7(), Name = "Left behind", Language = "en", IsDemo = true };
        account.SetPassword(new PasswordHasher<Account>().HashPassword(account, IdentityFixture.Password));
        new Address("left@demo.jingdezhen.example", IsEmail: true).PutOn(account,
            identity.Services.GetRequiredService<Vault>());
        await identity.Save(account);
        await using var scope = identity.Services.CreateAsyncScope();
        var client = MachineClient.Describe("left-behind", "Left behind", IdentityFixture.Password, account.Id);
        client.IsForDemo();
        await scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>().CreateAsync(client);

        var (machine, _) = await identity.Post(
            "/connect/token", ("grant_type", "client_credentials"), ("client_id", "left-behind"),
                ("client_secret", IdentityFixture.Password));
        var person = await new Browser(identity).SignIn("left@demo.jingdezhen.example");

        Assert.Equal(HttpStatusCode.Unauthorized, machine.StatusCode);
        Assert.Null(person.Code);
    }

    [Fact]
    public async Task The_first_admin_comes_from_the_configuration()
    {
        var signedIn = await new Browser(identity).SignIn("first@example.com");

        Assert.NotNull(signedIn.Code);
    }
}

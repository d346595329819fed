using System.Net;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Identity.Tests.SignIns;

public sealed class LockoutTests(IdentityFixture identity) : IClassFixture<IdentityFixture>
{
    [Fact]
    public async Task After_five_wrong_passwords_the_right_one_rests_too()
    {
        var address = await identity.SignUp();
        for (var i = 0; i < 5; i++) await identity.PasswordGrant(address, "wrong-password");

        var (answer, _) = await identity.PasswordGrant(address);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Four_wrong_passwords_are_forgiven_by_the_right_one()
    {
        var address = await identity.SignUp();
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 4; i++) await identity.PasswordGrant(address, "wrong-password");

            Assert.Equal(HttpStatusCode.OK, (await identity.PasswordGrant(address)).Answer.StatusCode);
        }
    }

    [Fact]
    public async Task Sign_in_opens_again_after_the_rest()
    {
        var address = await identity.SignUp();
        for (var i = 0; i < 6; i++) await identity.PasswordGrant(address, "wrong-password");
        await identity.Read(db => db.Database.ExecuteSqlAsync(
            $"UPDATE accounts SET locked_until = now() - interval '1 second' WHERE locked_until IS NOT NULL"));

        var (answer, _) = await identity.PasswordGrant(address);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Guesses_made_at_once_are_all_counted()
    {
        var address = await identity.SignUp();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => identity.PasswordGrant(address, "wrong-password")));

        var attempts = await identity.Read(db => db.Accounts.MaxAsync(account => account.FailedAttempts));
        Assert.Equal(5, attempts);
        Assert.Equal(HttpStatusCode.BadRequest, (await identity.PasswordGrant(address)).Answer.StatusCode);
    }

    [Fact]
    public async Task An_unknown_address_answers_like_a_wrong_password()
    {
        var (unknown, first) = await identity.PasswordGrant("nobody@example.com");
        var (wrong, second) = await identity.PasswordGrant(await identity.SignUp(), "wrong-password");

        Assert.Equal(unknown.StatusCode, wrong.StatusCode);
        Assert.Equal(first.GetRawText(), second.GetRawText());
    }
}

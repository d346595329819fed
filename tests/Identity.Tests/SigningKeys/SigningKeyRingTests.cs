using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Jingdezhen.Tourism.Identity.Secrets;
using Jingdezhen.Tourism.Identity.SigningKeys;
using Jingdezhen.Tourism.Identity.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Jingdezhen.Tourism.Identity.Tests.SigningKeys;

public sealed class SigningKeyRingTests(IdentityFixture identity) : IClassFixture<IdentityFixture>
{
    [Fact]
    public async Task After_a_rotation_the_next_key_signs_and_tokens_of_the_old_one_still_open_until_they_have_run_out()
    {
        var (_, before) = await identity.PasswordGrant("tourist");
        var old = before.GetProperty("access_token").GetString()!;
        var published = await PublishedKeys();
        using var admin = identity.As("admin");

        var rotated = await admin.PostAsync(new Uri("/v1/admin/identity/signing-keys/rotate", UriKind.Relative), null);
        var (_, after) = await identity.PasswordGrant("tourist");
        var young = after.GetProperty("access_token").GetString()!;

        Assert.Equal(HttpStatusCode.OK, rotated.StatusCode);
        Assert.Equal(published[0], new JsonWebToken(old).Kid);
        Assert.Equal(published[1], new JsonWebToken(young).Kid);
        Assert.Contains(published[0], await PublishedKeys());
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (await Profile(old), await Profile(young)));

        await identity.Read(db => db.Database.ExecuteSqlAsync(
            $"UPDATE signing_keys SET retired_at = retired_at - interval '11 minutes' WHERE retired_at IS NOT NULL"));
        await Keep(identity.Services.GetRequiredService<SigningKeyRing>(), rotateNow: false);

        Assert.DoesNotContain(published[0], await PublishedKeys());
        Assert.Equal(HttpStatusCode.OK, await Profile(young));
    }

    [Fact]
    public async Task A_key_that_is_due_rotates_by_itself()
    {
        var ring = identity.Services.GetRequiredService<SigningKeyRing>();
        var before = ring.Keys[0].KeyId;
        await identity.Read(db => db.Database.ExecuteSqlAsync(
            $"UPDATE signing_keys SET activated_at = activated_at - interval '31 days' WHERE retired_at IS NULL"));

        await Keep(ring, rotateNow: false);

        Assert.NotEqual(before, ring.Keys[0].KeyId);
    }

    [Fact]
    public async Task Replicas_that_rotate_at_once_agree_on_one_current_and_one_next_key()
    {
        var replicas = Enumerable.Range(0, 4).Select(_ => Replica()).ToList();

        await Task.WhenAll(replicas.Select(replica => Keep(replica, rotateNow: true)));
        foreach (var replica in replicas) await Keep(replica, rotateNow: false);

        Assert.Single(replicas.Select(replica => replica.Keys[0].KeyId).Distinct());
        Assert.Equal(
            (1, 1),
            (await identity.Read(db => db.SigningKeys.CountAsync(key => key.ActivatedAt == null)),
            await identity.Read(db =>
                db.SigningKeys.CountAsync(key => key.ActivatedAt != null && key.RetiredAt == null))));
    }

    [Fact]
    public async Task The_database_alone_signs_nothing()
    {
        var stored = await identity.Read(db => db.SigningKeys.Select(key => key.SealedPrivateKey).FirstAsync());
        using var thief = ECDsa.Create();

        Assert.ThrowsAny<CryptographicException>(() => thief.ImportPkcs8PrivateKey(stored, out _));
    }

    [Fact]
    public async Task Only_an_admin_rotates()
    {
        using var @operator = identity.As("operator");

        var answer =
            await @operator.PostAsync(new Uri("/v1/admin/identity/signing-keys/rotate", UriKind.Relative), null);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    private SigningKeyRing Replica() => new(
        identity.Services.GetRequiredService<Vault>(), identity.Services.GetRequiredService<IConfiguration>());

    private async Task Keep(SigningKeyRing ring, bool rotateNow)
    {
        await using var scope = identity.Services.CreateAsyncScope();
        await ring.KeepAsync(scope.ServiceProvider.GetRequiredService<IdentityDb>(), rotateNow, CancellationToken.None);
    }

    private async Task<List<string>> PublishedKeys()
    {
        using var service = identity.Anonymous();
        var keys = await service.GetFromJsonAsync<JsonElement>("/.well-known/jwks");
        return [.. keys.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString()!)];
    }

    private async Task<HttpStatusCode> Profile(string token)
    {
        using var caller = identity.WithToken(token);
        return (await caller.GetAsync(new Uri("/v1/accounts/me", UriKind.Relative))).StatusCode;
    }
}

using System.Data;
using System.Security.Cryptography;
using Jingdezhen.Tourism.Identity.Secrets;
using Jingdezhen.Tourism.Identity.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;

namespace Jingdezhen.Tourism.Identity.SigningKeys;

/// <summary>
/// This process's copy of the signing keys, current first. The database holds the truth for all replicas; whenever the
/// copy changes, OpenIddict's options are made anew from it.
/// </summary>
internal sealed class SigningKeyRing(Vault vault, IConfiguration configuration)
    : IConfigureOptions<OpenIddictServerOptions>, IOptionsChangeTokenSource<OpenIddictServerOptions>, IDisposable
{
    private const string Purpose = "signing-key";
    private const long LockKey = 0x6A64_7A6B_6579; // "jdzkey": one replica at a time changes the ring.

    /// <summary>Longer than a token lives, and than a replica may sign with the key it has just lost.</summary>
    private static readonly TimeSpan RetiredStaysFor =
        SignIns.SignInExtensions.AccessTokenLifetime + TimeSpan.FromMinutes(5);

    private volatile IReadOnlyList<ECDsaSecurityKey> _keys = [];
    private CancellationTokenSource _changed = new();

    public string? Name => Options.DefaultName;

    /// <summary>The keys whose signatures count: current, next and the retired ones.</summary>
    public IReadOnlyList<SecurityKey> Keys => _keys;

    private TimeSpan Period => configuration.GetValue("Identity:SigningKeyPeriod", TimeSpan.FromDays(30));

    public void Configure(OpenIddictServerOptions options)
    {
        foreach (var key in _keys) options.SigningCredentials.Add(new(key, SecurityAlgorithms.EcdsaSha256));
    }

    public void Dispose() => _changed.Dispose();

    public IChangeToken GetChangeToken() => new CancellationChangeToken(_changed.Token);

    /// <summary>
    /// Makes what is missing, rotates what is due (or at once), drops what has run out, and takes the ring over.
    /// </summary>
    public async Task KeepAsync(IdentityDb db, bool rotateNow, CancellationToken cancellation)
    {
        await using var transaction =
            await db.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellation);
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({LockKey})", cancellation);
        var now = await db.Database.SqlQuery<DateTimeOffset>($"SELECT now() AS \"Value\"").SingleAsync(cancellation);
        var keys = await db.SigningKeys.ToListAsync(cancellation);

        var current = keys.SingleOrDefault(key => key.IsCurrent);
        var next = keys.SingleOrDefault(key => key.IsNext);
        if (current is null || rotateNow || current.ActivatedAt + Period <= now)
        {
            current?.Retire(now);

            // The unique indexes look at every statement: the old key leaves its place before the next one takes it.
            await db.SaveChangesAsync(cancellation);
            if (next is null) keys.Add(next = Make(db));
            next.Activate(now);
            await db.SaveChangesAsync(cancellation);
            next = null;
        }

        if (next is null) keys.Add(Make(db));

        var spent = keys.Where(key => key.RetiredAt + RetiredStaysFor <= now).ToList();
        db.SigningKeys.RemoveRange(spent);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        TakeOver(keys.Except(spent));
    }

    private SigningKey Make(IdentityDb db)
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return db.SigningKeys.Add(new SigningKey
        {
            Id = Guid.CreateVersion7(),
            SealedPrivateKey = vault.Seal(Purpose, pair.ExportPkcs8PrivateKey()),
        }).Entity;
    }

    private void TakeOver(IEnumerable<SigningKey> stored)
    {
        var wanted = stored.OrderBy(key => key.IsCurrent ? 0 : 1).ThenByDescending(key => key.Id).ToList();
        if (wanted.Select(key => key.Id.ToString()).SequenceEqual(_keys.Select(key => key.KeyId))) return;

        _keys = wanted.ConvertAll(key => _keys.FirstOrDefault(known => known.KeyId == key.Id.ToString()) ?? Open(key));
        Interlocked.Exchange(ref _changed, new()).Cancel();
    }

    private ECDsaSecurityKey Open(SigningKey key)
    {
        var pair = ECDsa.Create();
        pair.ImportPkcs8PrivateKey(vault.Open(Purpose, key.SealedPrivateKey), out _);
        return new ECDsaSecurityKey(pair) { KeyId = key.Id.ToString() };
    }
}

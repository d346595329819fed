using System.Collections.Concurrent;
using System.Security.Cryptography;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Platform.Security;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Tickets;

/// <summary>The keys of tickets: one signs, all verify. Kept encrypted in the database, so that replicas share
/// them.</summary>
internal sealed class TicketKeys(IServiceScopeFactory scopes, PersonalDataVault vault, TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, ECDsa> _public = new();
    private (string Id, ECDsa Key)? _signing;

    /// <summary>The key that signs; the first ticket ever makes it.</summary>
    public async Task<(string Id, ECDsa Key)> SigningAsync(CancellationToken cancellation)
    {
        if (_signing is { } known) return known;

        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<BookingsDb>();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);

        // Replicas that start together would each make one.
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtext('ticket_keys'))", cancellation);
        var current = await db.Set<TicketKey>().Where(key => key.RetiredAt == null)
            .OrderByDescending(key => key.CreatedAt)
            .FirstOrDefaultAsync(cancellation) ?? db.Add(NewKey()).Entity;
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);

        var signing = ECDsa.Create();
        signing.ImportPkcs8PrivateKey(Convert.FromBase64String(vault.Decrypt(current.PrivateKey)), out _);
        _signing = (current.Id, signing);
        return _signing.Value;
    }

    /// <summary>Public keys by id, retired ones included.</summary>
    public async Task<Func<string, ECDsa?>> VerifyingAsync(CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        foreach (var key in await AllAsync(scope.ServiceProvider.GetRequiredService<BookingsDb>(), cancellation))
        {
            _public.GetOrAdd(key.Id, _ => Import(key.PublicKey));
        }

        return id => _public.GetValueOrDefault(id);
    }

    public static Task<List<TicketKey>> AllAsync(BookingsDb db, CancellationToken cancellation) =>
        db.Set<TicketKey>().AsNoTracking().OrderBy(key => key.CreatedAt).ToListAsync(cancellation);

    public static ECDsa Import(byte[] publicKey)
    {
        var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(publicKey, out _);
        return key;
    }

    private TicketKey NewKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var publicKey = key.ExportSubjectPublicKeyInfo();
        return new()
        {
            Id = Convert.ToHexString(SHA256.HashData(publicKey)[..8]),
            PrivateKey = vault.Encrypt(Convert.ToBase64String(key.ExportPkcs8PrivateKey())),
            PublicKey = publicKey,
            CreatedAt = clock.GetUtcNow(),
        };
    }
}

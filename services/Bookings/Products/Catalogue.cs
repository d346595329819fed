using System.Collections.Frozen;
using System.Diagnostics;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Bookings.Suppliers;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Products;

/// <summary>One row that every change of what is sold moves on, in the same transaction.</summary>
internal sealed class CatalogueVersion
{
    public required int Id { get; init; }
    public required long Version { get; init; }
}

/// <summary>Everything that is sold, as it stood at one version; never changed, only replaced.</summary>
internal sealed class Catalogue
{
    public Catalogue(long version, IEnumerable<Supplier> suppliers, IEnumerable<Product> products)
    {
        Version = version;
        Suppliers = suppliers.ToFrozenDictionary(supplier => supplier.Id);
        Products = products.ToFrozenDictionary(product => product.Id);
        Options = Products.Values.SelectMany(product => product.Options.Select(option => (product, option)))
            .ToFrozenDictionary(pair => pair.option.Id);
    }

    public long Version { get; }
    public FrozenDictionary<Guid, Supplier> Suppliers { get; }
    public FrozenDictionary<Guid, Product> Products { get; }
    public FrozenDictionary<Guid, (Product Product, Option Option)> Options { get; }

    /// <summary>The products on sale: active, of a supplier that may sell.</summary>
    public IEnumerable<Product> OnSale => Products.Values.Where(IsOnSale).OrderBy(product => product.Id);

    public bool IsOnSale(Product product) => product.Active && !Suppliers[product.SupplierId].Suspended;
}

/// <summary>
/// The catalogue in memory. Reading asks the database for nothing while it is younger than a second; whoever sells
/// compares its version with the database's inside the selling transaction, so no price or suspension is ever
/// overlooked.
/// </summary>
internal sealed class CatalogueCache(IServiceScopeFactory scopes) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _loading = new(1, 1);
    private Catalogue? _catalogue;
    private long _checkedAt;

    public void Dispose() => _loading.Dispose();

    /// <summary>Whoever changed what is sold sees the change at once, in the same process.</summary>
    public void Expire() => Volatile.Write(ref _checkedAt, 0);

    /// <summary>The catalogue, at most a second behind.</summary>
    public async ValueTask<Catalogue> GetAsync(CancellationToken cancellation)
    {
        if (_catalogue is { } known && Stopwatch.GetElapsedTime(Volatile.Read(ref _checkedAt)) < Fresh) return known;

        await using var scope = scopes.CreateAsyncScope();
        var version = await scope.ServiceProvider.GetRequiredService<BookingsDb>().CatalogueVersions
            .Select(row => row.Version).SingleAsync(cancellation);
        return await AtLeastAsync(version, cancellation);
    }

    /// <summary>The catalogue at a version or later.</summary>
    public async ValueTask<Catalogue> AtLeastAsync(long version, CancellationToken cancellation)
    {
        if (_catalogue is { } known && known.Version >= version)
        {
            Volatile.Write(ref _checkedAt, Stopwatch.GetTimestamp());
            return known;
        }

        await _loading.WaitAsync(cancellation);
        try
        {
            if (_catalogue is { } loaded && loaded.Version >= version) return loaded;

            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<BookingsDb>();

            // The version first: a change that lands in between makes the rows newer than it says, never older.
            var current = await db.CatalogueVersions.Select(row => row.Version).SingleAsync(cancellation);
            var suppliers = await db.Suppliers.AsNoTracking().ToListAsync(cancellation);
            var products = await db.Products.AsNoTracking().AsSplitQuery()
                .Include(product => product.Options.OrderBy(option => option.Id))
                .ThenInclude(option => option.Units.OrderBy(unit => unit.Id)).ToListAsync(cancellation);
            _catalogue = new Catalogue(current, suppliers, products);
            Volatile.Write(ref _checkedAt, Stopwatch.GetTimestamp());
            return _catalogue;
        }
        finally
        {
            _loading.Release();
        }
    }
}

internal static class CatalogueChange
{
    /// <summary>Tells every process, by the row they compare with, that what is sold has changed.</summary>
    public static Task ChangeCatalogueAsync(this BookingsDb db, CancellationToken cancellation) =>
        db.Database.ExecuteSqlAsync($"UPDATE catalogue_versions SET version = version + 1", cancellation);
}

using System.Reflection;
using Jingdezhen.Tourism.Platform.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;

namespace Jingdezhen.Tourism.Architecture.Tests;

/// <summary>A service as these tests see it, found by its DbContext: a new one is under the rules without being named.</summary>
internal sealed record Service(string Name, Assembly Assembly, Type Db)
{
    public static IReadOnlyList<Service> All { get; } =
        [.. Directory.GetFiles(AppContext.BaseDirectory, "Jingdezhen.Tourism.*.dll")
            .Where(file => !file.EndsWith("Tests.dll", StringComparison.Ordinal))
            .Select(Assembly.LoadFrom)
            .SelectMany(assembly => assembly.GetTypes()
                .Where(type => type is { IsAbstract: false } && type.IsAssignableTo(typeof(DbContext)))
                .Select(db => new Service(assembly.GetName().Name!["Jingdezhen.Tourism.".Length..], assembly, db)))
            .OrderBy(service => service.Name, StringComparer.Ordinal)];

    public IReadOnlyList<Type> Types { get; } = [.. Assembly.GetTypes().Where(type => !type.Name.Contains('<', StringComparison.Ordinal))];

    public IReadOnlyList<Type> Entities { get; } = EntitiesOf(Db, Assembly);

    // The entities that a service itself defines; what OpenIddict or ASP.NET Core Identity bring is theirs.
    private static Type[] EntitiesOf(Type db, Assembly assembly) =>
        [.. ModelOf(db).GetEntityTypes().Select(entity => entity.ClrType)
            .Where(type => type.Assembly == assembly).Distinct()];

    private static IModel ModelOf(Type db)
    {
        var builder = (DbContextOptionsBuilder)Activator.CreateInstance(typeof(DbContextOptionsBuilder<>).MakeGenericType(db))!;
        using var nowhere = NpgsqlDataSource.Create("Host=none");
        using var context = (DbContext)Activator.CreateInstance(db, Database.Configure(builder, nowhere).Options)!;
        return context.Model;
    }
}

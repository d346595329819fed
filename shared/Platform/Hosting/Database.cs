using Jingdezhen.Tourism.Platform.Http;
using Jingdezhen.Tourism.Platform.Messaging;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Jingdezhen.Tourism.Platform.Hosting;

public static class Database
{
    private const int LargestPool = 12;
    private const string AppendOnlyAnnotation = "Platform:AppendOnly";

    /// <summary>The outbox, the inbox, failed messages and idempotency keys; every service's model has them.</summary>
    public static void AddPlatformTables(this ModelBuilder model)
    {
        model.AddMessageTables();
        model.AddIdempotencyTable();
    }

    /// <summary>A history or a ledger: the runtime role may insert and read, and neither change nor delete.</summary>
    public static void IsAppendOnly<TEntity>(this EntityTypeBuilder<TEntity> entity) where TEntity : class =>
        entity.HasAnnotation(AppendOnlyAnnotation, true);

    internal static void AddPlatformDatabase<TDb>(this WebApplicationBuilder builder) where TDb : DbContext
    {
        var connection = new NpgsqlConnectionStringBuilder(
            builder.Configuration.GetConnectionString("Database")
            ?? throw new InvalidOperationException("ConnectionStrings:Database is not configured."))
        {
            // More than a service has statements: with fewer they would drive each other out, and all be planned anew.
            MaxAutoPrepare = 200,

            // Nothing here leaves a setting, a lock or a temporary table in its session, and wiping what is not there
            // would cost six statements for every connection that is lent. Open transactions are rolled back anyway.
            NoResetOnClose = true,
            ApplicationName = builder.Environment.ApplicationName,
        };
        connection.MaxPoolSize = Math.Min(connection.MaxPoolSize, LargestPool);

        builder.Services.AddSingleton(_ => new NpgsqlDataSourceBuilder(connection.ConnectionString).Build());
        builder.Services.AddDbContext<TDb>(
            (services, options) => Configure(options, services.GetRequiredService<NpgsqlDataSource>())
            .AddInterceptors(services.GetRequiredService<OutboxSignalInterceptor>(), NoSavepoints.Instance),
            ServiceLifetime.Scoped, ServiceLifetime.Singleton);
        builder.Services.AddScoped<DbContext>(services => services.GetRequiredService<TDb>());
    }

    /// <summary>
    /// How every context is configured; retrying a fault is the caller's or the bus's matter, never EF's.
    /// </summary>
    public static DbContextOptionsBuilder Configure(DbContextOptionsBuilder options, NpgsqlDataSource database) =>
        options.UseNpgsql(database).UseSnakeCaseNamingConvention();

    /// <summary>
    /// Brings the schema up to date as its owner and gives the runtime role what it may do, and no more.
    /// </summary>
    public static async Task MigrateAsync<TDb>(
        string ownerConnection, string? runtimeRole, CancellationToken cancellation)
        where TDb : DbContext
    {
        await using var database = NpgsqlDataSource.Create(ownerConnection);
        var options = (DbContextOptions<TDb>)Configure(new DbContextOptionsBuilder<TDb>(), database).Options;
        await using var db = (TDb)Activator.CreateInstance(typeof(TDb), options)!;
        await db.Database.MigrateAsync(cancellation);
        if (runtimeRole is null) return;

        var role = "\"" + runtimeRole.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
        var appendOnly = db.Model.GetEntityTypes()
            .Where(entity => entity.FindAnnotation(AppendOnlyAnnotation) is not null)
            .Select(entity => entity.GetTableName()).OfType<string>().Distinct();

        // A partition has rights of its own: one left open would be the back door of a ledger.
        var revokes = appendOnly.Select(table =>
            $"""
            DO $$ DECLARE part regclass; BEGIN
                FOR part IN SELECT '"{table}"'::regclass UNION SELECT relid FROM pg_partition_tree('"{table}"') LOOP
                    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %s FROM %I', part, '{runtimeRole}');
                END LOOP;
            END $$;
            """);
        await using var grant = database.CreateCommand(
            $"""
            GRANT USAGE ON SCHEMA public TO {role};
            GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
            GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};
            REVOKE INSERT, UPDATE, DELETE ON "__EFMigrationsHistory" FROM {role};
            {string.Join('\n', revokes)}
            """);
        await grant.ExecuteNonQueryAsync(cancellation);
    }
}

/// <summary>
/// Whoever fails to save rolls its whole transaction back, so the savepoint that EF Core sets around each saving within
/// one is two round trips for nothing.
/// </summary>
internal sealed class NoSavepoints : SaveChangesInterceptor
{
    public static readonly NoSavepoints Instance = new();

    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        eventData.Context?.Database.AutoSavepointsEnabled = false;
        return ValueTask.FromResult(result);
    }
}

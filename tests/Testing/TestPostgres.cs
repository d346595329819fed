using System.Collections.Concurrent;
using Jingdezhen.Tourism.Platform.Hosting;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Testcontainers.PostgreSql;

namespace Jingdezhen.Tourism.Testing;

/// <summary>
/// The PostgreSQL of a test run: the one that JDZ_TEST_POSTGRES names, else a container where a Docker engine answers,
/// else the system's own binaries as a private process. Every test class gets a database cloned from a migrated
/// template.
/// </summary>
public static class TestPostgres
{
    private const string RuntimeRole = "jdz_runtime";
    private const string RuntimePassword = "runtime";

    /// <summary>As the platform makes its own, whatever the server's default is: a container without a locale has
    /// SQL_ASCII.</summary>
    public const string AsDeployed = "ENCODING 'UTF8' LOCALE 'C.UTF-8' TEMPLATE template0";

    private static readonly Lazy<Task<string>> Server = new(StartAsync);
    private static readonly ConcurrentDictionary<Type, Lazy<Task<string>>> Templates = new();

    /// <summary>A superuser's connection string to the server's maintenance database.</summary>
    public static Task<string> ServerAsync() => Server.Value;

    /// <summary>A fresh database for a context: connection strings of the runtime role and of the owner.</summary>
    public static async Task<(string Runtime, string Owner)> CreateAsync<TDb>() where TDb : DbContext
    {
        var server = await ServerAsync();
        var template = await Templates.GetOrAdd(typeof(TDb), _ => new(() => MigrateTemplateAsync<TDb>(server))).Value;
        var name = $"test_{Guid.CreateVersion7():N}";
        await ExecuteAsync(server, $"CREATE DATABASE {name} TEMPLATE {template}");
        return ConnectionsTo(name, server);
    }

    /// <summary>A database without a schema, for a service that migrates it itself.</summary>
    public static async Task<(string Runtime, string Owner)> CreateEmptyAsync()
    {
        var server = await ServerAsync();
        await CreateRuntimeRoleAsync(server);
        var name = $"test_{Guid.CreateVersion7():N}";
        await ExecuteAsync(server, $"CREATE DATABASE {name} {AsDeployed}");
        return ConnectionsTo(name, server);
    }

    private static (string Runtime, string Owner) ConnectionsTo(string database, string server)
    {
        var owner = new NpgsqlConnectionStringBuilder(server) { Database = database };
        var runtime = new NpgsqlConnectionStringBuilder(server)
        {
            Database = database, Username = RuntimeRole, Password = RuntimePassword,
        };
        return (runtime.ConnectionString, owner.ConnectionString);
    }

    private static Task CreateRuntimeRoleAsync(string server) => ExecuteAsync(server,
        $$"""
        DO $$ BEGIN CREATE ROLE {{RuntimeRole}} LOGIN PASSWORD '{{RuntimePassword}}';
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$
        """);

    public static async Task DropAsync(string owner)
    {
        NpgsqlConnection.ClearAllPools();
        var name = new NpgsqlConnectionStringBuilder(owner).Database;
        await ExecuteAsync(await ServerAsync(), $"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
    }

    private static async Task<string> MigrateTemplateAsync<TDb>(string server) where TDb : DbContext
    {
        // The build's own id names the template: another build has another schema, the same build shares it.
        var template = $"template_{typeof(TDb).Name.ToLowerInvariant()}_{typeof(TDb).Module.ModuleVersionId:N}";
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync();
        await using (var one = new NpgsqlCommand($"SELECT pg_advisory_lock(hashtext('{template}'))", connection))
        {
            await one.ExecuteNonQueryAsync();
        }

        await using var known = new NpgsqlCommand(
            $"SELECT count(*) FROM pg_database WHERE datname = '{template}'", connection);
        if ((long)(await known.ExecuteScalarAsync())! > 0) return template;

        await ExecuteAsync(server, $"DROP DATABASE IF EXISTS {template}_unfinished WITH (FORCE)");
        await ExecuteAsync(server, $"CREATE DATABASE {template}_unfinished {AsDeployed}");
        await CreateRuntimeRoleAsync(server);
        var owner = new NpgsqlConnectionStringBuilder(server) { Database = template + "_unfinished", Pooling = false };
        await Database.MigrateAsync<TDb>(owner.ConnectionString, RuntimeRole, CancellationToken.None);
        await ExecuteAsync(server, $"ALTER DATABASE {template}_unfinished RENAME TO {template}");
        return template;
    }

    private static async Task ExecuteAsync(string server, string sql)
    {
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<string> StartAsync()
    {
        if (Environment.GetEnvironmentVariable("JDZ_TEST_POSTGRES") is { Length: > 0 } given) return given;

        if (DockerEngine.Answers)
        {
            var container = new PostgreSqlBuilder("postgres:17")
                .WithCommand("-c", "max_connections=400", "-c", "fsync=off").Build();
            await container.StartAsync();
            return container.GetConnectionString();
        }

        return await StartPrivateAsync(durable: false);
    }

    /// <summary>
    /// A server of this process from the system's binaries; a durable one flushes every commit, as production does.
    /// </summary>
    /// <param name="settings">More settings of the server, <c>name=value</c>.</param>
    public static async Task<string> StartPrivateAsync(bool durable, params string[] settings)
    {
        var binaries = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Last() + "/bin/"
            : throw new InvalidOperationException(
                "No PostgreSQL for the tests: set JDZ_TEST_POSTGRES, start a Docker engine, or install postgresql.");
        var data = Directory.CreateTempSubdirectory("jdz-postgres-").FullName;
        var port = PrivateProcess.FreePort();
        string[] asPostgres = [];
        if (Environment.UserName == "root")
        {
            // PostgreSQL refuses to run as root.
            await PrivateProcess.RunAsync("chown", ["postgres", data]);
            asPostgres = ["--reuid=postgres", "--regid=postgres", "--init-groups"];
        }

        await Run("initdb", ["-D", data, "-U", "postgres", "--auth=trust", "--no-sync", "-E", "UTF8"]);

        // As the platform runs it: a planner with other costs would choose other plans.
        await File.WriteAllTextAsync(
            Path.Combine(data, "postgresql.conf"),
            await File.ReadAllTextAsync(Path.Combine(Repository.Root, "deploy", "postgres", "postgresql.conf")));
        var (file, arguments) = Command("postgres",
            ["-D", data, "-p", $"{port}", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
            "-c", durable ? "fsync=on" : "fsync=off", "-c", "max_connections=400",
            "-c", durable ? "shared_buffers=1GB" : "shared_buffers=256MB", "-c", "max_wal_size=4GB",
            .. settings.SelectMany(setting => new[] { "-c", setting })]);
        var server = PrivateProcess.StartServer(file, arguments, data);
        var connection = $"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres";
        await Eventually.Holds(
            async () =>
            {
                try
                {
                    await ExecuteAsync(connection, "SELECT 1");
                    return "up";
                }
                catch (NpgsqlException)
                {
                    return server.Output;
                }
            },
            state => state == "up", TimeSpan.FromSeconds(30));
        return connection;

        Task Run(string program, string[] with)
        {
            var (file, arguments) = Command(program, with);
            return PrivateProcess.RunAsync(file, arguments);
        }

        (string, string[]) Command(string program, string[] with) => asPostgres.Length == 0
            ? (binaries + program, with)
            : ("setpriv", [.. asPostgres, binaries + program, .. with]);
    }
}

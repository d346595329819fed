using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Jingdezhen.Tourism.Platform.Domain;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Jingdezhen.Tourism.Platform.Http;

/// <summary>What a caller's key was answered with; written in the transaction of the effect.</summary>
public sealed class IdempotencyKey
{
    public required string Caller { get; init; }
    public required string Key { get; init; }

    /// <summary>SHA-256 over method, path and body.</summary>
    public required byte[] RequestHash { get; init; }

    public required int Status { get; init; }
    public required string? Location { get; init; }
    public required string Answer { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>
/// Idempotency-Key as the IETF draft has it: the same key with the same body replays the answer, with another body it
/// is a 422, while the first is in flight a 409; another caller's key is another key; refusals are not stored.
/// </summary>
public static class Idempotency
{
    private const int LongestKey = 200;

    public static readonly Refusal KeyReused =
        new("idempotency-key-reused", "The first request with this Idempotency-Key had another body.");

    public static readonly Refusal KeyInFlight =
        new("idempotency-key-in-flight", "The first request with this Idempotency-Key has not been answered yet.");

    private static readonly Refusal KeyRequired =
        new("idempotency-key-required",
            $"Send an Idempotency-Key header of 1 to {LongestKey} characters, for example a UUID.");

    /// <summary>
    /// Runs the handler in a transaction of the request's DbContext that also stores its answer. The handler saves, and
    /// neither begins nor commits. An answer of 2xx commits; everything else rolls back and is not remembered.
    /// </summary>
    public static RouteHandlerBuilder RequireIdempotencyKey(this RouteHandlerBuilder route) =>
        route.AddEndpointFilter(HandleAsync).WithMetadata(new IdempotencyKeyMetadata());

    /// <summary>The key of a request, or the problem that it has none.</summary>
    public static Decision<string> KeyOf(HttpRequest request) =>
        request.Headers["Idempotency-Key"].ToString() is { Length: > 0 and <= LongestKey } key ? key : KeyRequired;

    /// <summary>Whose key it is: the client and the account together.</summary>
    public static string CallerOf(ClaimsPrincipal user) =>
        $"{user.FindFirstValue("client_id")}/{user.FindFirstValue("sub")}";

    /// <summary>SHA-256 over method, path, query and body, the body's bytes as they came.</summary>
    public static byte[] HashOf(HttpRequest request, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method} {request.Path}{request.QueryString}\n"));
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }

    internal static void AddIdempotencyTable(this ModelBuilder model) => model.Entity<IdempotencyKey>(keys =>
    {
        keys.ToTable("idempotency_keys");
        keys.HasKey(key => new { key.Caller, key.Key });
        keys.Property(key => key.CreatedAt).HasDefaultValueSql("now()");
        keys.HasIndex(key => key.CreatedAt).HasMethod("brin");
    });

    private static async ValueTask<object?> HandleAsync(
        EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var http = invocation.HttpContext;
        var cancellation = http.RequestAborted;
        var key = KeyOf(http.Request);
        if (key.IsRefused) return key.Refusal.AsProblem(StatusCodes.Status400BadRequest);

        var caller = CallerOf(http.User);
        var hash = HashOf(http.Request, await BufferedBody.ReadAsync(http.Request, cancellation));
        var db = http.RequestServices.GetRequiredService<DbContext>();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);

        var (free, known) = await AskAsync(db, caller, key.Value, cancellation);
        if (!free) return KeyInFlight.AsProblem();

        if (known is not null)
        {
            return known.RequestHash.AsSpan().SequenceEqual(hash)
                ? new ReplayedAnswer(known.Status, known.Location, known.Answer)
                : KeyReused.AsProblem(StatusCodes.Status422UnprocessableEntity);
        }

        var result = await next(invocation);
        var answer = result is INestedHttpResult nested ? nested.Result : result;
        var status = answer is IStatusCodeHttpResult coded ? coded.StatusCode : answer is IResult ? null
            : StatusCodes.Status200OK;
        if (status is not (>= 200 and < 300)) return result;

        var json = http.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var replay = new ReplayedAnswer(
            status.Value, LocationOf(answer),
            ValueOf(answer) is { } value ? JsonSerializer.Serialize(value, value.GetType(), json) : "");
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO idempotency_keys (caller, key, request_hash, status, location, answer)
            VALUES ({caller}, {key.Value}, {hash}, {replay.Status}, {replay.Location}, {replay.Answer})
            """, cancellation);
        await transaction.CommitAsync(cancellation);
        return replay;
    }

    // The lock ends with the transaction, however it ends; waiting for it would tie up a connection for a double click.
    // Two statements in one round trip: the second one's snapshot is of after the lock.
    private static async Task<(bool Free, IdempotencyKey? Known)> AskAsync(
        DbContext db, string caller, string key, CancellationToken cancellation)
    {
        await using var ask = new NpgsqlBatch((NpgsqlConnection)db.Database.GetDbConnection())
        {
            BatchCommands =
            {
                new("SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))")
                {
                    Parameters = { new() { Value = caller + "\n" + key } },
                },
                new(
                    """
                    SELECT request_hash, status, location, answer, created_at FROM idempotency_keys
                    WHERE caller = $1 AND key = $2
                    """)
                {
                    Parameters = { new() { Value = caller }, new() { Value = key } },
                },
            },
        };
        await using var reader = await ask.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        if (!reader.GetBoolean(0)) return (false, null);

        await reader.NextResultAsync(cancellation);
        if (!await reader.ReadAsync(cancellation)) return (true, null);

        return (true, new()
        {
            Caller = caller, Key = key, RequestHash = reader.GetFieldValue<byte[]>(0), Status = reader.GetInt32(1),
            Location = await reader.IsDBNullAsync(2, cancellation) ? null : reader.GetString(2),
            Answer = reader.GetString(3), CreatedAt = reader.GetFieldValue<DateTimeOffset>(4),
        });
    }

    // A handler may return the plain value, too: the framework makes it a 200, so it counts as one here.
    private static object? ValueOf(object? answer) =>
        answer is IResult ? (answer as IValueHttpResult)?.Value : answer;

    private static string? LocationOf(object? answer) =>
        answer?.GetType().GetProperty("Location")?.GetValue(answer) as string;

    private sealed record ReplayedAnswer(int Status, string? Location, string Answer) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = Status;
            if (Location is not null) httpContext.Response.Headers.Location = Location;
            if (Answer.Length == 0) return Task.CompletedTask;

            httpContext.Response.ContentType = "application/json; charset=utf-8";
            return httpContext.Response.WriteAsync(Answer, httpContext.RequestAborted);
        }
    }
}

/// <summary>
/// Marks a route that wants an Idempotency-Key, for the OpenAPI document and for the body's buffering.
/// </summary>
internal sealed record IdempotencyKeyMetadata;

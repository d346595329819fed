using Microsoft.AspNetCore.Http;

namespace Jingdezhen.Tourism.Platform.Http;

/// <summary>The bytes of a request's body after the framework has bound it, for hashing.</summary>
internal static class BufferedBody
{
    /// <summary>Keeps the body of routes that need it; bounded by the server's own limit on bodies.</summary>
    public static Task KeepAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<IdempotencyKeyMetadata>() is not null)
        {
            context.Request.EnableBuffering(bufferThreshold: 64 * 1024);
        }

        return next(context);
    }

    public static async Task<byte[]> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        request.Body.Position = 0;
        using var copy = new MemoryStream();
        await request.Body.CopyToAsync(copy, cancellation);
        return copy.ToArray();
    }
}

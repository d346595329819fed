namespace Jingdezhen.Tourism.Gateway.Limits;

/// <summary>The gateway's own refusals, as problem documents like everybody's.</summary>
internal static class Answers
{
    /// <summary>Writes the problem that belongs to the response's status.</summary>
    public static async Task ProblemAsync(HttpContext context, string? detail = null) =>
        await context.RequestServices.GetRequiredService<IProblemDetailsService>().WriteAsync(new()
        {
            HttpContext = context,
            ProblemDetails = { Status = context.Response.StatusCode, Detail = detail },
        });
}

using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using Jingdezhen.Tourism.Platform.Domain;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Platform.Http;

/// <summary>
/// Errors as RFC 9457 problem documents: a stable <c>type</c> and <c>code</c>, a title in the reader's language.
/// Titles stand in each assembly's embedded <c>problems.json</c>: code → { "en", "zh" }.
/// </summary>
public static class Problems
{
    public const string TypePrefix = "urn:jingdezhen-tourism:";

    private sealed record Title(string En, string Zh);

    private static readonly ConcurrentDictionary<string, Title> Titles = new();

    public static ProblemHttpResult AsProblem(this Refusal refusal, int status = StatusCodes.Status409Conflict) =>
        TypedResults.Problem(
            refusal.Reason, statusCode: status, type: TypePrefix + refusal.Code,
            extensions: new Dictionary<string, object?> { ["code"] = refusal.Code });

    /// <summary>A 400 that names the field and says what would have been right.</summary>
    public static ProblemHttpResult Invalid(string field, string because) =>
        TypedResults.Problem(
            because, statusCode: StatusCodes.Status400BadRequest, type: TypePrefix + "invalid",
            extensions: new Dictionary<string, object?>
            {
                ["code"] = "invalid",
                ["errors"] = new Dictionary<string, string[]> { [field] = [because] },
            });

    internal static void Learn(Assembly assembly)
    {
        if (assembly.GetManifestResourceNames().SingleOrDefault(
            name => name.EndsWith("problems.json", StringComparison.Ordinal))
            is not { } resource) return;

        using var stream = assembly.GetManifestResourceStream(resource)!;
        var titles = JsonSerializer.Deserialize<Dictionary<string, Title>>(stream, JsonSerializerOptions.Web)!;
        foreach (var (code, title) in titles)
        {
            Titles[code] = title;
        }
    }

    internal static bool Knows(string code) => Titles.ContainsKey(code);

    /// <summary>Completes every problem document on its way out, whoever made it.</summary>
    internal static void Complete(ProblemDetailsContext context)
    {
        var problem = context.ProblemDetails;
        var code = problem.Extensions.TryGetValue("code", out var named) && named is string text ? text
            : problem is HttpValidationProblemDetails ? "invalid"
            : CodeOf(problem.Status ?? context.HttpContext.Response.StatusCode);
        problem.Type = TypePrefix + code;
        problem.Extensions["code"] = code;
        problem.Extensions["requestId"] = context.HttpContext.TraceIdentifier;
        problem.Instance ??= context.HttpContext.Request.Path;

        var chinese = PrefersChinese(context.HttpContext.Request);
        context.HttpContext.Response.Headers.ContentLanguage = chinese ? "zh" : "en";
        if (Titles.TryGetValue(code, out var title)) problem.Title = chinese ? title.Zh : title.En;
    }

    /// <summary>Whether Chinese comes before English in Accept-Language; without the header, English.</summary>
    public static bool PrefersChinese(this HttpRequest request)
    {
        var wanted = request.GetTypedHeaders().AcceptLanguage;
        var zh = Quality("zh");
        return zh > 0 && zh >= Quality("en");

        double Quality(string language) => wanted
            .Where(entry => entry.Value.StartsWith(language, StringComparison.OrdinalIgnoreCase))
            .Select(entry => entry.Quality ?? 1 - (0.001 * wanted.IndexOf(entry))).DefaultIfEmpty(0).Max();
    }

    private static string CodeOf(int status) => status switch
    {
        StatusCodes.Status400BadRequest => "malformed",
        StatusCodes.Status401Unauthorized => "unauthorized",
        StatusCodes.Status403Forbidden => "forbidden",
        StatusCodes.Status404NotFound => "not-found",
        StatusCodes.Status405MethodNotAllowed => "method-not-allowed",
        StatusCodes.Status413PayloadTooLarge => "too-large",
        StatusCodes.Status415UnsupportedMediaType => "unsupported-media-type",
        StatusCodes.Status429TooManyRequests => "too-many-requests",
        StatusCodes.Status503ServiceUnavailable => "overloaded",
        >= 400 and < 500 => "malformed",
        StatusCodes.Status502BadGateway or StatusCodes.Status504GatewayTimeout => "overloaded",
        _ => "internal-error",
    };
}

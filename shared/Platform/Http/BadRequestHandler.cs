using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Jingdezhen.Tourism.Platform.Http;

/// <summary>Says which part of a request could not be read; the framework alone would send an empty 400.</summary>
internal sealed partial class BadRequestHandler(IProblemDetailsService problems) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(
        HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not BadHttpRequestException bad) return false;

        var detail = bad.InnerException is JsonException json
            ? $"{json.Path ?? "$"}: {Reason(json)}"
            : TypeAndName().Replace(bad.Message, "\"$1\"");
        httpContext.Response.StatusCode = bad.StatusCode;
        return await problems.TryWriteAsync(new()
        {
            HttpContext = httpContext,
            ProblemDetails = new ProblemDetails { Status = bad.StatusCode, Detail = detail },
        });
    }

    // "Required parameter "Guid id" was not provided" names our type; the parameter's name is all that a client can
    // use.
    [GeneratedRegex("\"[^\" ]+ ([^\" ]+)\"")]
    private static partial Regex TypeAndName();

    [GeneratedRegex("^JSON deserialization for type '[^']*' was ")]
    private static partial Regex NamedType();

    // The first sentence says what was expected; the rest names our types, which are no concern of a client.
    private static string Reason(JsonException json) =>
        json.Message.StartsWith("The JSON value could not be converted", StringComparison.Ordinal)
            ? "the value has the wrong type or is out of range."
            : json.Message.Contains("doesn't allow null", StringComparison.Ordinal) ? "null is not allowed here."
            : NamedType().Replace(json.Message, "").Split(" Path:", 2)[0];
}

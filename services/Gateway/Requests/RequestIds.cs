using System.Text.RegularExpressions;

namespace Jingdezhen.Tourism.Gateway.Requests;

/// <summary>
/// X-Request-Id: the caller's when it looks like one, else ours; in the answer, in every problem document, and on its
/// way to the service.
/// </summary>
internal static partial class RequestIds
{
    private const string Header = "X-Request-Id";

    public static Task AssignAsync(HttpContext context, RequestDelegate next)
    {
        var given = context.Request.Headers[Header].ToString();
        var id = Shape().IsMatch(given) ? given : Guid.CreateVersion7().ToString();
        context.TraceIdentifier = id;
        context.Request.Headers[Header] = id;
        context.Response.OnStarting(() =>
        {
            context.Response.Headers[Header] = id;
            return Task.CompletedTask;
        });
        return next(context);
    }

    // Into logs it goes as it is, so nothing in it may break a line or fill a disk.
    [GeneratedRegex(@"\A[A-Za-z0-9._-]{8,64}\z")]
    private static partial Regex Shape();
}

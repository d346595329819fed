using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Jingdezhen.Tourism.Homestays.Guests;
using Jingdezhen.Tourism.Platform.Http;

namespace Jingdezhen.Tourism.Homestays.Stays;

/// <param name="Channel">app, web or mini-program.</param>
/// <param name="CountryOfResidence">ISO 3166-1 alpha-2.</param>
public sealed record HoldStayRequest(
    Guid RoomId, DateOnly Arrival, DateOnly Departure, int Adults, int Children = 0, string Channel = "app",
    string? Source = null, string? Campaign = null, string? CountryOfResidence = null);

/// <summary>
/// A tourist holds a room. The body is read here and not by the framework: its bytes are part of the key's hash, and
/// the key is settled by the admission, in the transaction of the whole batch.
/// </summary>
internal static partial class HoldNights
{
    private const int LongestBody = 8 * 1024;

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerOptions.Web)
    {
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict,
    };

    public static async Task<IResult> Handle(
        HttpContext http, AdmissionLoop admission, PersonalData people)
    {
        var key = Idempotency.KeyOf(http.Request);
        if (key.IsRefused) return key.Refusal.AsProblem(StatusCodes.Status400BadRequest);
        if (key.Value.Contains('\0', StringComparison.Ordinal)) return Problems.Invalid("Idempotency-Key",
            "It has a NUL.");

        var body = await ReadAsync(http.Request, http.RequestAborted);
        if (body is null) return Problems.Invalid("body", $"At most {LongestBody} bytes.");

        HoldStayRequest request;
        try
        {
            request = JsonSerializer.Deserialize<HoldStayRequest>(body, Strict)
                ?? throw new JsonException("an object is expected");
        }
        catch (JsonException fault)
        {
            return Problems.Invalid(fault.Path?.TrimStart('$', '.') is { Length: > 0 } path ? path : "body",
                "The value is missing, has the wrong type or is out of range.");
        }

        if (FaultOf(request) is var (field, because)) return Problems.Invalid(field, because);

        var account = http.User.AccountId();
        var answer = await admission.AskAsync(
            new(
                Guid.CreateVersion7(), request.RoomId, request.Arrival, request.Departure, request.Adults,
                request.Children,
                OrderId: null, account, request.Channel, request.Source, request.Campaign, people.GuestKeyOf(account),
                request.CountryOfResidence, ExpiresAt: null),
            new(Idempotency.CallerOf(http.User), key.Value, Idempotency.HashOf(http.Request, body)));
        if (answer.Refusal is { } refusal) return refusal.AsProblem(answer.Status);

        return new HeldResult(answer.Status, answer.Location, answer.Answer!);
    }

    /// <summary>The stored answer as it is: first answer and replay are the same bytes.</summary>
    private sealed class HeldResult(int status, string? location, string answer) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = status;
            httpContext.Response.ContentType = "application/json; charset=utf-8";
            if (location is not null) httpContext.Response.Headers.Location = location;
            var bytes = Encoding.UTF8.GetBytes(answer);
            httpContext.Response.ContentLength = bytes.Length;
            return httpContext.Response.Body.WriteAsync(bytes, httpContext.RequestAborted).AsTask();
        }
    }

    private static (string Field, string Because)? FaultOf(HoldStayRequest request) =>
        request.RoomId == Guid.Empty ? ("roomId", "Say which room.")
        : request.Arrival == default ? ("arrival", "Say the day of arrival, YYYY-MM-DD.")
        : request.Departure <= request.Arrival ? ("departure", "The departure comes after the arrival.")
        : request.Departure.DayNumber - request.Arrival.DayNumber > Quotation.LongestStay
            ? ("departure", $"A stay has at most {Quotation.LongestStay} nights.")
        : request.Adults is < 1 or > 50 ? ("adults", "1 to 50.")
        : request.Children is < 0 or > 50 ? ("children", "0 to 50.")
        : request.Channel is not ("app" or "web" or "mini-program") ? ("channel", "app, web or mini-program.")
        : !IsTag(request.Source) ? ("source", "At most 60 letters, digits, dots, dashes or underscores.")
        : !IsTag(request.Campaign) ? ("campaign", "At most 60 letters, digits, dots, dashes or underscores.")
        : request.CountryOfResidence is not null && !Country().IsMatch(request.CountryOfResidence)
            ? ("countryOfResidence", "Two capital letters, ISO 3166-1.")
        : null;

    private static bool IsTag(string? text) => text is null || Tag().IsMatch(text);

    private static async Task<byte[]?> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (request.ContentLength > LongestBody) return null;

        var buffer = new byte[LongestBody + 1];
        var length = 0;
        while (length < buffer.Length)
        {
            var read = await request.Body.ReadAsync(buffer.AsMemory(length), cancellation);
            if (read == 0) return buffer[..length];
            length += read;
        }

        return null;
    }

    [GeneratedRegex(@"^[\p{L}\p{N}._-]{1,60}\z")]
    private static partial Regex Tag();

    [GeneratedRegex(@"^[A-Z]{2}\z")]
    private static partial Regex Country();
}

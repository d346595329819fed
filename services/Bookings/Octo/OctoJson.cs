using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Jingdezhen.Tourism.Bookings.Availability;

namespace Jingdezhen.Tourism.Bookings.Octo;

/// <summary>How OCTO writes and reads: camel case, nulls written, UTC stamps with Z and no fraction, local ones with
/// +08:00.</summary>
internal static class OctoJson
{
    private const int LongestText = 2000;

    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 32,
    };

    public static string Utc(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string? Utc(DateTimeOffset? moment) => moment is { } known ? Utc(known) : null;

    public static string Local(DateTimeOffset moment) =>
        BusinessTime.Local(moment).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    public static string LocalTime(DateTimeOffset moment) => BusinessTime.Local(moment)
        .ToString("HH:mm", CultureInfo.InvariantCulture);

    public static string Date(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static DateOnly? ReadDate(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day : null;

    /// <summary>The body, or BAD_REQUEST; an absent body is an empty one where the call needs none.</summary>
    public static async Task<TBody> ReadAsync<TBody>(HttpRequest request, bool mayBeEmpty = false) where TBody : class
    {
        try
        {
            if (mayBeEmpty && request.ContentLength is null or 0)
            {
                return JsonSerializer.Deserialize<TBody>("{}", Options)!;
            }

            var body = await JsonSerializer.DeserializeAsync<TBody>(
                request.Body, Options, request.HttpContext.RequestAborted)
                ?? throw OctoException.BadRequest("The request body is null.");
            Check(JsonSerializer.SerializeToElement(body, Options));
            return body;
        }
        catch (JsonException malformed)
        {
            throw OctoException.BadRequest($"The request body cannot be read at {malformed.Path ?? "$"}.");
        }
    }

    // Texts are stored; none is endless, and PostgreSQL stores no U+0000.
    private static void Check(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in element.EnumerateObject()) Check(member.Value);
        }

        if (element.ValueKind == JsonValueKind.Array) foreach (var item in element.EnumerateArray()) Check(item);
        if (element.ValueKind != JsonValueKind.String) return;

        var text = element.GetString()!;
        if (text.Length > LongestText || text.Contains('\0', StringComparison.Ordinal))
        {
            throw OctoException.BadRequest($"A text must be at most {LongestText} characters and without U+0000.");
        }
    }
}

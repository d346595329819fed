using System.Text.Json;
using System.Text.Json.Serialization;

namespace Jingdezhen.Tourism.Platform.Http;

/// <summary>Refuses text that PostgreSQL cannot store (U+0000), where it comes in and with the member's name.</summary>
internal sealed class PlainTextConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String) throw new JsonException();

        var text = reader.GetString();
        return text is not null && text.Contains('\0', StringComparison.Ordinal)
            ? throw new JsonException("Text must not contain U+0000.")
            : text;
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value);
}

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Jingdezhen.Tourism.Testing;

namespace Jingdezhen.Tourism.Bookings.Tests.Octo;

/// <summary>
/// The published schemas of OCTO, walked beside our answers: every member that the standard has is there, with its
/// type, and nothing else is; members of a capability come when it was asked for and only then.
/// </summary>
internal sealed partial class OctoSchemas
{
    private sealed record Field(string Name, string Type, bool Optional);

    private static readonly string[] Capabilities = ["Pricing", "Content"];

    // A price is by unit or by booking, and members of several capabilities share names: these may be absent when asked
    // for.
    private static readonly HashSet<string> EitherWay =
        ["unitPricing", "pricing", "unitPricingFrom", "pricingFrom"];

    private readonly Dictionary<string, List<Field>> _types = [];
    private readonly Dictionary<string, HashSet<string>> _enums = [];

    public static OctoSchemas Read()
    {
        var schemas = new OctoSchemas();
        List<Field>? fields = null;
        foreach (
            var line in File.ReadLines(
            Path.Combine(Repository.Root, "tests", "Bookings.Tests", "Octo", "octo-schemas.txt")))
        {
            if (EnumLine().Match(line) is { Success: true } named)
            {
                schemas._enums[named.Groups[1].Value] = [.. EnumValue().Matches(line)
                    .Select(value => value.Groups[1].Value)];
            }
            else if (FieldLine().Match(line) is { Success: true } field)
            {
                fields!.Add(new(field.Groups[1].Value, field.Groups[3].Value, field.Groups[2].Length > 0));
            }
            else if (TypeLine().IsMatch(line))
            {
                schemas._types[line.Trim()] = fields = [];
            }
        }

        // What the list of members leaves out of a unit's price is a price like any other.
        schemas._types["PricingUnit"] = [.. schemas._types["PricingUnit"], .. schemas._types["Pricing"]];
        return schemas;
    }

    /// <summary>Where an answer differs from the schema, as readable sentences.</summary>
    public List<string> Differences(JsonNode? answer, string type, params string[] asked)
    {
        var differences = new List<string>();
        Walk(answer, type, type, asked, differences);
        return differences;
    }

    private void Walk(JsonNode? node, string type, string path, string[] asked, List<string> differences)
    {
        if (node is null) return;
        if (type.EndsWith("[]", StringComparison.Ordinal))
        {
            if (node is not JsonArray items) differences.Add($"{path} is no array");
            else for (var i = 0; i < items.Count; i++) Walk(items[i], type[..^2], $"{path}[{i}]", asked, differences);
        }
        else if (_types.TryGetValue(type, out var fields)) WalkObject(node, type, fields, path, asked, differences);
        else if (_enums.TryGetValue(type, out var values))
        {
            if (!values.Contains(node.ToString())) differences.Add($"{path} is {node}, which {type} has not");
        }
        else if (!Fits(node, type)) differences.Add($"{path} is {node.ToJsonString()}, not {type}");
    }

    private void WalkObject(
        JsonNode node, string type, List<Field> fields, string path, string[] asked, List<string> differences)
    {
        if (node is not JsonObject members)
        {
            differences.Add($"{path} is no object");
            return;
        }

        foreach (var field in fields)
        {
            var there = members.TryGetPropertyValue(field.Name, out var value);
            var capability = Array.Find(Capabilities, name =>
                _types.TryGetValue(type + name, out var part) && part.Exists(known => known.Name == field.Name));
            var wanted = capability is not null && asked.Contains(capability);
            if (!there && (!field.Optional || (wanted && !EitherWay.Contains(field.Name))))
            {
                differences.Add($"{path}.{field.Name} is missing");
            }

            if (there && capability is not null && !wanted) differences.Add($"{path}.{field.Name} was not asked for");
            if (there) Walk(value, field.Type.Split(' ')[0], $"{path}.{field.Name}", asked, differences);
        }

        differences.AddRange(members.Where(member => !fields.Exists(field => field.Name == member.Key))
            .Select(member => $"{path}.{member.Key} is not in the standard"));
    }

    private static bool Fits(JsonNode node, string type) => (type, node.GetValueKind()) switch
    {
        ("string", System.Text.Json.JsonValueKind.String) => true,
        ("string:uuid", System.Text.Json.JsonValueKind.String) => Guid.TryParse(node.ToString(), out _),
        ("string:date-time", System.Text.Json.JsonValueKind.String) => Stamp().IsMatch(node.ToString()),
        ("string:uri", System.Text.Json.JsonValueKind.String) =>
            Uri.TryCreate(node.ToString(), UriKind.Absolute, out _),
        ("string:email", System.Text.Json.JsonValueKind.String) => node.ToString()
            .Contains('@', StringComparison.Ordinal),
        ("integer" or "integer:int32", System.Text.Json.JsonValueKind.Number) => node.AsValue()
            .TryGetValue<long>(out _),
        ("number", System.Text.Json.JsonValueKind.Number) => true,
        ("boolean", System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False) => true,
        _ => false,
    };

    [GeneratedRegex(@"^enum (\w+) \[")]
    private static partial Regex EnumLine();

    [GeneratedRegex("'([^']+)'")]
    private static partial Regex EnumValue();

    [GeneratedRegex(@"^     (\w+)(\?)? : (\S+)")]
    private static partial Regex FieldLine();

    [GeneratedRegex(@"^[A-Z]\w+\s*$")]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$")]
    private static partial Regex Stamp();
}

using System.Reflection;
using Jingdezhen.Tourism.Architecture.Tests.Broken;
using Jingdezhen.Tourism.Contracts;
using Jingdezhen.Tourism.Testing;

namespace Jingdezhen.Tourism.Architecture.Tests;

/// <summary>
/// The wire is a promise: every contract's name and members stand in an approved text. Within a version only optional
/// members may be added. To approve a change that is meant, run this test with JDZ_APPROVE=1 and read the diff.
/// </summary>
public sealed class ContractShapes
{
    private static readonly string Approved = Path.Combine(Repository.Root, "tests/Architecture.Tests/ContractShapes.approved.txt");
    private static readonly NullabilityInfoContext Nullability = new();

    private static IEnumerable<Type> Contracts =>
        ContractsAssembly.Value.GetExportedTypes().Where(type => type != typeof(ContractsAssembly));

    [Fact]
    public void Contracts_have_the_approved_shapes()
    {
        var shapes = Contracts.Select(ShapeOf).Order(StringComparer.Ordinal).ToArray();
        if (Environment.GetEnvironmentVariable("JDZ_APPROVE") == "1") File.WriteAllLines(Approved, shapes);

        Assert.Equal(File.ReadAllLines(Approved), shapes);
    }

    [Fact]
    public void A_renamed_member_another_type_or_nullability_is_another_shape()
    {
        string[] shapes = [.. new[] { typeof(Before), typeof(Renamed), typeof(Retyped), typeof(MadeOptional) }
            .Select(type => ShapeOf(type).Replace(type.Name, "", StringComparison.Ordinal))];

        Assert.Equal(shapes.Length, shapes.Distinct().Count());
    }

    [Fact]
    public void Contracts_are_plain_and_name_nobody() => Assert.Empty(Contracts.SelectMany(Rules.ContractIsPlain));

    [Theory, InlineData(typeof(ContractAsAnEnum)), InlineData(typeof(ContractWithABase)), InlineData(typeof(ContractWithAnEnum))]
    [InlineData(typeof(ContractWithAPhone))]
    public void A_contract_that_is_not_plain_or_names_somebody_is_noticed(Type contract) =>
        Assert.NotEmpty(Rules.ContractIsPlain(contract));

    private static string ShapeOf(Type contract) =>
        $"{contract.FullName}({string.Join(", ", contract.GetProperties().Select(property =>
            $"{NameOf(property.PropertyType, Nullability.Create(property))} {property.Name}"))})";

    private static string NameOf(Type type, NullabilityInfo nullability)
    {
        var (inner, optional) = Nullable.GetUnderlyingType(type) is { } value ? (value, true)
            : (type, nullability.ReadState == NullabilityState.Nullable);
        var arguments = inner.IsGenericType
            ? $"<{string.Join(", ", inner.GenericTypeArguments.Select((argument, at) => NameOf(argument, nullability.GenericTypeArguments[at])))}>"
            : "";
        return $"{inner.Name.Split('`')[0]}{arguments}{(optional ? "?" : "")}";
    }

    private sealed record Before(string County);

    private sealed record Renamed(string District);

    private sealed record Retyped(int County);

    private sealed record MadeOptional(string? County);
}

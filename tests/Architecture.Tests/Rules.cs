using System.Reflection;
using System.Runtime.CompilerServices;
using MassTransit;

namespace Jingdezhen.Tourism.Architecture.Tests;

/// <summary>The rules of the house that types can break; each takes what it judges and returns the objections.</summary>
internal static class Rules
{
    private const string Ours = "Jingdezhen.Tourism.";

    private static readonly string[] Infrastructure =
        ["Microsoft.EntityFrameworkCore", "Microsoft.AspNetCore", "MassTransit", "RabbitMQ", "Npgsql", Ours + "Contracts"];

    // "Name" alone may be a merchant's or a place's; it is looked at by hand in the approved text.
    private static readonly string[] Personal =
        ["FirstName", "LastName", "FullName", "GuestName", "ContactName", "GivenName", "FamilyName", "Phone", "Email", "Mail", "Mobile",
        "Passport", "IdentityNumber", "DocumentNumber", "IdNumber", "Address", "BirthDate", "DateOfBirth", "Birthday"];

    private static readonly string[] BusInterfaces = ["IBus", "IBusControl", "IPublishEndpoint", "ISendEndpointProvider", "IPublishEndpointProvider"];

    public static IEnumerable<string> ReferencesNothingOfOursBut(Assembly assembly, params string[] allowed) =>
        assembly.GetReferencedAssemblies().Select(reference => reference.Name!)
            .Where(name => name.StartsWith(Ours, StringComparison.Ordinal) && !allowed.Contains(name[Ours.Length..]))
            .Select(name => $"{assembly.GetName().Name} references {name}");

    public static IEnumerable<string> ReferencesOnlyTheFramework(Assembly assembly) =>
        assembly.GetReferencedAssemblies().Select(reference => reference.Name!)
            .Where(name => !name.StartsWith("System.", StringComparison.Ordinal))
            .Select(name => $"{assembly.GetName().Name} references {name}");

    public static IEnumerable<string> EntityIsFreeOfInfrastructure(Type entity) =>
        References.Of(entity)
            .Where(type => type.Namespace is { } space && Infrastructure.Any(banned =>
                space == banned || space.StartsWith(banned + ".", StringComparison.Ordinal)))
            .Where(type => type.Namespace != "Microsoft.AspNetCore.Identity")
            .Select(type => $"entity {entity.Name} mentions {type.FullName}");

    /// <summary>A record compares by value and copies with <c>with</c>; an entity is itself and changes by its methods.</summary>
    public static IEnumerable<string> EntityGuardsItself(Type entity)
    {
        if (entity.GetMethod("<Clone>$") is not null) yield return $"entity {entity.Name} is a record";
        foreach (var property in entity.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
        {
            if (property.SetMethod is { IsPublic: true } setter && !IsInit(setter)) yield return $"{entity.Name}.{property.Name} has a public setter";
        }
    }

    public static IEnumerable<string> ConsumerIsInternalSealed(Type consumer)
    {
        if (consumer.IsVisible || !consumer.IsSealed) yield return $"{consumer.Name} is not internal sealed";
        var messages = consumer.GetInterfaces().Where(made => made.IsGenericType && made.GetGenericTypeDefinition() == typeof(IConsumer<>))
            .Select(made => made.GetGenericArguments()[0]).ToArray();
        var batches = messages.Count(message => message.IsGenericType && message.GetGenericTypeDefinition() == typeof(Batch<>));
        if (batches > 0 && batches < messages.Length) yield return $"{consumer.Name} takes batches and single messages: the latter miss the inbox";
    }

    public static IEnumerable<string> TypeDoesNotTalkToTheBus(Type type) =>
        References.Of(type).Where(used => used.Namespace == "MassTransit" && BusInterfaces.Contains(used.Name))
            .Select(used => $"{type.FullName} mentions {used.Name}");

    public static IEnumerable<string> ContractIsPlain(Type contract)
    {
        if (contract.IsEnum) yield return $"{contract.Name} is an enum";
        if (contract.BaseType != typeof(object) && !contract.IsEnum) yield return $"{contract.Name} has a base class";
        foreach (var property in contract.GetProperties())
        {
            if (References.OfProperty(property).Any(type => type.IsEnum)) yield return $"{contract.Name}.{property.Name} is an enum";
            if (Array.Exists(Personal, word => property.Name.Contains(word, StringComparison.OrdinalIgnoreCase)))
            {
                yield return $"{contract.Name}.{property.Name} sounds like personal data";
            }
        }
    }

    /// <summary>
    /// An area is the first part of the namespace below the service. Another area's slices (what handles a request, a
    /// message or the clock, and the requests) are its own affair; its entities and its door are not.
    /// </summary>
    public static IEnumerable<string> AreaKeepsOutOfOtherSlices(Type type, string serviceNamespace)
    {
        var own = AreaOf(type, serviceNamespace);
        return own is null or "Storage" ? []
            : References.Of(type)
                .Where(used => AreaOf(used, serviceNamespace) is { } area && area != own && IsSlice(used))
                .Select(used => $"{type.FullName![(serviceNamespace.Length + 1)..]} reaches into {used.FullName![(serviceNamespace.Length + 1)..]}");
    }

    private static string? AreaOf(Type type, string serviceNamespace) =>
        type.Namespace is { } space && space.StartsWith(serviceNamespace + ".", StringComparison.Ordinal)
            ? space[(serviceNamespace.Length + 1)..].Split('.')[0]
            : null;

    private static bool IsSlice(Type type) =>
        type.GetMethod("Handle", BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic) is not null
        || type.IsAssignableTo(typeof(IConsumer)) || type.Name.EndsWith("Request", StringComparison.Ordinal)
        && type.GetMethod("<Clone>$") is not null && type.IsPublic;

    private static bool IsInit(MethodInfo setter) =>
        setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));
}

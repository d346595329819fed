using System.Reflection;
using System.Reflection.Emit;

namespace Jingdezhen.Tourism.Architecture.Tests;

/// <summary>Every type that a type mentions: in its bases, members, attributes and in the IL of its bodies.</summary>
internal static class References
{
    private const BindingFlags Everything = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static
        | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodeOf = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    public static HashSet<Type> Of(Type type)
    {
        var found = new HashSet<Type>();
        Collect(type, found);
        return found;
    }

    public static HashSet<Type> OfProperty(PropertyInfo property)
    {
        var found = new HashSet<Type>();
        Add(property.PropertyType, found);
        return found;
    }

    private static void Collect(Type type, HashSet<Type> found)
    {
        Add(type.BaseType, found);
        foreach (var made in type.GetInterfaces()) Add(made, found);
        foreach (var attribute in type.GetCustomAttributesData()) Add(attribute.AttributeType, found);
        foreach (var field in type.GetFields(Everything)) Add(field.FieldType, found);
        foreach (var property in type.GetProperties(Everything))
        {
            Add(property.PropertyType, found);
            foreach (var attribute in property.GetCustomAttributesData()) Add(attribute.AttributeType, found);
        }

        foreach (var method in type.GetMethods(Everything).Concat<MethodBase>(type.GetConstructors(Everything)))
        {
            if (method is MethodInfo { ReturnType: var returned }) Add(returned, found);
            foreach (var parameter in method.GetParameters()) Add(parameter.ParameterType, found);
            foreach (var mentioned in MentionedIn(method)) Add(mentioned, found);
        }

        // Lambdas, iterators and async methods live in types that the compiler made inside this one.
        foreach (var nested in type.GetNestedTypes(Everything).Where(nested => nested.Name.Contains('<', StringComparison.Ordinal)))
        {
            Collect(nested, found);
        }
    }

    private static IEnumerable<Type> MentionedIn(MethodBase method)
    {
        if (method.GetMethodBody() is not { } body || body.GetILAsByteArray() is not { } il) yield break;

        foreach (var local in body.LocalVariables) yield return local.LocalType;
        var typeArguments = method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : null;
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (var at = 0; at < il.Length;)
        {
            var value = il[at] == 0xFE ? (short)(0xFE00 | il[at + 1]) : il[at];
            var code = OpCodeOf[value];
            at += code.Size;
            if (code.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok)
            {
                var member = method.Module.ResolveMember(BitConverter.ToInt32(il, at), typeArguments, methodArguments)!;
                if (member is Type mentioned) yield return mentioned;
                if (member.DeclaringType is { } owner) yield return owner;
                if (member is MethodInfo called)
                {
                    yield return called.ReturnType;
                    foreach (var argument in called.IsGenericMethod ? called.GetGenericArguments() : []) yield return argument;
                }
            }

            at += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(il, at)),
                _ => 4,
            };
        }
    }

    private static void Add(Type? type, HashSet<Type> found)
    {
        if (type is null || type.IsGenericParameter) return;

        if (type.HasElementType)
        {
            Add(type.GetElementType(), found);
        }
        else if (found.Add(type.IsGenericType ? type.GetGenericTypeDefinition() : type) || type.IsGenericType)
        {
            foreach (var argument in type.GenericTypeArguments) Add(argument, found);
            if (type.DeclaringType is { } outer) Add(outer, found);
        }
    }
}

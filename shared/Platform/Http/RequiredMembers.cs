using System.Text.Json.Serialization.Metadata;

namespace Jingdezhen.Tourism.Platform.Http;

/// <summary>
/// A request's member of a non-nullable reference type must be there and must not be null. The serializer alone would
/// hand the handler a null that the compiler swore cannot be, and the caller a 500. Responses are not concerned.
/// </summary>
internal static class RequiredMembers
{
    public static void Demand(JsonTypeInfo type)
    {
        foreach (var member in type.Properties)
        {
            if (member.PropertyType.IsValueType) continue;

            member.IsGetNullable = true;
            if (member.AssociatedParameter is { IsNullable: false, HasDefaultValue: false }) member.IsRequired = true;
        }
    }
}

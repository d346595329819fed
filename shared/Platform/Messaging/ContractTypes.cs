using System.Collections.Frozen;
using System.Reflection;

namespace Jingdezhen.Tourism.Platform.Messaging;

/// <summary>The messages that may travel, by their wire name (the full type name).</summary>
internal sealed class ContractTypes(Assembly contracts)
{
    private readonly FrozenDictionary<string, Type> _byName =
        contracts.GetExportedTypes().ToFrozenDictionary(type => type.FullName!);

    public Type? Find(string name) => _byName.GetValueOrDefault(name);
}

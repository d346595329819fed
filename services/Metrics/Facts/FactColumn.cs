using System.Data.Common;
using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;

namespace Jingdezhen.Tourism.Metrics.Facts;

/// <summary>One column of a kind of fact, as the model has it; what passes through it is never boxed.</summary>
internal abstract class FactColumn<TFact>(string name, string type) where TFact : class, IFact
{
    private static FactColumn<TFact>[]? _known;

    public string Name => name;
    public string Type => type;

    public abstract Array ValuesOf(IReadOnlyCollection<TFact> facts);

    public abstract Task WriteAsync(NpgsqlBinaryImporter copy, TFact fact, CancellationToken cancellation);

    /// <summary>Gives a fact what a row has at a place, where it has something.</summary>
    public abstract void Read(DbDataReader row, int place, TFact fact);

    public static string Table(IModel model) => model.FindEntityType(typeof(TFact))!.GetTableName()!;

    public static string Names(IModel model) => string.Join(", ", Of(model).Select(column => column.Name));

    public static FactColumn<TFact>[] Of(IModel model) => _known ??=
    [
        .. model.FindEntityType(typeof(TFact))!.GetProperties().Select(property =>
        {
            var kind = Nullable.GetUnderlyingType(property.ClrType) is { } bare
                ? typeof(FactColumnOfSome<,>).MakeGenericType(typeof(TFact), bare)
                : typeof(FactColumn<,>).MakeGenericType(typeof(TFact), property.ClrType);
            return (FactColumn<TFact>)Activator.CreateInstance(
                kind, property.GetColumnName(), property.GetColumnType(), property.PropertyInfo)!;
        }),
    ];
}

internal sealed class FactColumn<TFact, TValue>(string name, string type, PropertyInfo property)
    : FactColumn<TFact>(name, type) where TFact : class, IFact
{
    private readonly Func<TFact, TValue> _read = property.GetMethod!.CreateDelegate<Func<TFact, TValue>>();
    private readonly Action<TFact, TValue> _write = property.SetMethod!.CreateDelegate<Action<TFact, TValue>>();

    public override Array ValuesOf(IReadOnlyCollection<TFact> facts) => facts.Select(_read).ToArray();

    public override Task WriteAsync(NpgsqlBinaryImporter copy, TFact fact, CancellationToken cancellation) =>
        _read(fact) is { } value ? copy.WriteAsync(value, Type, cancellation) : copy.WriteNullAsync(cancellation);

    public override void Read(DbDataReader row, int place, TFact fact)
    {
        if (!row.IsDBNull(place)) _write(fact, row.GetFieldValue<TValue>(place));
    }
}

/// <summary>A column of a value that some facts lack.</summary>
internal sealed class FactColumnOfSome<TFact, TValue>(string name, string type, PropertyInfo property)
    : FactColumn<TFact>(name, type) where TFact : class, IFact where TValue : struct
{
    private readonly Func<TFact, TValue?> _read = property.GetMethod!.CreateDelegate<Func<TFact, TValue?>>();
    private readonly Action<TFact, TValue?> _write = property.SetMethod!.CreateDelegate<Action<TFact, TValue?>>();

    public override Array ValuesOf(IReadOnlyCollection<TFact> facts) => facts.Select(_read).ToArray();

    public override Task WriteAsync(NpgsqlBinaryImporter copy, TFact fact, CancellationToken cancellation) =>
        _read(fact) is { } value ? copy.WriteAsync(value, Type, cancellation) : copy.WriteNullAsync(cancellation);

    public override void Read(DbDataReader row, int place, TFact fact)
    {
        if (!row.IsDBNull(place)) _write(fact, row.GetFieldValue<TValue>(place));
    }
}

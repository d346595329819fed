using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Jingdezhen.Tourism.Bookings.Availability;
using Npgsql;

namespace Jingdezhen.Tourism.Bookings.Orders;

/// <summary>
/// Writes a new order past the DbContext, in the door's own transaction. The rows go as JSON whose members
/// are named like the columns, so that a column added to the model needs nothing here.
/// </summary>
internal static class OrderRows
{
    private static readonly JsonSerializerOptions Columns = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { KeepColumns } },
    };

    public static void AddTo(NpgsqlBatch batch, Order order)
    {
        Insert("orders", new[] { order });
        Insert("order_lines", order.Lines);
        Insert("order_payments", order.Payments);
        Insert("order_steps", order.Steps);

        void Insert<TRow>(string table, IReadOnlyCollection<TRow> rows)
        {
            if (rows.Count == 0) return;

            batch.Add(
                $"INSERT INTO {table} SELECT * FROM jsonb_populate_recordset(NULL::{table}, $1::text::jsonb)",
                JsonSerializer.Serialize(rows, Columns));
        }
    }

    private static void KeepColumns(JsonTypeInfo row)
    {
        foreach (var property in row.Properties.ToList())
        {
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            if (!type.IsValueType && type != typeof(string)) row.Properties.Remove(property);
        }
    }
}

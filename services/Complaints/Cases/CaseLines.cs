using System.Collections.Frozen;
using System.Security.Claims;
using Jingdezhen.Tourism.Complaints.Operators;
using Npgsql;
using NpgsqlTypes;

namespace Jingdezhen.Tourism.Complaints.Cases;

/// <summary>
/// The pages of the queues and of the search, which every operator's screen asks for all day, by bare SQL: half of such
/// a request was spent on building the query anew, by us and by the database's planner.
/// </summary>
internal sealed class CaseLines(NpgsqlDataSource database, OperatorDesk operators)
{
    private static readonly FrozenDictionary<string, string> States =
        Enum.GetValues<CaseState>().ToFrozenDictionary(state => state.ToString(), state => state.Kebab());

    /// <param name="user">The caller, of whose cases <c>$1</c> is the account and <c>$2</c> the merchant.</param>
    /// <param name="from">A table of cases.</param>
    /// <param name="where">Over <c>$3</c> and what follows.</param>
    /// <param name="order">With the limit in its text: as a parameter it would hide from the planner that a page is
    /// short, and no plan would be kept.</param>
    public async Task<List<CaseLineResponse>> ReadAsync(
        ClaimsPrincipal user, string from, string where, string order, int limit, CancellationToken cancellation,
        params object[] arguments)
    {
        await using var command = database.CreateCommand(
            $"""
            SELECT id, number, state, category, facts, claimed_fen, merchant_id, assignee_id, filed_at, next_due_at,
                breached, escalation
            FROM {from} AS row WHERE {where} AND {operators.ReadableRows(user)} ORDER BY {order} LIMIT {limit}
            """);
        command.Parameters.Add(new() { Value = user.AccountId() });
        command.Parameters.Add(
            new() { Value = (object?)user.MerchantId() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid });
        foreach (var argument in arguments) command.Parameters.Add(new() { Value = argument });

        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var lines = new List<CaseLineResponse>(limit);
        while (await reader.ReadAsync(cancellation))
        {
            lines.Add(new(
                reader.GetGuid(0), reader.GetString(1), States[reader.GetString(2)], reader.GetString(3),
                reader.GetString(4), reader.GetInt64(5), reader.IsDBNull(6) ? null : reader.GetGuid(6),
                reader.IsDBNull(7) ? null : reader.GetGuid(7), reader.GetFieldValue<DateTimeOffset>(8),
                reader.IsDBNull(9) ? null : reader.GetFieldValue<DateTimeOffset>(9), reader.GetBoolean(10),
                reader.GetInt32(11)));
        }

        return lines;
    }
}

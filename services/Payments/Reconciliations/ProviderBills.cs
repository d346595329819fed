using System.Globalization;
using Jingdezhen.Tourism.Platform.Domain;

namespace Jingdezhen.Tourism.Payments.Reconciliations;

/// <summary>
/// Reads a day's bill as WeChat Pay (交易账单, all transactions) and Alipay (业务明细) give it out: columns found by their
/// names, money in yuan, summaries and remarks left out.
/// </summary>
internal static class ProviderBills
{
    private sealed record Form(
        string Time, string Payment, string Reference, string Kind, string Paid, string Refunded, string Amount,
        string Refund, string RefundReference, string RefundAmount, string? Currency, string? RefundState);

    private static readonly Form[] Forms =
    [
        new("交易时间", "商户订单号", "微信订单号", "交易状态", "SUCCESS", "REFUND", "订单金额",
            "商户退款单号", "微信退款单号", "申请退款金额", "货币种类", "退款状态"),

        // A refund has no number of Alipay's own there: it is named by the trade and our request.
        new("完成时间", "商户订单号", "支付宝交易号", "业务类型", "交易", "退款", "订单金额（元）",
            "退款批次号/请求号", "支付宝交易号", "订单金额（元）", Currency: null, RefundState: null),
    ];

    /// <returns>Null where the text is no provider's bill.</returns>
    public static Decision<List<Movement>>? Read(IReadOnlyList<string> lines)
    {
        for (var first = 0; first < Math.Min(lines.Count, 10); first++)
        {
            var names = Fields(lines[first]);
            if (Array.Find(Forms, form => names.Contains(form.Time) && names.Contains(form.Reference)) is { } form)
            {
                return Read(lines, first, names, form);
            }
        }

        return null;
    }

    private static Decision<List<Movement>> Read(IReadOnlyList<string> lines, int first, string[] names, Form form)
    {
        var movements = new List<Movement>();
        for (var number = first + 1; number < lines.Count; number++)
        {
            var fields = Fields(lines[number]);
            if (fields.Length < names.Length) break;

            var kind = Field(form.Kind);
            if (kind != form.Paid && kind != form.Refunded) continue;
            if (kind == form.Refunded && form.RefundState is not null && Field(form.RefundState) != "SUCCESS") continue;

            var (id, reference, amount) = kind == form.Paid
                ? (Field(form.Payment), Field(form.Reference), Field(form.Amount))
                : (Field(form.Refund), Field(form.RefundReference), Field(form.RefundAmount));
            if (Fen(amount) is not { } fen || !Statement.IsName(id)
                || !DateTime.TryParse(Field(form.Time), CultureInfo.InvariantCulture, out var at))
            {
                return new Refusal("unreadable-statement", $"Line {number + 1}: its number, its time or its amount.");
            }

            movements.Add(new(
                kind == form.Paid ? "payment" : "refund", Statement.OurId(id), reference, fen,
                form.Currency is null ? "CNY" : Field(form.Currency), "done", DateOnly.FromDateTime(at)));

            string Field(string name) => fields[Array.IndexOf(names, name)];
        }

        return movements;
    }

    // WeChat begins each value with a backtick, Alipay ends some with a tab: no spreadsheet takes them for numbers.
    private static string[] Fields(string line) => [.. line.Split(',').Select(field => field.Trim().TrimStart('`'))];

    // A refund is a negative amount in one bill and a positive one in the other.
    private static long? Fen(string yuan) =>
        decimal.TryParse(
            yuan, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
            out var amount)
        && decimal.Truncate(amount * 100) == amount * 100
            ? Math.Abs((long)(amount * 100))
            : null;
}

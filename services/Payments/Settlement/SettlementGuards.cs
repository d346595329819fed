namespace Jingdezhen.Tourism.Payments.Settlement;

/// <summary>What makes money move once, besides the database's own checks; off only in the control tests.</summary>
/// <param name="States">The table of states decides whether a provider's word is news.</param>
/// <param name="Keys">Two askers with one key wait for each other.</param>
/// <param name="Claims">A step belongs to one replica until its lease ends.</param>
internal sealed record SettlementGuards(bool States, bool Keys, bool Claims)
{
    public static SettlementGuards From(IConfiguration configuration) => new(
        configuration.GetValue("Guards:States", true), configuration.GetValue("Guards:Keys", true),
        configuration.GetValue("Guards:Claims", true));
}

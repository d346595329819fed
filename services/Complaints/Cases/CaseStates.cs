namespace Jingdezhen.Tourism.Complaints.Cases;

internal enum CaseState
{
    Submitted,
    Acknowledged,
    Accepted,
    AwaitingMerchant,
    Investigating,
    Mediating,
    Agreed,
    Terminated,
    Closed,
    Reopened,
    Declined,
    Transferred,
    Withdrawn,
}

internal enum CaseStep
{
    Acknowledge,
    Accept,
    Decline,
    Transfer,
    AskMerchant,
    MerchantAnswers,
    MerchantSilent,
    Mediate,
    Agree,
    PromiseBroken,
    Terminate,
    Close,
    Reopen,
    Withdraw,
}

/// <summary>The whole state machine of a case (旅游投诉处理办法); a step that is not here is refused.</summary>
internal static class CaseStates
{
    private static readonly CaseState[] Open =
    [
        CaseState.Submitted, CaseState.Acknowledged, CaseState.Accepted, CaseState.AwaitingMerchant,
        CaseState.Investigating, CaseState.Mediating, CaseState.Reopened,
    ];

    private static readonly (CaseStep Step, CaseState[] From, CaseState To)[] Table =
    [
        (CaseStep.Acknowledge, [CaseState.Submitted], CaseState.Acknowledged),
        (CaseStep.Accept, [CaseState.Acknowledged], CaseState.Accepted),
        (CaseStep.Decline, [CaseState.Acknowledged, CaseState.Reopened], CaseState.Declined),
        (CaseStep.Transfer, [CaseState.Acknowledged, CaseState.Accepted, CaseState.Reopened], CaseState.Transferred),
        (CaseStep.AskMerchant, [CaseState.Accepted, CaseState.Reopened], CaseState.AwaitingMerchant),
        (CaseStep.MerchantAnswers, [CaseState.AwaitingMerchant], CaseState.Investigating),
        (CaseStep.MerchantSilent, [CaseState.AwaitingMerchant], CaseState.Investigating),
        (CaseStep.Mediate, [CaseState.Investigating], CaseState.Mediating),
        (CaseStep.Agree,
            [CaseState.Accepted, CaseState.AwaitingMerchant, CaseState.Investigating, CaseState.Mediating,
                CaseState.Reopened],
            CaseState.Agreed),
        (CaseStep.PromiseBroken, [CaseState.Agreed], CaseState.Investigating),
        (CaseStep.Terminate, [CaseState.Investigating, CaseState.Mediating], CaseState.Terminated),
        (CaseStep.Close, [CaseState.Agreed, CaseState.Terminated], CaseState.Closed),
        (CaseStep.Reopen, [CaseState.Closed, CaseState.Declined], CaseState.Reopened),
        (CaseStep.Withdraw, Open, CaseState.Withdrawn),
    ];

    private static readonly Dictionary<(CaseStep, CaseState), CaseState> Ways =
        Table.SelectMany(row => row.From.Select(from => ((row.Step, from), row.To)))
            .ToDictionary(way => way.Item1, way => way.To);

    public static CaseState? Next(CaseState from, CaseStep step) =>
        Ways.TryGetValue((step, from), out var to) ? to : null;

    public static bool IsOpen(this CaseState state) => Open.Contains(state);

    public static string Kebab(this Enum value) => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(
        $"{value}");
}

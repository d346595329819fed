namespace Jingdezhen.Tourism.Contracts.Metrics.V1;

/// <summary>An indicator crossed a threshold that an admin had set, or came back.</summary>
/// <param name="State">raised or cleared.</param>
/// <param name="Direction">above or below: which side of the threshold is the bad one.</param>
/// <param name="From">First day of the period that was looked at.</param>
/// <param name="To">Day after its last.</param>
/// <param name="Simulated">Made-up facts stand behind the value: it proves nothing.</param>
public sealed record IndicatorAlert(
    Guid AlertId,
    string IndicatorId,
    string State,
    string Direction,
    double Threshold,
    double Value,
    long N,
    DateOnly From,
    DateOnly To,
    bool Simulated = false);

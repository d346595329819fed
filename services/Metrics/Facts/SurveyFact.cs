namespace Jingdezhen.Tourism.Metrics.Facts;

/// <summary>A survey was opened or answered; both count on the day it was opened.</summary>
internal sealed class SurveyFact : IFact
{
    public required Guid MessageId { get; init; }
    public required DateTimeOffset OccurredAt { get; init; }
    public bool Simulated { get; init; }

    /// <summary>The survey.</summary>
    public required Guid SubjectId { get; init; }

    /// <summary>case or experience.</summary>
    public required string About { get; init; }

    public Guid? MerchantId { get; init; }
    public Guid? ProductId { get; init; }
    public string? ProductKind { get; init; }
    public string? County { get; init; }

    /// <summary>1 to 5; null while it is only opened.</summary>
    public int? Score { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }
}

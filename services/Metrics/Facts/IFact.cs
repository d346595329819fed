namespace Jingdezhen.Tourism.Metrics.Facts;

/// <summary>
/// Something that happened, as its message told it: written once, never changed, and the only source of every figure.
/// Nothing here may depend on the order in which facts arrived.
/// </summary>
internal interface IFact
{
    Guid MessageId { get; }

    /// <summary>When it happened, however late the message came.</summary>
    DateTimeOffset OccurredAt { get; }

    /// <summary>Made up by a generator; a period that holds one such fact proves nothing about the paper.</summary>
    bool Simulated { get; }

    /// <summary>What the fact is about: the facts of one subject together decide what counts.</summary>
    Guid SubjectId { get; }
}

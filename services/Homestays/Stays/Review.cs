namespace Jingdezhen.Tourism.Homestays.Stays;

/// <summary>What a guest says once the stay is over; one a stay.</summary>
internal sealed class Review
{
    public required Guid StayId { get; init; }
    public required Guid ListingId { get; init; }
    public Guid? AccountId { get; internal set; }
    public required int Stars { get; init; }
    public string? Text { get; internal set; }
    public required DateTimeOffset WrittenAt { get; init; }
}

/// <summary>A hold that was given back before it was asked for: messages come in any order.</summary>
internal sealed class WithdrawnHold
{
    public required Guid StayId { get; init; }
    public DateTimeOffset WithdrawnAt { get; init; }
}

namespace Jingdezhen.Tourism.Bookings.Bookings;

/// <summary>Money that a person took by hand and vouches for.</summary>
internal sealed class Receipt
{
    public required Guid Id { get; init; }
    public required Guid BookingId { get; init; }
    public required long AmountFen { get; init; }

    /// <summary>cash, transfer or card-terminal.</summary>
    public required string Method { get; init; }

    public required Guid TakenBy { get; init; }
    public required string? Note { get; init; }
    public required DateTimeOffset TakenAt { get; init; }
}

namespace Jingdezhen.Tourism.Bookings.Bookings;

internal enum PaymentState
{
    /// <summary>Payments was asked to take the money; the payer has until the hold's deadline.</summary>
    Asked,
    Captured,
    Failed,
}

/// <summary>
/// Money asked for one booking. A booking may have several: one that was declined, one for a price that changed since.
/// At most one of them confirmed it; what else comes in goes back.
/// </summary>
internal sealed class BookingPayment
{
    public const string Purpose = "booking";
    public const string Currency = "CNY";

    public required Guid Id { get; init; }
    public required Guid BookingId { get; init; }

    /// <summary>Under which Payments knows it.</summary>
    public required string Key { get; init; }

    public required string Method { get; init; }

    /// <summary>The booking's price at the moment of asking.</summary>
    public required long AmountFen { get; init; }

    public required DateTimeOffset AskedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public PaymentState State { get; private set; }
    public long CapturedFen { get; private set; }
    public DateTimeOffset? CapturedAt { get; private set; }

    /// <summary>Whether this is the money that the booking stands on.</summary>
    public bool Confirmed { get; private set; }

    public string? FailureReason { get; private set; }

    public static BookingPayment Ask(Booking booking, string method, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7();
        return new()
        {
            Id = id,
            BookingId = booking.Id,
            Key = $"booking-{id}",
            Method = method,
            AmountFen = booking.PriceFen,
            AskedAt = now,
            ExpiresAt = booking.ExpiresAt ?? now,
        };
    }

    /// <summary>Whether asking again would ask for the same.</summary>
    public bool Answers(Booking booking, string method, DateTimeOffset now) =>
        State == PaymentState.Captured
            ? Confirmed
            : State == PaymentState.Asked && Method == method && AmountFen == booking.PriceFen && ExpiresAt > now;

    /// <summary>The money is here. It comes once; after a failure it may come all the same.</summary>
    /// <returns>Whether it is news.</returns>
    public bool Capture(long fen, DateTimeOffset at)
    {
        if (State == PaymentState.Captured) return false;

        (State, CapturedFen, CapturedAt, FailureReason) = (PaymentState.Captured, fen, at, null);
        return true;
    }

    public void Confirm() => Confirmed = true;

    /// <summary>The money will not come. A capture that was there before stays.</summary>
    public void Fail(string reason)
    {
        if (State == PaymentState.Asked) (State, FailureReason) = (PaymentState.Failed, reason);
    }
}

internal enum RefundState
{
    Asked,
    Settled,
    Failed,
}

/// <summary>Money of one booking on its way back to the payer.</summary>
internal sealed class BookingRefund
{
    public static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(1);

    public required Guid Id { get; init; }
    public required Guid BookingId { get; init; }

    /// <summary>Under which Payments knows it.</summary>
    public required string Key { get; init; }

    public required string PaymentKey { get; init; }
    public required long AmountFen { get; init; }

    /// <summary>cancelled, units-cancelled, moved, wrong-amount, not-on-hold, or why a late payer found no
    /// place.</summary>
    public required string Reason { get; init; }

    public required DateTimeOffset AskedAt { get; init; }
    public RefundState State { get; private set; }
    public DateTimeOffset? SettledAt { get; private set; }
    public string? FailureReason { get; private set; }

    /// <summary>When a failed one is asked for again, under another key; null once it was replaced.</summary>
    public DateTimeOffset? AskAgainAt { get; private set; }

    /// <summary>How long is waited after so many failures: twice as long each time, a day at the longest.</summary>
    public static TimeSpan PauseAfter(int failures, TimeSpan first)
    {
        var pause = first * Math.Pow(2, Math.Min(failures, 20));
        return pause < LongestPause ? pause : LongestPause;
    }

    /// <summary>The payer has the money, whatever was said before.</summary>
    public void Settle(DateTimeOffset at) =>
        (State, SettledAt, FailureReason, AskAgainAt) = (RefundState.Settled, at, null, null);

    /// <summary>It could not be made; a settled one stays settled, news may overtake each other.</summary>
    public void Fail(string reason, DateTimeOffset askAgainAt)
    {
        if (State == RefundState.Asked) (State, FailureReason, AskAgainAt) = (RefundState.Failed, reason, askAgainAt);
    }

    /// <summary>Another refund of that sum stands in its place.</summary>
    public void Replace() => AskAgainAt = null;
}

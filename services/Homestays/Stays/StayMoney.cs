namespace Jingdezhen.Tourism.Homestays.Stays;

/// <summary>
/// Money asked for a stay that is no part of an order. There may be several, one declined, one for a price that changed
/// since; at most one of them confirmed the stay, and what else comes in goes back in full.
/// </summary>
internal sealed class StayPayment
{
    public const string Purpose = "stay";

    /// <summary>Under which Payments knows it.</summary>
    public required string Key { get; init; }

    public required Guid StayId { get; init; }
    public required string Method { get; init; }

    /// <summary>The stay's price at the moment of asking.</summary>
    public required long AmountFen { get; init; }

    public required DateTimeOffset AskedAt { get; init; }

    /// <summary>asked, captured, failed, or returned where it could not buy the stay any more.</summary>
    public string State { get; private set; } = "asked";

    public string? FailedBecause { get; private set; }

    /// <summary>The key of a stay's first payment.</summary>
    public static string FirstKeyOf(Guid stayId) => $"stay-{stayId}";

    public static StayPayment Ask(Stay stay, string method, DateTimeOffset now) => new()
    {
        Key = stay.Payments.Count == 0 ? FirstKeyOf(stay.Id) : $"{FirstKeyOf(stay.Id)}-{stay.Payments.Count + 1}",
        StayId = stay.Id,
        Method = method,
        AmountFen = stay.PriceFen,
        AskedAt = now,
    };

    /// <summary>Whether asking once more would ask for the same money.</summary>
    public bool Answers(Stay stay, string method) =>
        AmountFen == stay.PriceFen && (State == "captured" || (State == "asked" && Method == method));

    /// <summary>After a failure the money may come all the same.</summary>
    public void Capture()
    {
        if (State is "asked" or "failed") (State, FailedBecause) = ("captured", null);
    }

    /// <returns>Whether it was still open.</returns>
    public bool Fail(string because)
    {
        if (State != "asked") return false;

        (State, FailedBecause) = ("failed", because);
        return true;
    }

    public void Return() => State = "returned";
}

/// <summary>
/// Money of one stay on its way back to the payer. What failed stays owed: it is asked for again under another key,
/// ever more seldom and at least once a day.
/// </summary>
internal sealed class StayRefund
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(1), LongestPause = TimeSpan.FromDays(1);

    public required Guid Id { get; init; }
    public required Guid StayId { get; init; }
    public required string PaymentKey { get; init; }

    /// <summary>Of the first attempt: what is owed once has it once.</summary>
    public required string Key { get; init; }

    /// <summary>Under which Payments knows the latest attempt.</summary>
    public required string AskedAs { get; internal set; }

    public required long AmountFen { get; init; }

    /// <summary>guest, host, moved, early-departure, or why the money could not buy the stay.</summary>
    public required string Reason { get; init; }

    public required DateTimeOffset AskedAt { get; init; }

    /// <summary>asked, settled or failed.</summary>
    public string State { get; private set; } = "asked";

    public int Attempts { get; private set; } = 1;
    public DateTimeOffset? SettledAt { get; private set; }

    /// <summary>Why the last attempt failed; it stays while the next one is on its way.</summary>
    public string? FailedBecause { get; private set; }

    public DateTimeOffset? AskAgainAt { get; private set; }

    public void Settle(DateTimeOffset at) =>
        (State, SettledAt, FailedBecause, AskAgainAt) = ("settled", at, null, null);

    public void Fail(string because, DateTimeOffset now)
    {
        if (State != "asked") return;

        var pause = FirstPause * Math.Pow(2, Math.Min(Attempts - 1, 20));
        (State, FailedBecause, AskAgainAt) = ("failed", because, now + (pause < LongestPause ? pause : LongestPause));
    }

    public void AskAgain()
    {
        Attempts++;
        (State, AskedAs, AskAgainAt) = ("asked", $"stay-refund-{Id}-{Attempts}", null);
    }
}

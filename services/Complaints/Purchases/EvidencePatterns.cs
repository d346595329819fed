namespace Jingdezhen.Tourism.Complaints.Purchases;

/// <summary>
/// What the platform's own records prove without anybody's word: the patterns that a merchant may consent to on
/// joining.
/// </summary>
internal static class EvidencePatterns
{
    public const string ClosedVenue = "not-redeemed-closed-venue";
    public const string NotLetIn = "stay-not-let-in";

    public static string? Of(Purchase bought, bool slotClosed, DateTimeOffset now)
    {
        if (bought is not { ConfirmedAt: not null, CancelledAt: null, UsedAt: null }
            || bought.StartsAt is not { } starts
            || starts > now) return null;

        return bought.Kind == Purchase.Booking ? slotClosed ? ClosedVenue : null
            : bought.EndsAt < now ? NotLetIn : null;
    }
}

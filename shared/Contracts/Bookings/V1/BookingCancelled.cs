namespace Jingdezhen.Tourism.Contracts.Bookings.V1;

/// <summary>A hold or a sale ended. Only a confirmed one ever counted.</summary>
/// <param name="ConfirmedAt">When it had been confirmed; null for a hold that was given up.</param>
/// <param name="Refund">FULL takes the booking out of the period in which it was confirmed; PARTIAL and NONE leave
/// it.</param>
/// <param name="RefundFen">What is given back by this cancellation, not counting earlier partial ones.</param>
/// <param name="Visitors">How many people were still on it.</param>
/// <param name="ResellerId">The reseller whose booking it is; null for a tourist's own and for a counter's.</param>
public sealed record BookingCancelled(
    Guid BookingId,
    Guid? OrderId,
    Guid ProductId,
    Guid AvailabilityId,
    Guid MerchantId,
    DateTimeOffset? ConfirmedAt,
    string Refund,
    long RefundFen,
    int Visitors,
    string Reason,
    Guid? ResellerId = null);

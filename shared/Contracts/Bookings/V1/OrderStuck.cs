namespace Jingdezhen.Tourism.Contracts.Bookings.V1;

/// <summary>A refund of the order has failed many times and is asked for ever more seldom: somebody should
/// look.</summary>
/// <param name="AmountFen">What does not reach the payer.</param>
/// <param name="Reason">What was said of the last attempt.</param>
public sealed record OrderStuck(Guid OrderId, long AmountFen, string Reason);

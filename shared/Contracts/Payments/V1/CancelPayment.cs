namespace Jingdezhen.Tourism.Contracts.Payments.V1;

/// <summary>
/// Asks that a payment be closed at its provider: the asker no longer wants the money. An unknown key, a payment that
/// has ended and one that was captured change nothing; money that comes all the same is a late
/// <see cref="PaymentCaptured"/>. A payment that does end is told as <see cref="PaymentFailed"/>.
/// </summary>
/// <param name="Key">The key of the <see cref="RequestPayment"/>.</param>
public sealed record CancelPayment(string Key);

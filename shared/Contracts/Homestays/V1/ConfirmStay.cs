namespace Jingdezhen.Tourism.Contracts.Homestays.V1;

/// <summary>Tells Homestays that a held stay is paid at the frozen price.</summary>
/// <param name="PaymentKey">Of the payment, where it was for this stay alone.</param>
public sealed record ConfirmStay(
    Guid StayId,
    Guid? OrderId,
    long PaidFen,
    string Authority,
    string? PaymentKey = null);

namespace Jingdezhen.Tourism.Contracts.Homestays.V1;

/// <summary>Tells Homestays that a held stay is paid at the frozen price.</summary>
public sealed record ConfirmStay(
    Guid StayId,
    Guid? OrderId,
    long PaidFen,
    string Authority);

namespace Jingdezhen.Tourism.Contracts.Homestays.V1;

/// <summary>Gives a held or confirmed stay back; releasing what was never held is no fault.</summary>
/// <param name="CancelConfirmed">Whether a confirmed stay is to be cancelled too, its refund by policy.</param>
public sealed record ReleaseStay(
    Guid StayId,
    Guid? OrderId,
    bool CancelConfirmed,
    string Reason);

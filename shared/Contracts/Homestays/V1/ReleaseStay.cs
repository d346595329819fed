namespace Jingdezhen.Tourism.Contracts.Homestays.V1;

/// <summary>Gives a held or confirmed stay back; releasing what was never held is no fault.</summary>
/// <param name="CancelConfirmed">Whether a confirmed stay is to be cancelled too, its refund by policy.</param>
/// <param name="InFull">The sale never came about, because another part of its order failed: no policy applies and
/// everything goes back.</param>
public sealed record ReleaseStay(
    Guid StayId,
    Guid? OrderId,
    bool CancelConfirmed,
    string Reason,
    bool InFull = false);

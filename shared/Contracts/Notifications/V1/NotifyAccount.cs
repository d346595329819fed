namespace Jingdezhen.Tourism.Contracts.Notifications.V1;

/// <summary>
/// Asks that a person be told something, once for the key; their address and language are known to Notifications alone.
/// </summary>
/// <param name="Key">The asker's own, for example <c>offer:{offerId}</c>.</param>
/// <param name="Topic">A template: offer or case-step.</param>
/// <param name="Values">What the template's placeholders stand for, <c>what.zh</c> and <c>what.en</c> where the
/// languages differ; a <c>link</c> that begins with / is inside the app. No personal data.</param>
public sealed record NotifyAccount(
    string Key,
    Guid AccountId,
    string Topic,
    IReadOnlyDictionary<string, string> Values);

namespace Jingdezhen.Tourism.Contracts.Payments.V1;

/// <summary>Asks for money from a payer. Done once for a key, however often it is asked.</summary>
/// <param name="Key">The asker's key, for example the booking's or the order's id.</param>
/// <param name="Purpose">booking, order or stay; <paramref name="SubjectId"/> is its id.</param>
/// <param name="Method">sandbox, wechat-jsapi, wechat-native, alipay-page or alipay-app.</param>
/// <param name="ExpiresAt">After this moment a capture is late and is reported as such.</param>
public sealed record RequestPayment(
    string Key,
    string Purpose,
    Guid SubjectId,
    Guid? AccountId,
    long AmountFen,
    string Currency,
    string Method,
    DateTimeOffset ExpiresAt);

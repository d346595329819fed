namespace Jingdezhen.Tourism.Payments.Alipay;

/// <summary>An application at Alipay, from the section <c>Alipay</c>; without it the methods are not offered.</summary>
internal sealed class AlipayOptions
{
    public Uri Gateway { get; init; } = new("https://openapi.alipay.com/gateway.do");
    public string? AppId { get; init; }
    public string? SellerId { get; init; }
    public string? PrivateKeyPem { get; init; }

    /// <summary>Alipay's public key (PEM), which signs its answers and notices.</summary>
    public string? AlipayPublicKeyPem { get; init; }

    public string? NotifyUrl { get; init; }
    public string? ReturnUrl { get; init; }
}

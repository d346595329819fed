namespace Jingdezhen.Tourism.Payments.WeChat;

/// <summary>A merchant's account at WeChat Pay, from the section <c>WeChat</c>; without it the methods are not
/// offered.</summary>
internal sealed class WeChatOptions
{
    public Uri BaseAddress { get; init; } = new("https://api.mch.weixin.qq.com/");
    public string? AppId { get; init; }
    public string? MerchantId { get; init; }

    /// <summary>The serial number of our certificate, whose key signs our requests.</summary>
    public string? CertificateSerial { get; init; }

    public string? PrivateKeyPem { get; init; }

    /// <summary>32 characters; notices and certificates are encrypted with them (AES-256-GCM).</summary>
    public string? ApiV3Key { get; init; }

    /// <summary>The public https address of <c>/notices/wechat</c>.</summary>
    public string? NotifyUrl { get; init; }
}

namespace Jingdezhen.Tourism.Bookings.Octo;

/// <summary>Which optional parts of the standard a request asked for and we serve; the answer echoes them.</summary>
internal sealed record OctoWants(bool Pricing, bool Content, bool Chinese)
{
    public const string PricingId = "octo/pricing";
    public const string ContentId = "octo/content";
    public const string CartId = "octo/cart";

    public static OctoWants Of(HttpContext http)
    {
        var asked = http.Request.Headers["Octo-Capabilities"].ToString()
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var wants = new OctoWants(
            asked.Contains(PricingId), asked.Contains(ContentId), Platform.Http.Problems.PrefersChinese(http.Request));
        http.Response.Headers["Octo-Capabilities"] = string.Join(
            ", ", Served.Select(served => served.Id).Where(asked.Contains));
        http.Response.Headers.ContentLanguage = wants.Chinese ? "zh" : "en";
        if (wants.Content) http.Response.Headers["Available-Languages"] = "en, zh";
        return wants;
    }

    public static readonly IReadOnlyList<OctoCapability> Served =
    [
        new(PricingId, 1, Required: false, [], "https://docs.octo.travel/octo-api-capabilities/pricing"),
        new(ContentId, 1, Required: false, [], "https://docs.octo.travel/octo-api-capabilities/content"),
        new(CartId, 1, Required: false, [], "https://docs.octo.travel/octo-api-capabilities/cart"),
    ];
}

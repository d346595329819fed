using Jingdezhen.Tourism.Platform.Domain;

namespace Jingdezhen.Tourism.Routes;

/// <summary>Versions as entity tags (RFC 9110): a change names the version it was made of, or is refused.</summary>
internal static class ETags
{
    public static readonly Refusal Required = new(
        "if-match-required", "Send If-Match with the ETag of the version you changed.");
    public static readonly Refusal Changed = new("version-changed",
        "Somebody changed it since; read it again and repeat the change.");

    public static string Of(int version) => $"\"{version}\"";

    public static bool Fits(string match, int version) =>
        match.Split(',', StringSplitOptions.TrimEntries).Any(tag => tag == "*" || tag == Of(version));
}

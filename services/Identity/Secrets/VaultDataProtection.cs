using Microsoft.AspNetCore.DataProtection;

namespace Jingdezhen.Tourism.Identity.Secrets;

/// <summary>
/// The framework's cookies, antiforgery tokens and OpenIddict's codes and refresh tokens, sealed by the vault. The
/// framework's own key ring would need a store and an encryption of its own to be shared among replicas.
/// </summary>
internal sealed class VaultDataProtection(Vault vault, string purpose = "data-protection") : IDataProtector
{
    public IDataProtector CreateProtector(string purpose1) => new VaultDataProtection(vault, $"{purpose}\n{purpose1}");

    public byte[] Protect(byte[] plaintext) => vault.Seal(purpose, plaintext);

    public byte[] Unprotect(byte[] protectedData) => vault.Open(purpose, protectedData);
}

internal static class VaultExtensions
{
    public static WebApplicationBuilder AddVault(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Vault>();
        builder.Services.AddSingleton<IDataProtectionProvider>(
            services => new VaultDataProtection(services.GetRequiredService<Vault>()));
        return builder;
    }
}

using Microsoft.Extensions.Caching.Memory;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Jingdezhen.Tourism.Platform.Hosting;

/// <summary>
/// Verifies a token's signature once and remembers the outcome until the token expires. A caller sends the same token
/// for five minutes, and an ES256 check costs more than the rest of a request's reading.
/// </summary>
internal sealed class CachingTokenHandler(TimeProvider clock) : JsonWebTokenHandler, IDisposable
{
    private const int MostTokens = 5_000;
    private readonly MemoryCache _valid = new(new MemoryCacheOptions { SizeLimit = MostTokens });

    public override async Task<TokenValidationResult> ValidateTokenAsync(
        string token, TokenValidationParameters validationParameters)
    {
        // The whole token is the key: one changed character of the signature is another token.
        if (_valid.TryGetValue(token, out TokenValidationResult? known)
            && known!.SecurityToken.ValidTo > clock.GetUtcNow().UtcDateTime)
        {
            return known;
        }

        var result = await base.ValidateTokenAsync(token, validationParameters);
        if (result.IsValid)
        {
            _valid.Set(token, result, new MemoryCacheEntryOptions
            {
                Size = 1,
                AbsoluteExpiration = new DateTimeOffset(result.SecurityToken.ValidTo),
            });
        }

        return result;
    }

    public void Dispose() => _valid.Dispose();
}

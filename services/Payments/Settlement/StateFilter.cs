using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Jingdezhen.Tourism.Payments.Settlement;

/// <summary>The <c>state</c> of a list's query, in the words of the answers; absent for all of them.</summary>
internal static class StateFilter
{
    public static bool TryRead<TState>(string? word, out TState? state) where TState : struct, Enum
    {
        state = Enum.GetValues<TState>().Cast<TState?>()
            .FirstOrDefault(one => string.Equals($"{one}", word, StringComparison.OrdinalIgnoreCase));
        return state is not null || word is null;
    }

    public static ProblemHttpResult Unknown<TState>() where TState : struct, Enum =>
        Problems.Invalid("state", $"One of {string.Join(", ", Enum.GetNames<TState>()).ToLowerInvariant()}.");
}

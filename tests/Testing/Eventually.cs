using System.Diagnostics;

namespace Jingdezhen.Tourism.Testing;

/// <summary>
/// Waits for a fact instead of for time; always bounded, and says what it saw last when the fact never came.
/// </summary>
public static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <exception cref="TimeoutException">The fact did not come true within the limit.</exception>
    public static async Task<T> Holds<T>(Func<Task<T>> observe, Func<T, bool> fact, TimeSpan? within = null)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var observed = await observe();
            if (fact(observed)) return observed;
            if (Stopwatch.GetElapsedTime(started) > (within ?? Limit))
            {
                throw new TimeoutException($"Not within {within ?? Limit}; the last observation was: {observed}");
            }

            await Task.Delay(Pause);
        }
    }

    public static Task<T> Equal<T>(T expected, Func<Task<T>> observe, TimeSpan? within = null) =>
        Holds(observe, observed => EqualityComparer<T>.Default.Equals(observed, expected), within);
}

namespace Jingdezhen.Tourism.Payments.Settlement;

/// <summary>Wakes this process's provider steps after a commit; the poll finds what a signal missed.</summary>
internal sealed class StepSignal : IDisposable
{
    private readonly SemaphoreSlim _raised = new(0, 1);

    public void Raise()
    {
        try
        {
            _raised.Release();
        }
        catch (SemaphoreFullException)
        {
            // Raised and not yet seen: one wake-up serves both.
        }
    }

    public Task WaitAsync(TimeSpan limit, CancellationToken cancellation) => _raised.WaitAsync(limit, cancellation);

    public void Dispose() => _raised.Dispose();
}

using Jingdezhen.Tourism.Payments.Payments;
using Jingdezhen.Tourism.Payments.Refunds;

namespace Jingdezhen.Tourism.Payments.Providers;

internal enum Outcome
{
    /// <summary>No answer, or one that says nothing: asked again later, never guessed.</summary>
    Unknown,

    /// <summary>The provider has never heard of it.</summary>
    NotFound,
    Pending,
    Authorised,

    /// <summary>Captured, refunded or paid out.</summary>
    Done,

    /// <summary>It will not happen.</summary>
    Failed,

    /// <summary>The provider takes no money for it any more.</summary>
    Closed,
}

/// <summary>What a provider said, in an answer, a query or a notice.</summary>
/// <param name="AmountFen">The amount it speaks of; checked against ours where it is given.</param>
/// <param name="PayWith">What the app needs, as JSON, where a payment was begun.</param>
internal sealed record ProviderAnswer(
    Outcome Outcome, string? Reference = null, long? AmountFen = null, string? Currency = null,
    DateTimeOffset? At = null,
    string? Reason = null, string? PayWith = null)
{
    public static ProviderAnswer Unknown(string reason) => new(Outcome.Unknown, Reason: reason);
}

/// <summary>
/// A company that moves money. Every call may be repeated with the same payment or refund: its id is the merchant's
/// order number there. A fault or a timeout is answered with <see cref="Outcome.Unknown"/>, not thrown.
/// </summary>
internal interface IPaymentProvider
{
    string Name { get; }

    bool Takes(string method);

    Task<ProviderAnswer> StartAsync(Payment payment, CancellationToken cancellation);

    Task<ProviderAnswer> QueryAsync(Payment payment, CancellationToken cancellation);

    Task<ProviderAnswer> CaptureAsync(Payment payment, CancellationToken cancellation);

    Task<ProviderAnswer> CloseAsync(Payment payment, CancellationToken cancellation);

    Task<ProviderAnswer> RefundAsync(Refund refund, Payment payment, CancellationToken cancellation);

    Task<ProviderAnswer> QueryRefundAsync(Refund refund, Payment payment, CancellationToken cancellation);
}

internal sealed class ProviderRegistry(IEnumerable<IPaymentProvider> providers)
{
    private readonly IPaymentProvider[] _providers = [.. providers];

    public IPaymentProvider? ForMethod(string method) => Array.Find(_providers, provider => provider.Takes(method));

    public bool Knows(string name) => Array.Exists(_providers, provider => provider.Name == name);

    /// <exception cref="InvalidOperationException">A payment's provider is no longer configured.</exception>
    public IPaymentProvider Named(string name) => Array.Find(_providers, provider => provider.Name == name)
        ?? throw new InvalidOperationException($"The provider {name} is not configured.");
}

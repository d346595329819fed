using Jingdezhen.Tourism.Identity.Accounts;

namespace Jingdezhen.Tourism.Identity.SignUps;

/// <summary>
/// Brings a code to an address: the seam where an operator of the platform puts their mail server or SMS provider.
/// </summary>
internal interface ICodeSender
{
    /// <param name="to">An e-mail address or a phone number.</param>
    /// <param name="code">Six digits, good for ten minutes.</param>
    /// <param name="language">zh or en.</param>
    /// <param name="cancellation">The request's.</param>
    Task SendAsync(Address to, string code, string language, CancellationToken cancellation);
}

/// <summary>Prints the code where the service's log goes, the address masked. For development and the demo.</summary>
internal sealed partial class ConsoleCodeSender(ILogger<ConsoleCodeSender> logger) : ICodeSender
{
    public Task SendAsync(Address to, string code, string language, CancellationToken cancellation)
    {
        LogCode(logger, to.Masked, code);
        return Task.CompletedTask;
    }

    [LoggerMessage(LogLevel.Information, "Sign-up code for {Address}: {Code}")]
    private static partial void LogCode(ILogger logger, string address, string code);
}

using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Sso.Extensions.SlowDown;

/// <summary>
/// Devices that ask too often are told to slow down (RFC 8628 §3.5), where OpenIddict says that nobody has answered yet. The host
/// implements <see cref="IPollingHost"/>; one that stores the codes itself asks <see cref="PollingPace"/> where it counts.
/// </summary>
public static class SlowDownExtension
{
    public static OpenIddictServerBuilder AddSlowDown(this OpenIddictServerBuilder server) => server
        // Before anything is made of the error.
        .Handle<ApplyTokenResponseContext, SlowPollingDown>(int.MinValue + 1000);
}

/// <summary>What slowing down needs from the host: to remember when a code was polled, and how often it may be.</summary>
public interface IPollingHost
{
    /// <summary>Counts a poll by <see cref="PollingPace"/>: true if it came too early. Of two at a time, one is early.</summary>
    ValueTask<bool> IsEarlyAsync(string deviceCode, CancellationToken cancellation);
}

internal sealed class SlowPollingDown(IPollingHost host) : IOpenIddictServerHandler<ApplyTokenResponseContext>
{
    public async ValueTask HandleAsync(ApplyTokenResponseContext context)
    {
        if (context.Response.Error == Errors.AuthorizationPending && context.Request?.DeviceCode is { } code
            && await host.IsEarlyAsync(code, context.CancellationToken))
        {
            context.Transaction.Answer(OAuthError.SlowDown);
        }
    }
}

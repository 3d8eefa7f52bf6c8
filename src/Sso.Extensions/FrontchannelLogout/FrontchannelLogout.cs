using Microsoft.AspNetCore.WebUtilities;

namespace Sso.Extensions.FrontchannelLogout;

/// <summary>
/// The browser whose session is over loads applications in frames (Front-Channel Logout §3). The host knows whom it concerns: it puts
/// <c>sid</c> into ID tokens and, on its page after a sign-out, a frame for each address of <see cref="LogoutFrames"/>.
/// </summary>
public static class FrontchannelLogoutExtension
{
    public static OpenIddictServerBuilder AddFrontchannelLogout(this OpenIddictServerBuilder server)
    {
        server.Services.AddHostDefaults().TryAddSingleton<LogoutFrames>();
        return server.Describe("frontchannel_logout_supported", "frontchannel_logout_session_supported");
    }
}

public sealed class LogoutFrames(IIssuerName issuer)
{
    /// <summary>With issuer and session if the registration asks for them; null for a client that is not loaded.</summary>
    /// <param name="sid">As its ID tokens had it.</param>
    public string? AddressOf(Client client, string sid) =>
        client is { FrontchannelLogoutSessionRequired: true, FrontchannelLogoutUri: { } address }
            ? QueryHelpers.AddQueryString(address, new Dictionary<string, string?> { ["iss"] = issuer.Value, ["sid"] = sid })
            : client.FrontchannelLogoutUri;
}

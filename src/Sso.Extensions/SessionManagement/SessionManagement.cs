using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Sso.Extensions.SessionManagement;

/// <summary>A frame to watch the session by (Session Management §3). The host implements <see cref="ISessionManagementHost"/>.</summary>
public static class SessionManagementExtension
{
    public static OpenIddictServerBuilder AddSessionManagement(this OpenIddictServerBuilder server, string framePath) => server
        .AddEndpoint<SessionFrame>(framePath, "check_session_iframe")
        .Handle<ApplyAuthorizationResponseContext, AttachSessionState>(
            OpenIddictServerHandlers.Authentication.AttachIssuer.Descriptor.Order + 500);
}

/// <summary>The session_state of an answer (Session Management §2, §3.2): a salted hash of client, origin and the frame's cookie.</summary>
internal sealed class AttachSessionState(ISessionManagementHost host) : IOpenIddictServerHandler<ApplyAuthorizationResponseContext>
{
    /// <summary>Nothing if the answer is an error or does not go to a web page.</summary>
    public ValueTask HandleAsync(ApplyAuthorizationResponseContext context)
    {
        if (context.Error is null && Uri.TryCreate(context.RedirectUri, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http"
            && host.StateFor(context.Transaction) is { } state)
        {
            var salt = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
            context.Response["session_state"] =
                $"{HashOf($"{context.Request!.ClientId} {HostSpelling.OriginOf(uri)} {state} {salt}")}.{salt}";
        }

        return default;
    }

    public static string HashOf(string text) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

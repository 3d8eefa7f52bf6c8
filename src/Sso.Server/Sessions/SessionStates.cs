using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Sso.Protocol;
using Sso.Protocol.Authorization;
using Sso.Server.Http;

namespace Sso.Server.Sessions;

/// <summary>
/// The session_state of an authorization answer (Session Management §2, §3.2): a salted hash of client, its
/// origin and what the frame's cookie holds.
/// </summary>
public sealed class SessionStates(CookieNames cookies, SsoOptions options)
{
    /// <summary>Null when it is switched off, for a request without openid, and where the answer goes to no web page.</summary>
    public string? For(HttpContext http, AuthorizationRequest request)
    {
        if (!options.SessionManagement || !request.Scopes.Contains(Scopes.OpenId)
            || !Uri.TryCreate(request.RedirectUri.Value, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http"))
        {
            return null;
        }

        var salt = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        var state = SessionHandle.LastingPartOf(http.Request.Cookies[cookies.Session]);
        return $"{HashOf($"{request.Client.Id} {OriginOf(uri)} {state} {salt}")}.{salt}";
    }

    /// <summary>As browsers write it in the origin of a message.</summary>
    public static string OriginOf(Uri uri)
    {
        var host = uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost;
        return uri.IsDefaultPort ? $"{uri.Scheme}://{host}" : $"{uri.Scheme}://{host}:{uri.Port}";
    }

    public static string HashOf(string text) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

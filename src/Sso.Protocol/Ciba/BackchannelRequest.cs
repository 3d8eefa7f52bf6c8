using System.Globalization;
using OpenIddict.Abstractions;
using Sso.Protocol.Authorization;

namespace Sso.Protocol.Ciba;

/// <summary>A checked authentication request without a browser (CIBA Core §7.1, §7.2); the person is not known yet.</summary>
/// <param name="Asked">Scopes, resources and the demanded strength of the sign-in.</param>
/// <param name="LoginHint">A user name or mail address; null if the hint is an ID token.</param>
/// <param name="BindingMessage">What both devices show, so that the person can compare.</param>
/// <param name="NotificationToken">Authorizes our notification at the client (ping mode); null in poll mode.</param>
/// <param name="Lifetime">How long the client waits.</param>
public sealed record BackchannelRequest(
    AskedAccess Asked, string? LoginHint, string? IdTokenHint, string? BindingMessage, string? NotificationToken, TimeSpan Lifetime)
{
    public static readonly TimeSpan LongestLife = TimeSpan.FromMinutes(10);

    /// <summary>Short enough to be compared at a glance on two screens.</summary>
    public const int LongestBindingMessage = 64;

    /// <summary>CIBA Core §7.1: the token is at most 1024 characters.</summary>
    private const int LongestNotificationToken = 1024;

    public static Result<BackchannelRequest, OAuthError> Check(
        OpenIddictRequest parameters, Client client, Func<string, Resource?> findResource, Func<string, AuthorizationDetailType?> findType)
    {
        var error = Refused(parameters, client);
        if (error is not null || AskedAccess.Check(parameters, client, findResource, findType).Failed(out error, out var asked))
        {
            return error;
        }

        return LifetimeOf(parameters.Text("requested_expiry")) switch
        {
            _ when !asked.Scopes.Contains(Scopes.OpenId) => OAuthError.OpenIdMissing,
            _ when parameters.Text("binding_message") is { } message && !IsShowable(message) => OAuthError.InvalidBindingMessage,
            null => OAuthError.RequestedExpiry,
            { } lifetime => new BackchannelRequest(
                asked, parameters.Text("login_hint"), parameters.Text("id_token_hint"), parameters.Text("binding_message"),
                client.IsNotified ? parameters.Text("client_notification_token") : null, lifetime),
        };
    }

    private static OAuthError? Refused(OpenIddictRequest parameters, Client client) => parameters switch
    {
        _ when parameters.Text("login_hint_token") is not null => OAuthError.LoginHintToken,
        _ when (parameters.Text("login_hint") is null) == (parameters.Text("id_token_hint") is null) => OAuthError.OneHint,
        _ when client.IsNotified && !IsToken(parameters.Text("client_notification_token")) => OAuthError.NotificationToken,
        _ => null,
    };

    /// <summary>CIBA Core §7.1: a limited set of characters, which can neither imitate nor reverse anything else on the page.</summary>
    private static bool IsShowable(string message) =>
        message.Length <= LongestBindingMessage && message.All(character => char.IsLetterOrDigit(character)
            || character is ' ' or '-' or '.' or ',' or ':' or '#' or '/');

    /// <summary>RFC 6750 §2.1.</summary>
    private static bool IsToken(string? value) =>
        value is { Length: <= LongestNotificationToken }
        && value.TrimEnd('=') is { Length: > 0 } token
        && token.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '.' or '_' or '~' or '+' or '/');

    /// <summary>A life longer than ours is cut to ours, and the answer says so.</summary>
    private static TimeSpan? LifetimeOf(string? requested) => requested switch
    {
        null => LongestLife,
        _ when int.TryParse(requested, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0 =>
            TimeSpan.FromSeconds(Math.Min(seconds, (int)LongestLife.TotalSeconds)),
        _ => null,
    };
}

using Sso.Protocol.Clients;

namespace Sso.Protocol.Authorization;

/// <summary>Where the news of a bad authorization request goes (RFC 6749 §4.1.2.1).</summary>
public abstract record AuthorizationFailure
{
    private AuthorizationFailure() { }

    /// <summary>Unknown client or unregistered redirection URI: a page of ours, and nobody is redirected.</summary>
    public sealed record ShownToUser(AuthorizationPageError Error, RedirectUriMismatch? Mismatch = null) : AuthorizationFailure;

    /// <summary>Everything else goes to the client.</summary>
    public sealed record SentToClient(AnswerTarget Target, OAuthError Error) : AuthorizationFailure;
}

/// <summary>To whom, where and how an authorization request is answered.</summary>
public sealed record AnswerTarget(Client Client, VerifiedRedirectUri RedirectUri, string ResponseMode, string? State);

/// <summary>What the calm error page tells a visitor about a request that cannot be answered to the client.</summary>
public enum AuthorizationPageError
{
    UnknownClient,
    WrongRedirectUri,
    MalformedRequest,
    ExpiredFlow,
    RequestTooLarge,
    TooManyRequests,
}

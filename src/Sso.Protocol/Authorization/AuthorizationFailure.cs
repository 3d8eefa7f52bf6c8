namespace Sso.Protocol.Authorization;

/// <summary>Who is told of a bad authorization request (RFC 6749 §4.1.2.1).</summary>
public abstract record AuthorizationFailure
{
    private AuthorizationFailure() { }

    /// <summary>Unknown client or unregistered redirection URI: one of our pages, without a redirect.</summary>
    public sealed record ShownToUser(AuthorizationPageError Error, RedirectUriMismatch? Mismatch = null) : AuthorizationFailure;

    /// <summary>Everything else goes to the client.</summary>
    /// <param name="Sent">The value that was refused, for the operator; null if none was.</param>
    public sealed record SentToClient(AnswerTarget Target, OAuthError Error, string? Sent = null) : AuthorizationFailure;
}

/// <summary>To whom, where and how an authorization request is answered.</summary>
public sealed record AnswerTarget(Client Client, VerifiedRedirectUri RedirectUri, string ResponseMode, string? State);

/// <summary>What the error page tells a visitor about a request whose answer cannot be sent to the client.</summary>
public enum AuthorizationPageError
{
    UnknownClient,
    WrongRedirectUri,
    MalformedRequest,
    ExpiredFlow,
    RequestTooLarge,
    TooManyRequests,

    /// <summary>The client is registered without an address to go back to.</summary>
    DraftClient,
}

namespace Sso.Protocol;

/// <summary>One line of the table of errors, for the developer of an application.</summary>
/// <param name="Id">Stable; the last part of <c>error_uri</c>.</param>
/// <param name="Text">The description as it is sent, with * for what varies; null if there are many.</param>
/// <param name="Remedy">English: what it means beyond the description, and what to do.</param>
/// <param name="Italian">The same, and the text, in Italian.</param>
/// <param name="Status">That of the HTTP answer, if it does not go through the browser.</param>
/// <param name="StatusAtResource">Likewise, if an access token was presented.</param>
public sealed record DocumentedError(
    string Id, string Code, string? Text, string Remedy, string Italian, int Status, int StatusAtResource)
{
    /// <summary>All that an application can see: at /errors/… (RFC 6749 §4.1.2.1, §5.2) and in docs/errors.md.</summary>
    public static IReadOnlyList<DocumentedError> All => OAuthError.Table;
}
